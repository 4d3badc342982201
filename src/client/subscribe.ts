/** Reads a subscription of the hub: all of its consumers as one line of typed events. */
import type { ConnectionOptions } from "nats";
import type { EventType } from "../normalizers/canonical/typed-event.ts";
import { type AccessConsumer, checkAccess, type SubscriptionAccess } from "./access.ts";
import { type Admission, type AdmissionOptions, type Counts, createAdmission } from "./admission.ts";
import { type Connection, connect } from "./connection.ts";
import { type EachOptions, each, type Handler } from "./each.ts";
import type { Delivery } from "./delivery.ts";
import { InvalidEvent, type SubscriptionEnded } from "./errors.ts";
import { createHand, type Hand } from "./hand.ts";
import { createLanes, type Lanes } from "./lanes.ts";
import type { Received } from "./received.ts";
import { type Source, startSource } from "./source.ts";

export interface SubscribeOptions extends AdmissionOptions {
  /** Passed on to `nats`: TLS, another login, other servers. */
  readonly connection?: ConnectionOptions;
  /** Events taken ahead from each consumer. 64 without it. */
  readonly prefetch?: number;
  /** How long `drain` waits for the events in hand. 30 s without it. */
  readonly drainTimeoutMs?: number;
  /** A consumer that does not answer for so long, although there is a connection, ends the subscription. 60 s without it. */
  readonly unreachableAfterMs?: number;
}

export interface Subscription<T extends EventType = EventType> extends AsyncIterable<Received<T>> {
  /**
   * Hands every event to the handler: acknowledges it when the handler is done, and lets it come again later when the
   * handler throws. Resolves after `drain` or `close`; rejects with SubscriptionEnded, or with InvalidEvent.
   */
  readonly each: (handler: Handler<T>, options?: EachOptions<T>) => Promise<void>;
  /** Takes nothing more, waits for the events in hand, gives the others back and closes the connection. */
  readonly drain: () => Promise<void>;
  /** Gives back everything that is not settled and closes the connection. */
  readonly close: () => Promise<void>;
  readonly counts: () => Counts;
}

/**
 * Connects and starts to take events. The access document is the hub's answer when the subscription was made. `T` is for
 * those who asked for some events only: `subscribe<"order.paid" | "stock.back">(access)`.
 *
 * The iteration throws SubscriptionEnded when there will be no more: the subscription was removed or changed, or its
 * credentials no longer count. Restarts of the server do not end it. Rejects when no connection can be made, and with a
 * TypeError when the document is of another kind.
 */
export async function subscribe<T extends EventType = EventType>(
  access: SubscriptionAccess,
  options: SubscribeOptions = {},
): Promise<Subscription<T>> {
  checkAccess(access);
  const lanes = createLanes();
  let sources: readonly Source[] = [];
  let onEnded: (error: SubscriptionEnded) => void = lanes.fail;
  const connection = await connect(access, options.connection ?? {}, {
    onReconnected: () => {
      for (const source of sources) source.renew();
    },
    onEnded: (error) => onEnded(error),
  });
  const hand = createHand(lanes.waiting);
  const stop = createStop({ lanes, hand, connection, sources: () => sources });
  const drain = () => stop(options.drainTimeoutMs ?? 30_000);
  const end = (error: Error) => {
    lanes.fail(error);
    // The connection must not outlive the iteration, or the program that ends with it would never exit.
    drain().catch(() => undefined);
  };
  onEnded = end;
  const js = connection.nats.jetstream({ checkAPI: false, ...prefixOf(access) });
  const startFor = (consumer: AccessConsumer) =>
    startSource({
      js,
      consumer,
      lane: lanes.open(consumer.stream === access.stream),
      prefetch: options.prefetch ?? 64,
      unreachableAfterMs: options.unreachableAfterMs ?? 60_000,
      isConnected: connection.isConnected,
      onAckWait: hand.setAckWait,
      onEnded: end,
      now: Date.now,
    });
  sources = access.consumers.map(startFor);
  const admission = createAdmission<T>(access, options, hand);
  return toSubscription(lanes, admission, { drain, close: () => stop(0), end });
}

/** What is given back at once would be given to this process again, which has asked and no longer listens. */
const GIVE_BACK_MS = 250;

function prefixOf({ apiPrefix }: SubscriptionAccess): { apiPrefix?: string } {
  return apiPrefix === undefined ? {} : { apiPrefix };
}

interface Parts {
  readonly lanes: Lanes;
  readonly hand: Hand;
  readonly connection: Connection;
  readonly sources: () => readonly Source[];
}

/** Stops in order; waits so long for what is in hand. A second call awaits the first. */
function createStop({ lanes, hand, connection, sources }: Parts): (timeoutMs: number) => Promise<void> {
  let stopped: Promise<void> | undefined;
  const stop = async (timeoutMs: number) => {
    const taken = lanes.close();
    await Promise.all(sources().map((source) => source.stop()));
    const unsettled = timeoutMs > 0 ? await hand.whenEmpty(timeoutMs) : hand.held();
    for (const delivery of [...unsettled, ...taken, ...lanes.close()]) delivery.nak(GIVE_BACK_MS);
    hand.stop();
    await connection.close();
  };
  return (timeoutMs) => {
    stopped ??= stop(timeoutMs);
    return stopped;
  };
}

function toSubscription<T extends EventType>(
  lanes: Lanes,
  admission: Admission<T>,
  { drain, close, end }: Pick<Subscription, "drain" | "close"> & { end: (error: Error) => void },
): Subscription<T> {
  /** Calls of `next` that overlap are answered one after the other. */
  let turn: Promise<unknown> = Promise.resolve();
  const admit = (delivery: Delivery) => {
    try {
      return admission.admit(delivery);
    } catch (error) {
      if (error instanceof InvalidEvent) end(error);
      throw error;
    }
  };
  const take = async (): Promise<IteratorResult<Received<T>, undefined>> => {
    for (;;) {
      const delivery = await lanes.next();
      if (delivery === undefined) return { done: true, value: undefined };
      const received = admit(delivery);
      if (received !== undefined) return { done: false, value: received };
    }
  };
  const iterate = (): AsyncIterator<Received<T>, undefined> => ({
    next: () => {
      const mine = turn.then(take, take);
      turn = mine;
      return mine;
    },
    return: async () => {
      await close();
      return { done: true, value: undefined };
    },
  });
  return {
    [Symbol.asyncIterator]: iterate,
    each: (handler, options) => each(iterate(), handler, options),
    drain,
    close,
    counts: admission.counts,
  };
}
