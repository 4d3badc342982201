/** The part of a subscription's record that its input decides. */
import type { SecretBox } from "../../secret-box.ts";
import { ENDPOINT_DEFAULTS, type SubscriptionInput } from "../input.ts";
import { ownerOf } from "../secrets.ts";
import type { Endpoint, Subscription } from "../subscription.ts";

export type Described = Omit<
  Subscription,
  "state" | "createdAt" | "updatedAt" | "activeSince" | "consumers" | "access" | "stopped"
>;

export interface Description {
  readonly name: string;
  readonly input: SubscriptionInput;
  /** Those of the endpoint, sealed; undefined for delivery over NATS. */
  readonly secrets: Endpoint["secrets"] | undefined;
  /** What is known already, of a subscription that is changed. */
  readonly before?: Subscription | undefined;
}

export function describe(description: Description, secretBox: SecretBox): Described {
  const { name, input, secrets, before } = description;
  const { events, stores, platforms, where, deliver } = input;
  return {
    name,
    events,
    startAt: input.startAt ?? before?.startAt ?? "now",
    deliver,
    ...(stores ? { stores } : {}),
    ...(platforms ? { platforms } : {}),
    ...(where ? { where } : {}),
    ...(secrets ? { endpoint: { ...toEndpoint(description, secretBox), secrets } } : {}),
  };
}

function toEndpoint({ name, input, before }: Description, secretBox: SecretBox): Omit<Endpoint, "secrets"> {
  const { url = "", headers = {}, ratePerSecond } = input;
  const { ordered, timeoutMs, concurrency, retrySeconds, disableAfterSeconds } = ENDPOINT_DEFAULTS;
  return {
    url,
    headers: sealHeaders(headers, before?.endpoint?.headers ?? {}, { name, secretBox }),
    ordered: input.ordered ?? ordered,
    timeoutMs: input.timeoutMs ?? timeoutMs,
    concurrency: input.concurrency ?? concurrency,
    retrySeconds: [...(input.retrySeconds ?? retrySeconds)],
    disableAfterSeconds: input.disableAfterSeconds ?? disableAfterSeconds,
    ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
  };
}

/** A value that stays keeps its seal, so that an input that changes nothing leaves the record as it is. */
function sealHeaders(
  headers: Readonly<Record<string, string>>,
  before: Endpoint["headers"],
  { name, secretBox }: { name: string; secretBox: SecretBox },
): Endpoint["headers"] {
  const owner = ownerOf(name);
  const seal = (header: string, value: string): string => {
    const known = before[header];
    return known !== undefined && secretBox.open(known, owner) === value
      ? known
      : secretBox.seal(value, owner);
  };
  return Object.fromEntries(
    Object.entries(headers).map(([header, value]) => [header, seal(header, value)] as const),
  );
}
