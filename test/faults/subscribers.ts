/** Who wants the events of a scenario: an endpoint, one that wants them in order, and a reader over NATS. */
import { subscribe, type SubscriptionAccess } from "../../src/client/index.ts";
import { type Behaviour, type EndpointRequest, startEndpoint } from "../helpers/endpoint.ts";
import type { Received } from "./check.ts";

/** Asks the admin API; rejects unless the answer is a success. */
export type Ask = (method: string, path: string, body?: unknown) => Promise<unknown>;

export interface Subscribers {
  readonly received: () => Received[];
  /** What each has, by number of different events. */
  readonly counts: () => number[];
  /** How the unordered endpoint answers from now on. */
  readonly behave: (behaviour: Behaviour) => void;
  readonly stop: () => Promise<void>;
}

const PUSHED = { push: false, "push-ordered": true } as const;
/** Of the HTTP subscriptions. */
export const PUSH_NAMES = Object.keys(PUSHED);
/** An endpoint that is away for a moment gets its event soon again. */
const RETRY_SECONDS = Array.from({ length: 50 }, () => 0.2);

export async function startSubscribers(ask: Ask, natsUrl: string): Promise<Subscribers> {
  const endpoints = await Promise.all(
    Object.entries(PUSHED).map(async ([name, ordered]) => {
      const endpoint = await startEndpoint();
      await ask("POST", "/api/subscriptions", {
        name,
        events: ["*"],
        deliver: "http",
        url: endpoint.url,
        ordered,
        timeoutMs: 3000,
        retrySeconds: RETRY_SECONDS,
      });
      return { name, ordered, endpoint };
    }),
  );
  const reader = await startReader(ask, natsUrl);
  const received = () => [
    ...endpoints.map(({ name, ordered, endpoint }) => ({
      subscriber: name,
      isOrdered: ordered,
      events: endpoint.requests.map(toEvent),
    })),
    reader.received(),
  ];
  return {
    received,
    counts: () => received().map(({ events }) => new Set(events.map(({ id }) => id)).size),
    behave: (behaviour) => endpoints[0]?.endpoint.behave(behaviour),
    stop: async () => {
      await reader.stop();
      await Promise.all(endpoints.map(({ endpoint }) => endpoint.close()));
    },
  };
}

async function startReader(ask: Ask, natsUrl: string) {
  const input = { name: "pull", events: ["*"], deliver: "nats" };
  const access = await ask("POST", "/api/subscriptions", input);
  if (!isAccess(access)) throw new Error("the answer to a new subscription is no access");
  // Repetitions are to be seen: whether they are the same is the question.
  const subscription = await subscribe({ ...access, servers: natsUrl.split(",") }, { duplicates: "deliver" });
  const events: { id: string; text: string }[] = [];
  const reading = (async () => {
    for await (const { event, ack } of subscription) {
      events.push({ id: event.id, text: JSON.stringify(event) });
      ack();
    }
  })();
  return {
    received: (): Received => ({ subscriber: "pull", isOrdered: false, events }),
    stop: async () => {
      await subscription.close();
      await reading;
    },
  };
}

function toEvent({ headers, body }: EndpointRequest): { id: string; text: string } {
  const [id = ""] = [headers["webhook-id"]].flat();
  return { id: decodeURIComponent(id), text: body.toString("utf8") };
}

function isAccess(value: unknown): value is SubscriptionAccess {
  return typeof value === "object" && value !== null && "consumers" in value && "servers" in value;
}
