/**
 * The transition protocol: takes one entity from its stored row to the next, and its events to the stream.
 *
 * 1. Load the row. 2. Derive what the observation means. 3. Make sure that the events of the row's outbox are published
 * before the row is overwritten or the webhook is settled. 4. Write the new row with its own outbox by compare-and-set.
 * 5. Publish that outbox. A crash anywhere leaves either the old row or a row whose outbox whoever comes next publishes;
 * event ids are a function of the row, so an event can be published twice but never be two events.
 */
import type { Resource } from "../normalizers/canonical/resources.ts";
import { describeIssues } from "../normalizers/platform.ts";
import type { EntityObservation } from "../normalizers/transition/apply.ts";
import { eventsOf, type Origin } from "../normalizers/transition/events.ts";
import { type EntityRow, entityRow } from "../normalizers/transition/row.ts";
import { type Cause, type Transition, transition } from "../normalizers/transition/transition.ts";
import { type Entities, UnreadableRow } from "./entities.ts";
import type { EventPublisher } from "./publisher.ts";
import type { CachedRow, RowCache } from "./row-cache.ts";
import { writeEvent, writeRow } from "./texts.ts";
import type { Turns } from "../turns.ts";

export interface AdvanceDeps {
  readonly entities: Entities;
  readonly publisher: EventPublisher;
  readonly cache: RowCache;
  readonly turns: Turns;
  /** See `createAckFloor`. */
  readonly isSettled: (inboxSequence: number, stored: number) => Promise<boolean>;
  readonly onConflict: () => void;
  readonly onRepublish: (events: number) => void;
}

export interface Advance {
  readonly key: string;
  readonly observation: EntityObservation;
  readonly cause: Cause;
  readonly origin: Origin;
}

export type Advanced =
  | { readonly outcome: "stale" | "unchanged" }
  | { readonly outcome: "published"; readonly events: number };

/** Advances one entity. Rejects when rows or events cannot be stored; doing it again later is always safe. */
export function advance(task: Advance, deps: AdvanceDeps): Promise<Advanced> {
  return deps.turns(task.key, () => advanceInTurn(task, deps));
}

async function advanceInTurn(task: Advance, deps: AdvanceDeps): Promise<Advanced> {
  const { key, observation, cause } = task;
  // A row that is probably new is tried without reading; a conflict says that it was not.
  let mayBeNew = observation.kind === "state" && observation.isNew === true;
  for (;;) {
    const { stored, result } = await derive(task, mayBeNew, deps);
    await settleOutbox(stored, task, deps);

    if (result.outcome === "stale") return settled("stale", stored?.row, cause);
    if (result.row === undefined) return settled("unchanged", stored?.row, cause);
    const stateText = JSON.stringify(result.row.state);
    const text = writeRow(result.row, stateText);
    const revision = await deps.entities.save(key, text, stored?.revision ?? 0);
    if (revision === "conflict") {
      if (stored) deps.onConflict();
      deps.cache.drop(key);
      mayBeNew = false;
      continue;
    }
    const saved = { row: result.row, revision, bytes: text.length };
    if (result.outcome === "unchanged") {
      deps.cache.set(key, { ...saved, isPublished: true });
      return settled("unchanged", stored?.row, cause);
    }
    deps.cache.set(key, { ...saved, isPublished: false });
    const events = await publishOutbox(result.row, stateText, task, deps);
    deps.cache.set(key, { ...saved, isPublished: true });
    return { outcome: "published", events };
  }
}

/**
 * The row and what the observation means for it. A cached row may be behind another process's: a write finds that out by
 * itself, but a result that writes nothing counts only for the row as it is stored.
 */
async function derive(
  task: Advance,
  mayBeNew: boolean,
  deps: AdvanceDeps,
): Promise<{ stored: CachedRow | undefined; result: Transition }> {
  const cached = deps.cache.get(task.key);
  if (cached || mayBeNew) {
    const result = apply(cached?.row, task);
    if ("row" in result) return { stored: cached, result };
  }
  const stored = await loadRow(task.key, deps);
  return { stored, result: apply(stored?.row, task) };
}

/** Fails over a stored state that no mapper has made; what mappers give is checked. */
function apply(row: EntityRow | undefined, { key, observation, cause }: Advance): Transition {
  try {
    return transition(row, observation, cause);
  } catch (error) {
    throw row === undefined ? error : new UnreadableRow(key, String(error));
  }
}

async function loadRow(key: string, { entities, cache }: AdvanceDeps): Promise<CachedRow | undefined> {
  const stored = await entities.load(key);
  if (stored === undefined) return undefined;
  const { value, revision, bytes } = stored;
  const known = cache.get(key);
  if (known?.revision === revision) return known;
  const parsed = entityRow.safeParse(value);
  if (!parsed.success) throw new UnreadableRow(key, describeIssues(parsed.error.issues));
  const cached = { row: parsed.data, revision, isPublished: false, bytes };
  cache.set(key, cached);
  return cached;
}

/**
 * Publishes the row's events unless they are known to be published. The ack floor says nothing of the webhook's own: it
 * may come from the dead letters, set aside because its events could not be published.
 */
async function settleOutbox(stored: CachedRow | undefined, task: Advance, deps: AdvanceDeps): Promise<void> {
  if (stored?.row.outbox === undefined || stored.isPublished) return;
  const { row } = stored;
  const { webhookId, inboxSequence } = task.cause;
  const isOwn = row.outbox?.causationId === webhookId;
  if (isOwn || !(await deps.isSettled(row.inboxSequence, inboxSequence))) {
    deps.onRepublish(await publishOutbox(row, JSON.stringify(row.state), task, deps));
  }
  deps.cache.set(task.key, { ...stored, isPublished: true });
}

/** In sequence, so that a reader never sees a gap that closes later. */
async function publishOutbox(
  row: EntityRow,
  stateText: string,
  { observation, origin }: Advance,
  { publisher }: AdvanceDeps,
): Promise<number> {
  const resource: Resource = observation.resource;
  const events = eventsOf(row, resource, observation.id, origin);
  // The connection keeps their order, so all can be on their way at once.
  await Promise.all(events.map((event) => publisher.publish(event, writeEvent(event, resource, stateText))));
  return events.length;
}

/** A redelivered webhook finds its own events in the row: it is the one that published them. */
function settled(outcome: "stale" | "unchanged", row: EntityRow | undefined, { webhookId }: Cause): Advanced {
  return row?.outbox?.causationId === webhookId
    ? { outcome: "published", events: row.outbox.actions.length }
    : { outcome };
}
