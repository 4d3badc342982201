/** Takes events from a consumer, no more than can be worked on, and keeps them while they are in hand. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Consumer, ConsumerMessages, JetStreamClient, JsMsg } from "nats";
import type { ConsumerRef } from "../subscription.ts";

export interface PullOptions {
  readonly js: JetStreamClient;
  readonly consumer: Pick<ConsumerRef, "stream" | "name">;
  /** The server gives a message out again after this long, unless it hears of it. */
  readonly ackWaitMs: number;
  /** Messages in hand at once. More are taken when half of them are done, several with one request. */
  readonly inHandMax: number;
  /** Asked before each pull: resolves when it makes sense to take something, with how many at most. */
  readonly admit: () => Promise<number>;
  /** Settles the message; never rejects. */
  readonly handle: (message: JsMsg) => Promise<void>;
  /** The consumer has not been readable for a while; it is tried again by itself. */
  readonly onTrouble: (error: unknown) => void;
  /** For whom the order counts; without it what is lost on the way simply comes again. */
  readonly unbroken?: Unbroken | undefined;
}

/** The server counts what it gives out, so a number that is left out is a message that was lost on its way. */
export interface Unbroken {
  /** Messages that the consumer had given out before this pull. */
  readonly deliveries: number;
  /** Called once, when one was lost: nothing more is taken from then on. */
  readonly onLost: () => void;
}

export interface Pull {
  /** Takes nothing more and awaits what is in hand. */
  readonly stop: () => Promise<void>;
}

const EXPIRES_MS = 30_000;
const RETRY_MS_MIN = 50;
const RETRY_MS_MAX = 5000;
/** A consumer is made right after its subscription, so the first failures say nothing. */
const TROUBLES_UNTOLD = 4;

/** Starts taking. Survives restarts of the server. */
export function startPull(options: PullOptions): Pull {
  const { js, consumer, inHandMax, unbroken } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const inHand = new Map<JsMsg, Promise<void>>();
  let wake: () => void = () => undefined;
  let source: Consumer | undefined;
  let current: ConsumerMessages | undefined;

  const take = (message: JsMsg) => {
    const work = options.handle(message).finally(() => {
      inHand.delete(message);
      wake();
    });
    inHand.set(message, work);
  };
  let delivered = unbroken?.deliveries ?? 0;
  const isAfterLoss = ({ info }: JsMsg): boolean => {
    const isNext = info.deliverySequence <= delivered + 1;
    delivered = info.deliverySequence;
    return unbroken !== undefined && !isNext;
  };
  const onLoss = () => {
    stopping.abort();
    current?.stop();
    unbroken?.onLost();
  };
  const whenFree = async (): Promise<void> => {
    while (inHand.size > inHandMax / 2 && !signal.aborted) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const pullOnce = async () => {
    await whenFree();
    const admitted = await options.admit();
    const max_messages = Math.min(inHandMax - inHand.size, admitted);
    if (signal.aborted || max_messages <= 0) return;
    source ??= await js.consumers.get(consumer.stream, consumer.name);
    current = await source.fetch({ max_messages, expires: EXPIRES_MS });
    if (signal.aborted) current.stop();
    for await (const message of current) {
      if (isAfterLoss(message)) return onLoss();
      take(message);
    }
  };
  const keepPulling = async () => {
    let troubles = 0;
    while (!signal.aborted) {
      try {
        await pullOnce();
        troubles = 0;
      } catch (error) {
        source = undefined;
        troubles += 1;
        if (troubles > TROUBLES_UNTOLD) options.onTrouble(error);
        const retryMs = Math.min(RETRY_MS_MIN * 2 ** troubles, RETRY_MS_MAX);
        await sleep(retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  };
  const pulling = keepPulling();
  const heartbeat = setInterval(() => {
    for (const message of inHand.keys()) message.working();
  }, options.ackWaitMs / 3);

  return {
    stop: async () => {
      stopping.abort();
      wake();
      current?.stop();
      await pulling;
      await Promise.all(inHand.values());
      clearInterval(heartbeat);
    },
  };
}
