/** How a subscription is doing: what waits, what went wrong last, what was given up. */
import type { DeadLetters } from "../dead-letters/dead-letters.ts";
import type { Consumers } from "./consumers.ts";
import type { AttemptRecord, Attempts } from "./deliver/attempts.ts";
import type { WaitingDeliveries } from "./deliver/waiting.ts";
import type { Subscription } from "./subscription.ts";

export interface Statistics {
  /** Events that were not taken yet. */
  readonly pending: number;
  /** Events that were taken and not settled: in hand, or waiting for another try. */
  readonly unsettled: number;
  /** Unsettled ones that were given out more than once. */
  readonly redelivered: number;
  /** When the oldest event that is not settled was published. */
  readonly oldestUnsettledAt?: string;
  /** Over NATS: events given out, repetitions included. Over HTTP: successful attempts within their retention. */
  readonly delivered: number;
  /** Over HTTP: failed attempts within their retention. */
  readonly failed?: number;
  /** Over HTTP: events that wait for another try. */
  readonly waiting?: number;
  readonly dead: number;
  readonly lastDeliveredAt?: string;
  readonly lastError?: { readonly at: string; readonly error: string; readonly status?: number };
}

export interface StatisticsDeps {
  readonly consumers: Pick<Consumers, "position" | "oldestUnsettledAt">;
  readonly attempts: Pick<Attempts, "count" | "last">;
  readonly waiting: Pick<WaitingDeliveries, "count">;
  readonly deadLetters: Pick<DeadLetters, "count">;
}

export async function readStatistics(subscription: Subscription, deps: StatisticsDeps): Promise<Statistics> {
  const { name, consumers: refs, deliver } = subscription;
  const positions = (await Promise.all(refs.map((ref) => deps.consumers.position(ref)))).flatMap(
    (position) => position ?? [],
  );
  const oldest = (await Promise.all(refs.map((ref) => deps.consumers.oldestUnsettledAt(ref))))
    .flatMap((at) => at ?? [])
    .sort()[0];
  const sum = (of: "pending" | "unsettled" | "redelivered" | "deliveries") =>
    positions.reduce((total, position) => total + position[of], 0);
  return {
    pending: sum("pending"),
    unsettled: sum("unsettled"),
    redelivered: sum("redelivered"),
    ...(oldest === undefined ? {} : { oldestUnsettledAt: oldest }),
    delivered: sum("deliveries"),
    dead: await deps.deadLetters.count({ subscription: name }),
    ...(deliver === "http" ? await ofEndpoint(name, deps) : {}),
  };
}

async function ofEndpoint(name: string, { attempts, waiting }: StatisticsDeps) {
  const [delivered, failed, count, ok, error] = await Promise.all([
    attempts.count(name, "ok"),
    attempts.count(name, "failed"),
    waiting.count(name),
    attempts.last(name, "ok"),
    attempts.last(name, "failed"),
  ]);
  return {
    delivered,
    failed,
    waiting: count,
    ...(ok ? { lastDeliveredAt: ok.at } : {}),
    ...(error ? { lastError: toError(error) } : {}),
  };
}

function toError({ at, error = "status", status }: AttemptRecord) {
  return { at, error, ...(status === undefined ? {} : { status }) };
}
