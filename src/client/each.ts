/** A handler for every event: side by side, but the events of one entity one after the other and in sequence. */
import type { EventType } from "../normalizers/canonical/typed-event.ts";
import { createTurns } from "../turns.ts";
import { backoffMs } from "./backoff.ts";
import { createHolds, type Holds } from "./holds.ts";
import { createLimit } from "./limit.ts";
import type { Received } from "./received.ts";

export type Handler<T extends EventType> = (received: Received<T>) => void | Promise<void>;

export interface EachOptions<T extends EventType> {
  /** Handlers that run at once. 1 without it. */
  readonly concurrency?: number;
  /** Milliseconds until an event whose handler threw comes again. 1 s after the first attempt, doubling up to 5 minutes. */
  readonly retryDelayMs?: (attempt: number) => number;
  /** The handler threw; `received.term()` gives the event up. Without it the error becomes a warning of the process. */
  readonly onError?: (error: unknown, received: Received<T>) => void;
}

/** Events taken while others wait for their turn, for each handler that may run. */
const AHEAD = 4;

export async function each<T extends EventType>(
  events: AsyncIterator<Received<T>, undefined>,
  handler: Handler<T>,
  options: EachOptions<T> = {},
): Promise<void> {
  const { concurrency = 1 } = options;
  const holds = createHolds(Date.now);
  const inTurn = createTurns();
  const taken = createLimit(concurrency === 1 ? 1 : concurrency * AHEAD);
  const running = createLimit(concurrency);
  const tasks = new Set<Promise<void>>();
  const work = async (received: Received<T>) => {
    await running.enter();
    try {
      await handleOne(received, handler, options, holds);
    } finally {
      running.leave();
    }
  };
  try {
    for (;;) {
      await taken.enter();
      const { done, value } = await events.next();
      if (done) return;
      const task = inTurn(value.entity, () => work(value)).finally(() => {
        tasks.delete(task);
        taken.leave();
      });
      tasks.add(task);
    }
  } finally {
    await Promise.all(tasks);
  }
}

/** Never rejects, unless `onError` or `retryDelayMs` throws. */
async function handleOne<T extends EventType>(
  received: Received<T>,
  handler: Handler<T>,
  { retryDelayMs = backoffMs, onError = warn }: EachOptions<T>,
  holds: Holds,
): Promise<void> {
  const { entity, sequence = 0, attempt } = received;
  const waitMs = holds.waitMs(entity, sequence);
  if (waitMs !== undefined) {
    holds.add(entity, sequence, waitMs);
    return received.nak(waitMs);
  }
  try {
    await handler(received);
    received.ack();
  } catch (error) {
    onError(error, received);
    received.nak(retryDelayMs(attempt));
  }
  const returnsInMs = received.returnsInMs();
  if (returnsInMs === undefined) holds.remove(entity, sequence);
  else holds.add(entity, sequence, returnsInMs);
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error), "SubscriptionHandlerFailed");
}
