/** What has to come of a load, computed without any process, broker or network: by the pure part of the flow alone. */
import type { CanonicalEvent } from "../../src/normalizers/canonical/event.ts";
import { entityRow } from "../../src/normalizers/transition/row.ts";
import { createMemoryEntities } from "../../src/publish/entities-memory.ts";
import { processWebhook } from "../../src/publish/process.ts";
import type { Webhook } from "../../src/webhook.ts";
import { processDeps } from "../helpers/process-deps.ts";
import type { Delivery } from "./load.ts";

/** What does not depend on the order in which webhooks arrive. */
export interface Reference {
  /** The last state of each entity, by its key. */
  readonly states: ReadonlyMap<string, FinalState>;
  /** What each entity lived through besides updates: `acme.order.1 order.paid`. */
  readonly milestones: readonly string[];
}

export interface FinalState {
  readonly state: unknown;
  readonly version: string;
  readonly deleted: boolean;
}

/** Works the webhooks off in the order of time, one by one. */
export async function computeReference(deliveries: readonly Delivery[]): Promise<Reference> {
  const webhooks = [...deliveries].sort((a, b) => (a.at < b.at ? -1 : 1)).map(toWebhook);
  const texts = new Map<string, { text: string; revision: number }>();
  const events: CanonicalEvent[] = [];
  const deps = processDeps(events, { entities: createMemoryEntities(texts) });
  for (const [at, webhook] of webhooks.entries())
    await processWebhook(webhook, { inboxSequence: at + 1 }, deps);
  return {
    states: new Map([...texts].flatMap(([key, { text }]) => toState(key, text))),
    milestones: milestonesOf(events),
  };
}

function toState(key: string, text: string): [string, FinalState][] {
  if (key.includes(".reference.")) return [];
  const { state, version, deleted } = entityRow.parse(JSON.parse(text));
  return [[key, { state, version, deleted: deleted === true }]];
}

interface Told {
  readonly id: string;
  readonly type: string;
  readonly store: string;
  readonly subject?: string | undefined;
}

/** Each event but updates and ups and downs of stock, which come and go with the order of arrival. */
export function milestonesOf(events: readonly Told[]): string[] {
  return [...new Map(events.map((event) => [event.id, event])).values()]
    .filter(({ type }) => !/\.(updated|changed)$|^stock\./.test(type))
    .map(({ type, store, subject }) => `${store} ${subject} ${type}`)
    .sort();
}

/** The delivery as the hub stores it; the position decides which of two came first. */
export function toWebhook(delivery: Delivery, position: number): Webhook {
  const { id, platform, store, topic, at, body } = delivery;
  return {
    id: `webhook-${String(position).padStart(6, "0")}`,
    platform,
    store,
    topic,
    dedupeKey: id,
    receivedAt: at,
    sentAt: platform === "shopify" ? at : "",
    via: "webhook",
    authenticity: "signature",
    headers: {},
    body: Buffer.from(body),
  };
}
