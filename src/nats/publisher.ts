/**
 * Publishes to JetStream and awaits the acknowledgement, with one subscription for all of them. The client's own
 * `js.publish` sets up a request per message, which costs more processor time than the message itself.
 */
import { createInbox, headers as createHeaders, type Msg, type NatsConnection } from "nats";

export type PublishFailure =
  /** No connection: nothing was sent. */
  | "disconnected"
  /** No answer in time: it may be stored or not. Publishing again with the same message id is safe. */
  | "timeout"
  /** No stream listens, or it has no leader. */
  | "no_stream"
  /** The stream or the disk is full. */
  | "full"
  /** The expected revision is not the current one. */
  | "conflict"
  | "too_large"
  | "refused";

/** A message that is not known to be stored. */
export class PublishError extends Error {
  readonly failure: PublishFailure;

  constructor(failure: PublishFailure, detail: string) {
    super(`publish failed (${failure}): ${detail}`);
    this.name = "PublishError";
    this.failure = failure;
  }
}

export interface Acknowledgement {
  readonly sequence: number;
  /** The stream had this message id already and stored nothing. */
  readonly duplicate: boolean;
}

export interface Publisher {
  /** Resolves when the message is stored; rejects with `PublishError`. Header values must hold no line breaks. */
  readonly publish: (
    subject: string,
    payload: Uint8Array | string,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Acknowledgement>;
  /** Awaits the messages that are under way, then ends the subscription. */
  readonly close: () => Promise<void>;
}

interface Waiter {
  readonly resolve: (acknowledgement: Acknowledgement) => void;
  readonly reject: (error: PublishError) => void;
  readonly deadlineAt: number;
}

const TIMEOUT_MS = 3000;
const SWEEP_MS = 250;

const WRONG_LAST_SEQUENCE = 10_071;
const FULL = new Set([10_023, 10_047, 10_077, 10_122]);

/** A publisher on this connection. `isConnected` is asked before each message: a message sent into the void is lost. */
export function createPublisher(connection: NatsConnection, isConnected: () => boolean): Publisher {
  const inbox = createInbox();
  const waiters = new Map<string, Waiter>();
  let counter = 0;
  let idle: (() => void) | undefined;

  const settle = (token: string): Waiter | undefined => {
    const waiter = waiters.get(token);
    waiters.delete(token);
    if (waiters.size === 0) idle?.();
    return waiter;
  };
  const subscription = connection.subscribe(`${inbox}.*`, {
    callback: (_error, message) => {
      const waiter = settle(message.subject.slice(inbox.length + 1));
      if (waiter) answer(waiter, message);
    },
  });
  const sweeper = setInterval(() => {
    const now = Date.now();
    // Waiters stand in the order of their deadlines, since all wait equally long.
    for (const [token, { deadlineAt }] of waiters) {
      if (deadlineAt > now) break;
      settle(token)?.reject(new PublishError("timeout", `no answer within ${TIMEOUT_MS} ms`));
    }
  }, SWEEP_MS);

  return {
    publish: (subject, payload, headers) => {
      if (!isConnected() || connection.isClosed()) {
        return Promise.reject(new PublishError("disconnected", "there is no connection to NATS"));
      }
      const token = (counter++).toString(36);
      return new Promise((resolve, reject) => {
        try {
          connection.publish(subject, payload, { reply: `${inbox}.${token}`, ...encodeHeaders(headers) });
          waiters.set(token, { resolve, reject, deadlineAt: Date.now() + TIMEOUT_MS });
        } catch (error) {
          const tooLarge = error instanceof Error && error.message.includes("MAX_PAYLOAD");
          reject(new PublishError(tooLarge ? "too_large" : "disconnected", String(error)));
        }
      });
    },
    close: async () => {
      if (waiters.size > 0) {
        await new Promise<void>((resolve) => {
          idle = resolve;
        });
      }
      clearInterval(sweeper);
      if (!connection.isClosed()) subscription.unsubscribe();
    },
  };
}

function encodeHeaders(values: Readonly<Record<string, string>> | undefined) {
  if (values === undefined) return {};
  const headers = createHeaders();
  for (const name in values) headers.set(name, values[name] ?? "");
  return { headers };
}

function answer(waiter: Waiter, message: Msg): void {
  if (message.data.length === 0) {
    waiter.reject(new PublishError("no_stream", "no stream answers on this subject"));
    return;
  }
  const { error, seq, duplicate } = message.json<{
    error?: { code: number; err_code: number; description: string };
    seq?: number;
    duplicate?: boolean;
  }>();
  if (error) waiter.reject(new PublishError(failureOf(error), `${error.err_code} ${error.description}`));
  else if (typeof seq === "number") waiter.resolve({ sequence: seq, duplicate: duplicate === true });
  else waiter.reject(new PublishError("refused", "the answer is no acknowledgement"));
}

function failureOf({ code, err_code }: { code: number; err_code: number }): PublishFailure {
  if (err_code === WRONG_LAST_SEQUENCE) return "conflict";
  if (FULL.has(err_code)) return "full";
  return code === 503 ? "no_stream" : "refused";
}
