/** Webhooks that could not be processed: kept with the reason, listed, and put back into the inbox on demand. */
import { type JetStreamClient, type JetStreamManager, type JsMsg, millis, NatsError } from "nats";
import type { Names } from "../nats/names.ts";
import type { Publisher } from "../nats/publisher.ts";
import { readStream } from "../nats/read.ts";
import { decodeWebhooks, encodeWebhooks, type Webhook, type WebhookDescription } from "../webhook.ts";

export interface DeadLetter {
  /** Position in the DEAD stream; names the letter for `redrive`. */
  readonly sequence: number;
  readonly stage: string;
  readonly reason: string;
  readonly attempts: number;
  readonly at: string;
  readonly webhook: Omit<WebhookDescription, "headers">;
  readonly bytes: number;
}

/** Why and where a webhook failed. */
export interface Failure {
  readonly reason: string;
  readonly attempts: number;
  /** The inbox message that held it. */
  readonly inboxSequence: number;
}

export interface DeadLetterFilter {
  /** All stores without it. */
  readonly store?: string | undefined;
  /** Sequence after which to start. */
  readonly after?: number | undefined;
  readonly limit: number;
}

export interface DeadLetters {
  /** Resolves when the letter is stored. Once per place in the inbox: what is redriven and fails again is a new letter. */
  readonly add: (webhook: Webhook, failure: Failure) => Promise<void>;
  /** Oldest first. */
  readonly list: (filter: DeadLetterFilter) => Promise<DeadLetter[]>;
  /** Puts the webhook back into the inbox and removes the letter; false when there is no such letter. */
  readonly redrive: (sequence: number) => Promise<boolean>;
}

const REASON_LENGTH_MAX = 1000;
const NO_MESSAGE = 10_037;

export interface DeadLettersDeps {
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly publisher: Publisher;
  readonly names: Names;
}

export function createDeadLetters({ js, jsm, publisher, names }: DeadLettersDeps): DeadLetters {
  const stream = names.streams.dead;
  return {
    add: async (webhook, { reason, attempts, inboxSequence }) => {
      await publisher.publish(
        names.deadSubject("normalize", webhook.platform, webhook.store, webhook.topic),
        encodeWebhooks([webhook]),
        {
          "Nats-Msg-Id": `normalize:${inboxSequence}:${webhook.id}`,
          "Entrepot-Reason": encodeReason(reason),
          "Entrepot-Attempts": String(attempts),
        },
      );
    },
    list: async ({ store, after = 0, limit }) => {
      const filter = names.deadFilter({ store });
      const { messages } = await readStream({ js, jsm }, { stream, filter, after, max: limit });
      return messages.map(toDeadLetter);
    },
    redrive: async (sequence) => {
      const message = await orUndefined(jsm.streams.getMessage(stream, { seq: sequence }));
      if (message === undefined) return false;
      const [webhook] = decodeWebhooks(message.data);
      if (webhook === undefined) return false;
      await publisher.publish(names.inboxSubject(webhook.platform, webhook.store), message.data, {
        "Nats-Msg-Id": `redrive:${sequence}:${webhook.id}`,
        "Entrepot-Stores": `${webhook.store}=1`,
      });
      await jsm.streams.deleteMessage(stream, sequence);
      return true;
    },
  };
}

/** Cutting may split a character in two, and half of one cannot be encoded. */
function encodeReason(reason: string): string {
  return encodeURIComponent(Buffer.from(reason.slice(0, REASON_LENGTH_MAX)).toString());
}

function toDeadLetter({ seq, subject, headers, info, data }: JsMsg): DeadLetter {
  const [webhook] = decodeWebhooks(data);
  if (webhook === undefined) throw new Error(`dead letter ${seq} holds no webhook`);
  const { body, headers: _headers, ...description } = webhook;
  return {
    sequence: seq,
    stage: subject.split(".").at(-4) ?? "",
    reason: decodeURIComponent(headers?.get("Entrepot-Reason") ?? ""),
    attempts: Number(headers?.get("Entrepot-Attempts")),
    at: new Date(millis(info.timestampNanos)).toISOString(),
    webhook: description,
    bytes: body.length,
  };
}

async function orUndefined<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.err_code === NO_MESSAGE) return undefined;
    throw error;
  }
}
