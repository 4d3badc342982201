/** One entity while webhooks are folded onto it again: its row, and which published events are accounted for. */
import type { CanonicalEvent } from "../../normalizers/canonical/event.ts";
import { isResource, type Resource } from "../../normalizers/canonical/resources.ts";
import { revert } from "../../normalizers/transition/diff.ts";
import { crossMilestones } from "../../normalizers/transition/milestones.ts";
import type { EntityRow, State } from "../../normalizers/transition/row.ts";

export interface Placed {
  readonly sequence: number;
  readonly cause: string;
  isAccounted: boolean;
}

export interface FoldedEntity {
  row: EntityRow | undefined;
  /** False while the version of the row is not known, so that nobody can tell what is older. */
  isCertain: boolean;
  readonly published: readonly Placed[];
}

/** Older than any version. */
const UNKNOWN_VERSION = "0";

/** The row before the first of the entity's events, undone from that event; undefined when it was its first at all. */
export function rowBefore(event: CanonicalEvent, current: EntityRow | undefined): EntityRow | undefined {
  const { sequence = 1, data, type, firstseen } = event;
  if (sequence <= 1) return undefined;
  const resource = type.slice(0, type.indexOf("."));
  const changed = Array.isArray(data.changed) ? data.changed.map(String) : [];
  const state = revert(toRecord(data[resource]), { changed, previous: toRecord(data.previous) });
  // A first sight of what has events already: only parts of it were known.
  const version = firstseen ? "" : UNKNOWN_VERSION;
  // A change without a difference: it came back from deletion.
  const wasDeleted = changed.length === 0 && !firstseen && !type.endsWith(".deleted");
  return {
    ...assumed(resource, state, version, current),
    sequence: sequence - 1,
    ...(wasDeleted ? { deleted: true } : {}),
  };
}

/** The row after an event whose webhook is not among those that are folded. */
export function rowAfter(event: CanonicalEvent, current: EntityRow | undefined): EntityRow {
  const { sequence = 1, data, type, partial } = event;
  const resource = type.slice(0, type.indexOf("."));
  return {
    ...assumed(resource, toRecord(data[resource]), partial ? "" : UNKNOWN_VERSION, current),
    sequence,
    ...(type.endsWith(".deleted") ? { deleted: true } : {}),
  };
}

/** The row of an entity that had no event since: as it is, but nobody knows since when. */
export function rowUnchanged({ outbox: _told, arrival: _newer, ...row }: EntityRow): EntityRow {
  const version = row.version === "" ? "" : UNKNOWN_VERSION;
  return { ...row, version, sentAt: "", ...partsOf(row.state, row) };
}

function assumed(resource: string, state: State, version: string, current: EntityRow | undefined) {
  const reached = isResource(resource) ? reachedBy(resource, state) : [];
  return {
    state: { ...state },
    version,
    sentAt: "",
    inboxSequence: 0,
    ...partsOf(state, current),
    ...(reached.length > 0 ? { reached: [...reached] } : {}),
  };
}

/** Milestones that the state has behind it count as told. */
function reachedBy(resource: Resource, state: State): readonly string[] {
  return crossMilestones(resource, { previous: undefined, next: state, reached: [] }).reached;
}

/** What patches brought is not hidden by a whole state; which parts those are, today's row says. */
function partsOf(state: State, current: EntityRow | undefined): { parts?: Record<string, string> } {
  const slots = Object.keys(current?.parts ?? {}).filter((slot) => {
    const [path = ""] = slot.split("/");
    return state[path] !== undefined;
  });
  if (slots.length === 0) return {};
  return { parts: Object.fromEntries(slots.map((slot) => [slot, UNKNOWN_VERSION])) };
}

function toRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
