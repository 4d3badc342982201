/** Takes events from a consumer, no more than can be worked on, and keeps them while they are in hand. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Consumer, ConsumerMessages, JetStreamClient, JsMsg } from "nats";
import type { ConsumerRef } from "../subscription.ts";

export interface PullOptions {
  readonly js: JetStreamClient;
  readonly consumer: Pick<ConsumerRef, "stream" | "name">;
  /** The server gives a message out again after this long, unless it hears of it. */
  readonly ackWaitMs: number;
  /** Messages in hand at once. */
  readonly inHandMax: number;
  /** Asked before each pull: resolves when it makes sense to take something, with how many at most. */
  readonly admit: () => Promise<number>;
  /** Settles the message; never rejects. */
  readonly handle: (message: JsMsg) => Promise<void>;
  /** The consumer cannot be read just now; it is tried again by itself. */
  readonly onTrouble: (error: unknown) => void;
}

export interface Pull {
  /** Takes nothing more and awaits what is in hand. */
  readonly stop: () => Promise<void>;
}

const EXPIRES_MS = 30_000;
const TROUBLE_MS = 1000;

/** Starts taking. Survives restarts of the server. */
export function startPull(options: PullOptions): Pull {
  const { js, consumer, inHandMax } = options;
  const stopping = new AbortController();
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
  const whenFree = async (): Promise<number> => {
    while (inHand.size >= inHandMax && !stopping.signal.aborted) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return inHandMax - inHand.size;
  };
  const pullOnce = async () => {
    const admitted = await options.admit();
    const max_messages = Math.min(await whenFree(), admitted);
    if (stopping.signal.aborted || max_messages <= 0) return;
    source ??= await js.consumers.get(consumer.stream, consumer.name);
    current = await source.fetch({ max_messages, expires: EXPIRES_MS });
    if (stopping.signal.aborted) current.stop();
    for await (const message of current) take(message);
  };
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await pullOnce();
      } catch (error) {
        if (stopping.signal.aborted) return;
        source = undefined;
        options.onTrouble(error);
        await sleep(TROUBLE_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  })();
  const heartbeat = setInterval(() => {
    for (const message of inHand.keys()) message.working();
  }, options.ackWaitMs / 3);

  return {
    stop: async () => {
      stopping.abort();
      wake();
      current?.stop();
      await loop;
      await Promise.all(inHand.values());
      clearInterval(heartbeat);
    },
  };
}
