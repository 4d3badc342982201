/**
 * Where webhooks wait that cannot be completed now: a stream of their own, so that they fill neither the process nor the
 * inbox's window. When its time has come a webhook goes back into the inbox and is processed like any other.
 */
import { headers as createHeaders, type JetStreamClient, type JsMsg } from "nats";
import type { Logger } from "../../log.ts";
import { keepConsuming } from "../../nats/consume.ts";
import type { Names } from "../../nats/names.ts";
import type { Publisher } from "../../nats/publisher.ts";
import { encodeWebhooks, type Webhook } from "../../webhook.ts";
import type { Waited } from "./hydrator.ts";

export interface Wait {
  readonly delayMs: number;
  readonly waited: Waited;
  /** Place in the inbox from which the webhook comes. */
  readonly inboxSequence: number;
}

export interface WaitingRoom {
  /** Resolves when it is stored. Once per place in the inbox, so that a redelivered message does not make two of one. */
  readonly add: (webhook: Webhook, wait: Wait) => Promise<void>;
  /** Sends nobody back any more and awaits those on their way. */
  readonly stop: () => Promise<void>;
}

export interface WaitingRoomDeps {
  readonly js: JetStreamClient;
  readonly publisher: Publisher;
  readonly names: Names;
  readonly log: Logger;
  readonly now: () => number;
  readonly onBroken: (error: unknown) => void;
}

const HEADER = {
  dueAt: "Entrepot-Due-At",
  subject: "Entrepot-Inbox-Subject",
  since: "Entrepot-Waiting-Since",
  failures: "Entrepot-Failures",
} as const;
const AGAIN_MS = 1000;

export async function openWaitingRoom(deps: WaitingRoomDeps): Promise<WaitingRoom> {
  const { js, publisher, names, now, onBroken } = deps;
  const consumer = await js.consumers.get(names.streams.waiting, names.usher);
  const messages = await keepConsuming(consumer);
  const inHand = new Set<Promise<void>>();
  const loop = (async () => {
    for await (const message of messages) {
      const work = usher(message, deps).finally(() => inHand.delete(work));
      inHand.add(work);
    }
  })();
  loop.catch(onBroken);
  return {
    add: async (webhook, { delayMs, waited, inboxSequence }) => {
      const { platform, store, id } = webhook;
      await publisher.publish(names.waitingSubject(platform, store), encodeWebhooks([webhook]), {
        "Nats-Msg-Id": `wait:${inboxSequence}:${id}`,
        [HEADER.dueAt]: String(Math.round(now() + delayMs)),
        [HEADER.subject]: names.prompt.subject(platform, store),
        [HEADER.since]: String(waited.since),
        [HEADER.failures]: String(waited.failures),
      });
    },
    stop: async () => {
      messages.stop();
      await loop;
      await Promise.all(inHand);
    },
  };
}

/** What the inbox message says about waiting; undefined when its webhooks have not waited. */
export function waitedOf(message: Pick<JsMsg, "headers">): Waited | undefined {
  const { headers } = message;
  if (!headers?.has(HEADER.since)) return undefined;
  return { since: Number(headers.get(HEADER.since)), failures: Number(headers.get(HEADER.failures)) };
}

/** The webhook was counted when it came first, so the message does not say again whose it is. */
async function usher(message: JsMsg, { publisher, log, now }: WaitingRoomDeps): Promise<void> {
  const headers = message.headers ?? createHeaders();
  const leftMs = Number(headers.get(HEADER.dueAt)) - now();
  if (leftMs > 0) return message.nak(leftMs);
  try {
    await publisher.publish(headers.get(HEADER.subject), message.data, {
      "Nats-Msg-Id": `waited:${message.seq}`,
      [HEADER.since]: headers.get(HEADER.since),
      [HEADER.failures]: headers.get(HEADER.failures),
    });
    message.ack();
  } catch (error) {
    log.warn({ err: error, sequence: message.seq }, "waiting webhook not put back into the inbox yet");
    message.nak(AGAIN_MS);
  }
}
