/**
 * The story of one entity: what was received for it, what it became, what was published, and who got it. Reads from all
 * stages and changes nothing. Every scan is bounded; what that leaves out stands in `notes`.
 */
import type { DeadReader, DeadScan } from "../dead-letters/reader.ts";
import { HubError } from "../errors.ts";
import { isResource, resourceNames } from "../normalizers/canonical/resources.ts";
import type { StoreOptions } from "../normalizers/platform.ts";
import type { EntityRow } from "../normalizers/transition/row.ts";
import type { OutcomeReader } from "../publish/outcomes.ts";
import { nearest, suggest } from "../subscriptions/wording.ts";
import { type DeliveryPorts, explainDeliveries } from "./deliveries.ts";
import type { EntityId, FindEvents, StoredEvent } from "./entity-events.ts";
import { namesEntity } from "./naming.ts";
import { describeLooked, describeNotes, type Looked } from "./notes.ts";
import type { EntityView, EventView, Explanation, LookedAt } from "./view.ts";
import { explainWebhooks, type NamedLetter } from "./webhooks.ts";

export interface ExplainPorts extends Omit<DeliveryPorts, "deadReader"> {
  readonly findEvents: FindEvents;
  readonly findRow: (entity: EntityId) => Promise<EntityRow | undefined>;
  readonly outcomes: OutcomeReader;
  readonly deadReader: DeadReader;
  readonly findStore: (name: string) => { readonly options: StoreOptions } | undefined;
}

/**
 * Explains an entity with its newest `limit` events and webhooks. Rejects with HubError `not_found` when nothing speaks
 * of it, and `bad_request` when there is no such resource.
 */
export async function explain(entity: EntityId, limit: number, ports: ExplainPorts): Promise<Explanation> {
  checkResource(entity.resource);
  const row = await ports.findRow(entity);
  const found = await ports.findEvents(entity, limit);
  const dead = await findLetters(entity, ports);
  const known = new Set([
    ...found.events.map(({ event }) => event.causationid),
    ...dead.letters.map(({ webhook }) => webhook.id),
  ]);
  const outcomes = await ports.outcomes.scan(entity, (webhook) => known.has(webhook));
  const delivered = await explainDeliveries(found.events, ports);
  const looked: Looked = {
    found,
    outcomes,
    deadWebhooks: dead.scan,
    deadDeliveries: delivered.dead,
    attempts: delivered.attempts,
  };
  const all = explainWebhooks({ outcomes: outcomes.found, events: found.events, letters: dead.letters });
  if (row === undefined && all.length === 0) {
    throw notFound(entity, describeLooked(looked), ports.findStore(entity.store) !== undefined);
  }
  const webhooks = all.slice(-limit);
  const state = row && toEntityView(row, entity);
  return {
    ...entity,
    webhooks,
    ...(state ? { entity: state } : {}),
    events: found.events.map(toEventView),
    subscriptions: [...delivered.subscriptions],
    lookedAt: describeLooked(looked),
    notes: describeNotes(looked, { webhooks, webhooksLeft: all.length - webhooks.length, entity: state }),
  };
}

function checkResource(resource: string): void {
  if (isResource(resource)) return;
  throw new HubError("bad_request", {
    explain: `resource: there is no resource ${resource}${suggest(nearest(resource, resourceNames()))}`,
  });
}

async function findLetters(
  entity: EntityId,
  { deadReader, findStore }: ExplainPorts,
): Promise<{ letters: NamedLetter[]; scan: DeadScan }> {
  const options = findStore(entity.store)?.options ?? {};
  const letters: NamedLetter[] = [];
  const scan = await deadReader.webhooks(entity.store, (webhook, letter) => {
    if (!namesEntity(webhook, entity, options)) return;
    const { body: _body, ...described } = webhook;
    letters.push({ letter, webhook: described });
  });
  return { letters, scan };
}

function toEntityView(row: EntityRow, { resource }: EntityId): EntityView {
  const { sequence, version, state, deleted, outbox } = row;
  return {
    sequence,
    version,
    ...(deleted ? { deleted } : {}),
    state: { ...state },
    ...(outbox
      ? {
          lastChange: {
            types: outbox.actions.map((action) => `${resource}.${action}`),
            at: outbox.time,
            webhook: outbox.causationId,
            changed: outbox.changed,
          },
        }
      : {}),
  };
}

function toEventView({ event, streamSequence, publishedAt }: StoredEvent): EventView {
  const { id, type, sequence, time, causationid, data } = event;
  const changed = Array.isArray(data.changed) ? data.changed.map(String) : [];
  return {
    id,
    type,
    ...(sequence === undefined ? {} : { sequence }),
    time,
    publishedAt,
    streamSequence,
    webhook: causationid,
    changed,
  };
}

function notFound(
  { store, resource, id }: EntityId,
  lookedAt: readonly LookedAt[],
  isStore: boolean,
): HubError {
  const looked = lookedAt
    .filter(({ what }) => what !== "attempts")
    .map(({ what, messages, since }) => `${messages} ${what}${since ? ` since ${since}` : ""}`);
  const missing = isStore ? "" : `; no store named ${store} is connected`;
  return new HubError("not_found", {
    explain: `nothing is known of ${resource} ${id} of ${store}: it has no state, and none of ${looked.join(", ")} speaks of it${missing}`,
  });
}
