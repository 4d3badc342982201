/**
 * Stored row + observation -> next row and the events between them. Pure and the same for every platform.
 * The events stand in the next row as its outbox; `events.ts` writes them out.
 */
import type { Authenticity } from "../canonical/event.ts";
import { RESOURCES, type ResourceDefinition } from "../canonical/resources.ts";
import { toTimestamp } from "../canonical/time.ts";
import { applyObservation, type EntityObservation, type Facts } from "./apply.ts";
import { type Difference, diffStates } from "./diff.ts";
import { crossMilestones } from "./milestones.ts";
import type { EntityRow, Outbox, State } from "./row.ts";

/** Where an observation comes from. */
export interface Cause {
  readonly webhookId: string;
  /** RFC 3339. */
  readonly receivedAt: string;
  /** `toVersion` of the moment the platform says it sent this; empty when it does not say. */
  readonly sentAt: string;
  readonly authenticity: Authenticity;
  readonly via: Outbox["via"];
  readonly inboxSequence: number;
  /** When the store was connected (RFC 3339). */
  readonly connectedAt: string;
  /** The webhook is thin, and what it leaves out could not be read. */
  readonly partial?: true | undefined;
}

export type Transition =
  | { readonly outcome: "stale" }
  /** Nothing to tell. `row` is there when the row has to be written all the same. */
  | { readonly outcome: "unchanged"; readonly row?: EntityRow }
  | { readonly outcome: "changed"; readonly row: EntityRow };

const NOTHING_BEFORE: Difference = { changed: [], previous: {} };

/** Derives what an observation means for an entity. */
export function transition(
  row: EntityRow | undefined,
  observation: EntityObservation,
  cause: Cause,
): Transition {
  const facts = applyObservation(row, observation, cause);
  if (facts === "stale") return { outcome: "stale" };
  if (row?.deleted && facts.deleted) return moveForward(row, facts);

  const { quiet, carriers }: ResourceDefinition = RESOURCES[observation.resource];
  const difference = row === undefined ? NOTHING_BEFORE : diffStates(row.state, facts.state);
  const sight = isFirstSight(row, facts) ? firstSight(observation, cause) : "known";
  const isSame = row?.deleted === facts.deleted && isQuiet(difference, quiet);
  if (row !== undefined && sight === "known" && isSame) return moveForward(row, facts);

  const { crossed, reached } = milestonesOf(row, facts, observation, sight, cause);
  const carrier = carriers[carrierOf(facts, sight)];
  const actions = [...(carrier === undefined ? [] : [carrier]), ...crossed];
  const next: EntityRow = {
    ...facts,
    sequence: (row?.sequence ?? 0) + actions.length,
    inboxSequence: cause.inboxSequence,
    ...(reached.length > 0 ? { reached: [...reached] } : {}),
  };
  if (actions.length === 0) return { outcome: "unchanged", row: next };
  const delta = stockDelta(observation, row?.state, facts.state);
  next.outbox = {
    ...describe(observation, cause),
    actions,
    ...difference,
    ...(delta === undefined ? {} : { delta }),
    ...(sight === "old" ? { firstSeen: true } : {}),
    ...(isPartial(row, facts, cause) ? { partial: true } : {}),
  };
  return { outcome: "changed", row: next };
}

function carrierOf({ deleted }: Facts, sight: "new" | "old" | "known"): "created" | "updated" | "deleted" {
  if (deleted) return "deleted";
  return sight === "new" ? "created" : "updated";
}

/** Only patches or a deletion have told of it so far, or the webhook does not tell all. */
function isPartial(row: EntityRow | undefined, { version, deleted }: Facts, { partial }: Cause): boolean {
  return partial === true || version === "" || (deleted === true && !row?.version);
}

/** When and how the hub came to know. */
function describe({ version }: EntityObservation, cause: Cause) {
  const { receivedAt, via, webhookId, authenticity } = cause;
  return {
    time: toTimestamp(version) ?? receivedAt,
    detectedAt: receivedAt,
    via,
    causationId: webhookId,
    authenticity,
  };
}

/** A newer version of an equal state: the state and its outbox stay, so that what was told can be told again. */
function moveForward(row: EntityRow, facts: Facts): Transition {
  const partsMoved = Object.entries(facts.parts ?? {}).some(
    ([slot, version]) => row.parts?.[slot] !== version,
  );
  const isLater = facts.version !== row.version || facts.sentAt > row.sentAt || partsMoved;
  if (!isLater) return { outcome: "unchanged" };
  const { parts: _overtaken, ...kept } = row;
  return { outcome: "unchanged", row: { ...kept, ...facts, state: row.state } };
}

/** The whole state is seen for the first time; patches may have come before. */
function isFirstSight(row: EntityRow | undefined, facts: Facts): boolean {
  return row === undefined || (row.version === "" && facts.version !== "");
}

/** `new`: came to be after the store was connected. `old`: existed before, so its first sight is no news. */
function firstSight(observation: EntityObservation, { connectedAt }: Cause): "new" | "old" {
  if (observation.kind !== "state") return "old";
  const { bornAt, isNew } = observation;
  if (bornAt === undefined) return isNew ? "new" : "old";
  return isAtOrAfter(bornAt, connectedAt) ? "new" : "old";
}

function milestonesOf(
  row: EntityRow | undefined,
  facts: Facts,
  observation: EntityObservation,
  sight: "new" | "old" | "known",
  cause: Cause,
): { crossed: readonly string[]; reached: readonly string[] } {
  const reached = row?.reached ?? [];
  if (facts.deleted || observation.kind === "deleted") return { crossed: [], reached };
  const previous = sight === "old" ? undefined : row?.state;
  const crossing = crossMilestones(observation.resource, { previous, next: facts.state, reached });
  if (sight !== "old") return crossing;
  const news = [...(observation.news ?? []), ...happenedSince(facts.state, cause.connectedAt)];
  return { ...crossing, crossed: crossing.crossed.filter((name) => news.includes(name)) };
}

/** Milestones whose own moment is in the state and lies after the store was connected. */
function happenedSince(state: State, connectedAt: string): string[] {
  const moments: Record<string, unknown> = {
    paid: state.paidAt,
    cancelled: state.cancelledAt,
    fulfilled: state.completedAt,
    completed: state.completedAt,
    closed: state.closedAt,
  };
  return Object.keys(moments).filter((name) => {
    const moment = moments[name];
    return typeof moment === "string" && isAtOrAfter(moment, connectedAt);
  });
}

function isQuiet({ changed }: Difference, quiet: readonly string[]): boolean {
  return changed.every((path) => quiet.includes(path));
}

function stockDelta(
  { resource }: EntityObservation,
  before: State | undefined,
  after: State,
): number | undefined {
  if (resource !== "stock") return undefined;
  const [old, now] = [before?.available, after.available];
  return typeof old === "number" && typeof now === "number" ? now - old : undefined;
}

function isAtOrAfter(moment: string, reference: string): boolean {
  return Date.parse(moment) >= Math.floor(Date.parse(reference) / 1000) * 1000;
}
