/** Merges an observation into what is known of an entity, or finds that it is older than that. */
import type { DeletedObservation, PatchObservation, StateObservation } from "../platform.ts";
import type { EntityRow, State } from "./row.ts";

export type EntityObservation = StateObservation | PatchObservation | DeletedObservation;

/** The known facts after an observation; what is told about them is decided elsewhere. */
export type Facts = Pick<
  EntityRow,
  "state" | "version" | "sentAt" | "arrival" | "parts" | "deleted" | "deletedVersion"
>;

/** What decides between two states of one version. */
interface Arrival {
  /** `toVersion` of the moment of sending; empty when the platform does not say. */
  readonly sentAt: string;
  /** A uuidv7: comparing ids compares when the hub received the webhooks. */
  readonly webhookId: string;
}

/**
 * The facts after the observation, or "stale" when it is older than what is known.
 *
 * The version decides; between equal versions the moment of sending does, and without one the order of arrival at the
 * hub (platforms with one-second clocks). A patch is versioned by itself: it neither hides nor is hidden by the whole
 * state. A deletion always counts, since some platforms give it no time of their own, but only once; what was changed
 * before it stays stale.
 */
export function applyObservation(
  row: EntityRow | undefined,
  observation: EntityObservation,
  arrival: Arrival,
): Facts | "stale" {
  switch (observation.kind) {
    case "state":
      return applyState(row, observation, arrival);
    case "patch":
      return applyPatch(row, observation);
    case "deleted":
      return applyDeletion(row, observation, arrival);
  }
}

function applyState(
  row: EntityRow | undefined,
  observation: StateObservation,
  arrival: Arrival,
): Facts | "stale" {
  const { version } = observation;
  const origin = { sentAt: arrival.sentAt, arrival: arrival.webhookId };
  if (row === undefined) return { state: observation.state, version, ...origin };
  const order = compareVersions(version, arrival, row);
  const isRestored = observation.restored === true && arrival.webhookId > (row.arrival ?? "");
  const isBack = row.deleted === true && (isRestored || order > 0);
  if (!isBack && (order < 0 || row.deleted === true)) return "stale";

  const { parts, kept } = keepParts(row, observation);
  return {
    state: { ...observation.state, ...kept },
    version: latest(version, isBack ? "" : row.version),
    ...origin,
    ...(row.deletedVersion === undefined ? {} : { deletedVersion: row.deletedVersion }),
    ...(isEmpty(parts) ? {} : { parts }),
  };
}

/** What patches brought and a whole state does not hide, by slot and by path. */
function keepParts(row: EntityRow, { state, version }: StateObservation) {
  const parts: Record<string, string> = {};
  const kept: Record<string, unknown> = {};
  const told: State = state;
  for (const [slot, partVersion] of Object.entries(row.parts ?? {})) {
    const [path = "", key] = slot.split("/");
    const hides = key === undefined && told[path] !== undefined && version >= partVersion;
    if (hides) continue;
    parts[slot] = partVersion;
    kept[path] = row.state[path];
  }
  return { parts, kept };
}

function applyPatch(row: EntityRow | undefined, observation: PatchObservation): Facts | "stale" {
  const { path, key, version, value } = observation;
  const slot = key === undefined ? path : `${path}/${key}`;
  const known = row ?? { state: { id: observation.id }, version: "", sentAt: "" };
  if (row?.deleted) return "stale";
  const toldByState = key === undefined && known.state[path] !== undefined ? known.version : "";
  const knownVersion = row?.parts?.[slot] ?? toldByState;
  if (version < knownVersion) return "stale";
  const current = known.state[path];
  const next = key === undefined ? value : upsert(Array.isArray(current) ? current : [], key, value);
  return {
    state: { ...known.state, [path]: next },
    version: known.version,
    sentAt: known.sentAt,
    ...(row?.arrival === undefined ? {} : { arrival: row.arrival }),
    ...(row?.deletedVersion === undefined ? {} : { deletedVersion: row.deletedVersion }),
    parts: { ...row?.parts, [slot]: version },
  };
}

function applyDeletion(
  row: EntityRow | undefined,
  observation: DeletedObservation,
  { sentAt, webhookId }: Arrival,
): Facts | "stale" {
  const { version } = observation;
  const told = row?.deletedVersion;
  if (told !== undefined && version <= told && !row?.deleted) return "stale";
  return {
    state: row?.state ?? { id: observation.id },
    version: latest(version, row?.version ?? ""),
    sentAt,
    arrival: webhookId,
    deleted: true,
    deletedVersion: latest(version, told ?? ""),
    ...(row?.parts ? { parts: row.parts } : {}),
  };
}

/** Below, at or above zero as the observation is older than, as old as or newer than the row's whole state. */
function compareVersions(version: string, { sentAt, webhookId }: Arrival, row: EntityRow): number {
  if (version !== row.version) return version < row.version ? -1 : 1;
  if (sentAt !== "" && row.sentAt !== "" && sentAt !== row.sentAt) return sentAt < row.sentAt ? -1 : 1;
  return row.arrival !== undefined && webhookId < row.arrival ? -1 : 0;
}

/** The list with the element of that id replaced or added, in the order of ids, so that arrival does not matter. */
function upsert(list: readonly unknown[], key: string, value: unknown): unknown[] {
  return [...list.filter((item) => idOf(item) !== key), value].sort((a, b) => compareIds(idOf(a), idOf(b)));
}

function idOf(item: unknown): string {
  return typeof item === "object" && item !== null && "id" in item ? String(item.id) : "";
}

function compareIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : Number(a > b);
}

function latest(a: string, b: string): string {
  return a > b ? a : b;
}

function isEmpty(object: object): boolean {
  return Object.keys(object).length === 0;
}
