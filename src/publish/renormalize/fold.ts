/** Folds webhooks onto their entities by today's normalizers and says how that differs from what was published. */
import type { CanonicalEvent } from "../../normalizers/canonical/event.ts";
import { toTimestamp } from "../../normalizers/canonical/time.ts";
import type { Observation, ReferenceObservation, SignalObservation } from "../../normalizers/platform.ts";
import type { EntityObservation } from "../../normalizers/transition/apply.ts";
import { eventsOf, type Origin, signalEvent } from "../../normalizers/transition/events.ts";
import type { EntityRow } from "../../normalizers/transition/row.ts";
import { type Cause, transition } from "../../normalizers/transition/transition.ts";
import type { Webhook } from "../../webhook.ts";
import { withReference } from "../process.ts";
import { compareEvents, type PathDifference } from "./compare.ts";
import { type FoldedEntity, type Placed, rowAfter, rowBefore, rowUnchanged } from "./entity.ts";
import { entityOfId, type Published } from "./published.ts";

export interface Difference {
  readonly kind: "missing" | "extra" | "different" | "unknown";
  readonly resource: string;
  /** Absent for signals. */
  readonly id?: string;
  /** Types of the events that were published, and of those that would be. */
  readonly published: readonly string[];
  readonly now: readonly string[];
  readonly paths?: readonly PathDifference[];
  readonly reason?: string;
}

export interface FoldDeps {
  readonly published: Published;
  /** What the hub knows of the entity today. */
  readonly findRow: (entity: {
    store: string;
    resource: string;
    id: string;
  }) => Promise<EntityRow | undefined>;
  /** The webhook is one of those that were folded before. */
  readonly isFolded: (webhook: string) => boolean;
}

export interface Folding {
  readonly webhook: Webhook;
  readonly cause: Cause;
  readonly origin: Origin;
}

export interface Fold {
  /** Folds what a webhook says; the differences it makes. */
  readonly apply: (observations: readonly Observation[], folding: Folding) => Promise<Difference[]>;
  /** The event was published because of a webhook that was folded. */
  readonly isAccounted: (event: CanonicalEvent, sequence: number) => boolean;
  /** About how much memory the rows take. */
  readonly characters: () => number;
}

const REFERENCE_FIELDS = ["variantId", "productId", "sku"] as const;

/** The rows stay in memory: whoever folds looks at `characters`. */
export function createFold(deps: FoldDeps): Fold {
  const entities = new Map<string, FoldedEntity>();
  /** Sequences of signals. */
  const signals = new Set<number>();
  let characters = 0;

  async function open(store: string, { resource, id }: EntityObservation): Promise<FoldedEntity> {
    const name = entityOfId(`${store}:${resource}:${id}:0`);
    const known = entities.get(name);
    if (known) return known;
    const opened = await openEntity(name, { store, resource, id }, deps);
    entities.set(name, opened);
    characters += sizeOf(opened.row) + name.length;
    return opened;
  }

  async function applyOne(observation: EntityObservation, folding: Folding): Promise<Difference | undefined> {
    const entity = await open(folding.origin.store, observation);
    await catchUp(entity, observation, folding, deps);
    const published = await take(entity.published, folding.cause.webhookId, deps);
    const before = entity.row;
    const now = advance(entity, complete(observation, published, before), folding, published.length > 0);
    characters += sizeOf(entity.row) - sizeOf(before);
    return describe(observation, published, now);
  }

  return {
    apply: async (observations, folding) => {
      const differences: Difference[] = [];
      for (const observation of observations) {
        if (observation.kind === "reference") continue;
        const difference =
          observation.kind === "signal"
            ? await applySignal(observation, folding, signals, deps.published)
            : await applyOne(observation, folding);
        if (difference) differences.push(difference);
      }
      return differences;
    },
    isAccounted: (event, sequence) => {
      if (signals.has(sequence)) return true;
      const placed = entities.get(entityOfId(event.id))?.published;
      return placed?.some((each) => each.sequence === sequence && each.isAccounted) ?? false;
    },
    characters: () => characters,
  };
}

async function openEntity(
  name: string,
  id: { store: string; resource: string; id: string },
  { published, findRow }: FoldDeps,
): Promise<FoldedEntity> {
  const current = await findRow(id);
  const placed: Placed[] = [];
  let first: CanonicalEvent | undefined;
  for (const sequence of published.of(name)) {
    const found = await published.read(sequence);
    if (found === undefined) continue;
    first ??= found.event;
    placed.push({ sequence, cause: found.event.causationid, isAccounted: false });
  }
  const row = first ? rowBefore(first, current) : current && rowUnchanged(current);
  return { row, isCertain: row === undefined, published: placed };
}

