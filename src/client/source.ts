/** Takes events from one consumer into its lane, a few ahead, and finds out when there will be no more. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Consumer, type ConsumerMessages, type JetStreamClient, millis, NatsError } from "nats";
import type { AccessConsumer } from "./access.ts";
import { toDelivery } from "./delivery.ts";
import { SubscriptionEnded } from "./errors.ts";
import type { Lane } from "./lanes.ts";

export interface SourceOptions {
  readonly js: JetStreamClient;
  readonly consumer: AccessConsumer;
  readonly lane: Lane;
  /** Events taken ahead at most. */
  readonly prefetch: number;
  readonly unreachableAfterMs: number;
  readonly isConnected: () => boolean;
  readonly onAckWait: (ackWaitMs: number) => void;
  /** There will be no more. */
  readonly onEnded: (error: SubscriptionEnded) => void;
  readonly now: () => number;
}

export interface Source {
  /** Asks anew: what was asked before a connection was lost is not answered. */
  readonly renew: () => void;
  /** Takes nothing more. */
  readonly stop: () => Promise<void>;
}

const EXPIRES_MS = 30_000;
const RETRY_MS = 500;
const CONSUMER_NOT_FOUND = 10014;
const STREAM_NOT_FOUND = 10059;

export function startSource(options: SourceOptions): Source {
  const { consumer, lane, prefetch, now, unreachableAfterMs } = options;
  const stopping = new AbortController();
  let retry = new AbortController();
  let handle: Consumer | undefined;
  let current: ConsumerMessages | undefined;
  let troubleSince: number | undefined;

  const find = async () => {
    const found = await options.js.consumers.get(consumer.stream, consumer.name);
    const { config, num_pending: pending } = await found.info(true);
    if (config.ack_wait !== undefined) options.onAckWait(millis(config.ack_wait));
    lane.setPending(pending);
    return found;
  };
  const takeOnce = async () => {
    await lane.whenBelow(Math.floor(prefetch / 2));
    if (stopping.signal.aborted) return;
    handle ??= await find();
    current = await handle.fetch({ max_messages: prefetch - lane.size(), expires: EXPIRES_MS });
    if (stopping.signal.aborted) current.stop();
    for await (const message of current) lane.push(toDelivery(message, consumer));
    troubleSince = undefined;
  };
  const endOf = async (error: unknown): Promise<SubscriptionEnded | undefined> => {
    if (await isGone(error, handle)) {
      const text = `consumer ${consumer.name} is gone: the subscription was removed, or changed and needs a new access document`;
      return new SubscriptionEnded("consumer_deleted", text, error);
    }
    if (!options.isConnected()) troubleSince = undefined;
    else troubleSince ??= now();
    if (troubleSince === undefined || now() - troubleSince < unreachableAfterMs) return undefined;
    const text = `consumer ${consumer.name} has not answered for ${Math.round(unreachableAfterMs / 1000)} s`;
    return new SubscriptionEnded("unreachable", text, error);
  };
  /** Whether to go on. */
  const recover = async (error: unknown): Promise<boolean> => {
    if (stopping.signal.aborted) return false;
    const end = await endOf(error);
    if (end !== undefined) {
      options.onEnded(end);
      return false;
    }
    handle = undefined;
    retry = new AbortController();
    const { signal } = retry;
    await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    return true;
  };
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await takeOnce();
      } catch (error) {
        if (!(await recover(error))) return;
      }
    }
  })();

  return {
    renew: () => {
      current?.stop();
      retry.abort();
    },
    stop: async () => {
      stopping.abort();
      retry.abort();
      current?.stop();
      await loop;
    },
  };
}

/** The server says so itself, or says it when asked. */
async function isGone(error: unknown, handle: Consumer | undefined): Promise<boolean> {
  if (isMissing(error)) return true;
  if (handle === undefined || !(error instanceof NatsError) || error.code !== "409") return false;
  try {
    await handle.info();
    return false;
  } catch (reason) {
    return isMissing(reason);
  }
}

function isMissing(error: unknown): boolean {
  const code = error instanceof NatsError ? error.api_error?.err_code : undefined;
  return code === CONSUMER_NOT_FOUND || code === STREAM_NOT_FOUND;
}
