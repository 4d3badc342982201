/** The part of a subscription's record that its input decides. */
import type { SecretBox } from "../../secret-box.ts";
import { ENDPOINT_DEFAULTS, type SubscriptionInput } from "../input.ts";
import { ownerOf } from "../secrets.ts";
import type { Endpoint, Subscription } from "../subscription.ts";

export type Described = Omit<
  Subscription,
  "state" | "createdAt" | "updatedAt" | "activeSince" | "consumers" | "access" | "stopped"
>;

/** `secrets` are those of the endpoint, sealed; undefined for delivery over NATS. */
export function describe(
  name: string,
  input: SubscriptionInput,
  secrets: Endpoint["secrets"] | undefined,
  secretBox: SecretBox,
): Described {
  const { events, stores, platforms, where, startAt, deliver } = input;
  return {
    name,
    events,
    startAt,
    deliver,
    ...(stores ? { stores } : {}),
    ...(platforms ? { platforms } : {}),
    ...(where ? { where } : {}),
    ...(secrets ? { endpoint: toEndpoint(name, input, secrets, secretBox) } : {}),
  };
}

function toEndpoint(
  name: string,
  input: SubscriptionInput,
  secrets: Endpoint["secrets"],
  secretBox: SecretBox,
): Endpoint {
  const { url = "", headers = {}, ratePerSecond } = input;
  const sealed = Object.entries(headers).map(([header, value]) => {
    return [header, secretBox.seal(value, ownerOf(name))] as const;
  });
  const { ordered, timeoutMs, concurrency, retrySeconds, disableAfterSeconds } = ENDPOINT_DEFAULTS;
  return {
    url,
    headers: Object.fromEntries(sealed),
    ordered: input.ordered ?? ordered,
    timeoutMs: input.timeoutMs ?? timeoutMs,
    concurrency: input.concurrency ?? concurrency,
    retrySeconds: [...(input.retrySeconds ?? retrySeconds)],
    disableAfterSeconds: input.disableAfterSeconds ?? disableAfterSeconds,
    ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
    secrets,
  };
}