/** Takes over what was published because of webhooks that came before this one and are not among those folded. */
async function catchUp(
  entity: FoldedEntity,
  { resource, id }: EntityObservation,
  { cause, origin }: Folding,
  deps: FoldDeps,
): Promise<void> {
  let last: Placed | undefined;
  for (const placed of entity.published) {
    if (placed.isAccounted) continue;
    // Ids of webhooks grow.
    if (placed.cause >= cause.webhookId || deps.isFolded(placed.cause)) break;
    placed.isAccounted = true;
    last = placed;
  }
  const found = last && (await deps.published.read(last.sequence));
  if (found === undefined) return;
  entity.row = rowAfter(found.event, await deps.findRow({ store: origin.store, resource, id }));
  entity.isCertain = false;
}

async function take(
  placed: readonly Placed[],
  webhookId: string,
  { published }: FoldDeps,
): Promise<CanonicalEvent[]> {
  const events: CanonicalEvent[] = [];
  for (const each of placed) {
    if (each.cause !== webhookId || each.isAccounted) continue;
    each.isAccounted = true;
    const found = await published.read(each.sequence);
    if (found) events.push(found.event);
  }
  return events;
}

/** What another webhook told about the item, as far as it was known then. */
function complete(
  observation: EntityObservation,
  [event]: readonly CanonicalEvent[],
  row: EntityRow | undefined,
): EntityObservation {
  if (observation.kind !== "state" || observation.reference === undefined) return observation;
  const known = event?.data[observation.resource] ?? row?.state;
  return withReference(observation, referenceIn(known));
}

function referenceIn(state: unknown): ReferenceObservation["fields"] {
  if (typeof state !== "object" || state === null) return {};
  const known = Object.entries(state).filter(([name]) => REFERENCE_FIELDS.some((field) => field === name));
  return Object.fromEntries(known);
}

/** The events that would be published; `undefined` when it cannot be said. */
function advance(
  entity: FoldedEntity,
  observation: EntityObservation,
  { cause, origin }: Folding,
  wasPublished: boolean,
): CanonicalEvent[] | undefined {
  const result = transition(entity.row, observation, cause);
  const isKnown = entity.isCertain || wasPublished;
  if (result.outcome === "changed" && !isKnown) return undefined;
  entity.isCertain = isKnown;
  if (result.outcome === "stale" || result.row === undefined) return [];
  entity.row = result.row;
  return result.outcome === "changed"
    ? eventsOf(result.row, observation.resource, observation.id, origin)
    : [];
}

function describe(
  { resource, id }: EntityObservation,
  published: readonly CanonicalEvent[],
  now: readonly CanonicalEvent[] | undefined,
): Difference | undefined {
  if (now === undefined) {
    const reason = "what was known before is only known from later events, so it may have been stale";
    return { kind: "unknown", resource, id, published: [], now: [], reason };
  }
  const compared = compareEvents(published, now);
  if (compared.kind === "same") return undefined;
  const paths = compared.kind === "different" ? { paths: compared.paths } : {};
  return { kind: compared.kind, resource, id, published: typesOf(published), now: typesOf(now), ...paths };
}

async function applySignal(
  observation: SignalObservation,
  { webhook, cause, origin }: Folding,
  accounted: Set<number>,
  published: Published,
): Promise<Difference | undefined> {
  const at = toTimestamp(webhook.sentAt) ?? cause.receivedAt;
  const event = signalEvent(observation, { ...cause, dedupeKey: webhook.dedupeKey, at }, origin);
  const events: CanonicalEvent[] = [];
  for (const sequence of published.of(entityOfId(event.id))) {
    const found = await published.read(sequence);
    if (found) events.push(found.event);
    accounted.add(sequence);
  }
  const compared = compareEvents(events, [event]);
  if (compared.kind === "same") return undefined;
  const [resource = ""] = observation.type.split(".");
  const paths = compared.kind === "different" ? { paths: compared.paths } : {};
  return { kind: compared.kind, resource, published: typesOf(events), now: [event.type], ...paths };
}

function typesOf(events: readonly CanonicalEvent[]): string[] {
  return events.map(({ type }) => type);
}

function sizeOf(row: EntityRow | undefined): number {
  return row === undefined ? 0 : JSON.stringify(row).length;
}
