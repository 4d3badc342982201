/**
 * An inbox message in which no webhook can be read: damaged, or written by a later version of the hub. It is kept whole as a
 * dead letter and counted for the stores that it was stored for; a redrive puts it back as it was.
 */
import type { JsMsg } from "nats";
import type { DeadLetters } from "../dead-letters/dead-letters.ts";
import type { Logger } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Names } from "../nats/names.ts";
import { storedAt } from "../nats/scan.ts";
import { readStores, type Webhook } from "../webhook.ts";
import type { OutcomeRecord } from "./outcome-record.ts";

export interface SetAsideDeps {
  readonly names: Names;
  readonly deadLetter: DeadLetters["add"];
  readonly log: Logger;
  readonly metrics: Pick<Metrics, "outcomes">;
}

/** Resolves with the outcomes of the webhooks that it should have held; rejects when the letter could not be stored. */
export async function setAside(
  message: JsMsg,
  problem: string,
  { names, deadLetter, log, metrics }: SetAsideDeps,
): Promise<OutcomeRecord[]> {
  const { streamSequence: inboxSequence, redeliveryCount: attempts } = message.info;
  const reason = `inbox message ${inboxSequence} cannot be read: ${problem}`;
  const stores = message.headers?.get("Entrepot-Stores") ?? "";
  const webhook = standIn(message, stores, names);
  await deadLetter(webhook, { reason, attempts, inboxSequence, wholeMessageOf: stores });
  log.error({ inboxSequence, problem }, "inbox message set aside as a dead letter");
  const { id, topic, receivedAt } = webhook;
  const records = readStores(stores).flatMap(([store, count]) =>
    Array.from({ length: count }, (): OutcomeRecord => {
      return { webhook: id, store, topic, receivedAt, outcome: "dead_lettered", events: 0, reason };
    }),
  );
  for (const { outcome } of records) metrics.outcomes.inc({ platform: "unknown", outcome });
  return records;
}

/** Dead letters hold webhooks, so the message stands in one as its body. */
function standIn(message: JsMsg, stores: string, names: Names): Webhook {
  const [platform = "", store = ""] = names.lanes.some(({ mixedSubject }) => message.subject === mixedSubject)
    ? []
    : message.subject.split(".").slice(-2);
  return {
    id: `inbox-${message.seq}`,
    platform,
    store: store === "" ? (readStores(stores)[0]?.[0] ?? "") : store,
    topic: "",
    dedupeKey: `inbox-${message.seq}`,
    receivedAt: storedAt(message),
    sentAt: "",
    via: "webhook",
    authenticity: "path",
    headers: {},
    body: message.data,
  };
}
