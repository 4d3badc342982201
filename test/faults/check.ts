/**
 * Whether the guarantees held in a run: pure, over all that was sent, stored and received. Each problem begins with the
 * guarantee that it breaks; no problems means that nothing was lost, doubled, made up or out of sequence.
 */
import { isDeepStrictEqual } from "node:util";
import type { CanonicalEvent } from "../../src/normalizers/canonical/event.ts";
import { diffStates } from "../../src/normalizers/transition/diff.ts";
import { entityOf } from "../../src/subscriptions/entity.ts";
import { type FinalState, milestonesOf, type Reference } from "./reference.ts";

/** One try of a platform to hand a webhook over. */
export interface Answer {
  /** Undefined when the connection broke or nobody answered in time. */
  readonly status: number | undefined;
  readonly retryAfter?: string | undefined;
}

/** A webhook as its platform knows it. */
export interface Sent {
  readonly id: string;
  readonly store: string;
  readonly answers: readonly Answer[];
}

export interface StoredWebhook {
  /** Given by the hub, one for each time it stored something. */
  readonly webhook: string;
  readonly store: string;
  /** The platform's id of the delivery. */
  readonly delivery: string;
}

export interface Outcome {
  readonly webhook: string;
  readonly outcome: string;
}

/** What came to a subscriber, repetitions included, in the order of arrival. */
export interface Received {
  readonly subscriber: string;
  readonly isOrdered: boolean;
  readonly events: readonly { readonly id: string; readonly text: string }[];
}

export interface History {
  readonly sent: readonly Sent[];
  readonly stored: readonly StoredWebhook[];
  readonly outcomes: readonly Outcome[];
  /** As `/api/outcomes` tells them. */
  readonly counts: Readonly<Record<string, number>>;
  /** The COMMERCE stream. */
  readonly events: readonly CanonicalEvent[];
  readonly rows: ReadonlyMap<string, FinalState & { readonly sequence: number }>;
  readonly received: readonly Received[];
  /** The largest size that each hub process had, in bytes. */
  readonly memory: ReadonlyMap<string, number>;
  readonly reference: Reference;
}

/** No hub process may grow beyond this under the load of a scenario. */
export const MEMORY_BYTES_MAX = 300_000_000;

/** What did not hold; empty when everything did. */
export function check(history: History): string[] {
  return [
    ...checkAnswers(history),
    ...checkStored(history),
    ...checkOutcomes(history),
    ...checkEvents(history),
    ...checkRows(history),
    ...checkReference(history),
    ...history.received.flatMap((received) => checkReceived(received, history)),
    ...checkMemory(history),
  ];
}

/** What was not stored was answered so that the platform comes again. */
function checkAnswers({ sent }: History): string[] {
  return sent.flatMap(({ id, answers }) => {
    const wrong = answers.filter((answer) => !isYes(answer) && !isRetryable(answer));
    const refusals = wrong.map(
      ({ status, retryAfter }) => `G1: ${id} was answered ${status}, Retry-After ${retryAfter}`,
    );
    return answers.some(isYes) ? refusals : [...refusals, `G1: ${id} was never taken`];
  });
}

function isYes({ status }: Answer): boolean {
  return status === 200;
}

function isRetryable({ status, retryAfter }: Answer): boolean {
  return status === undefined || ((status === 503 || status === 429) && Number(retryAfter) > 0);
}

/** A yes was the truth, and nothing is stored that nobody sent. */
function checkStored({ sent, stored }: History): string[] {
  const known = new Set(stored.map(({ store, delivery }) => `${store} ${delivery}`));
  const promised = sent.filter(({ answers }) => answers.some(isYes)).map(({ store, id }) => `${store} ${id}`);
  const all = new Set(sent.map(({ store, id }) => `${store} ${id}`));
  return [
    ...promised
      .filter((key) => !known.has(key))
      .map((key) => `G1: ${key} was answered 200 and is not stored`),
    ...[...known].filter((key) => !all.has(key)).map((key) => `G1: ${key} is stored and was never sent`),
    ...repeated(stored.map(({ webhook }) => webhook)).map((id) => `G2: webhook ${id} is stored twice`),
  ];
}

function checkOutcomes({ stored, outcomes, counts }: History): string[] {
  const told = new Set(outcomes.map(({ webhook }) => webhook));
  const known = new Set(stored.map(({ webhook }) => webhook));
  const { stored: storedCount = 0, events: _events, ...perOutcome } = counts;
  const sum = Object.values(perOutcome).reduce((all, one) => all + one, 0);
  return [
    ...[...known].filter((id) => !told.has(id)).map((id) => `G2: webhook ${id} has no outcome`),
    ...[...told].filter((id) => !known.has(id)).map((id) => `G2: an outcome of ${id}, which is not stored`),
    ...repeated(outcomes.map(({ webhook }) => webhook)).map((id) => `G2: webhook ${id} has two outcomes`),
    ...(storedCount === stored.length
      ? []
      : [`G2: ${storedCount} are counted as stored, ${stored.length} are`]),
    ...(sum === storedCount ? [] : [`G2: ${storedCount} stored, but ${sum} outcomes are counted`]),
  ];
}

/** Each id once, sequences without gaps and in order, and each event tells exactly the step from the state before it. */
function checkEvents({ events }: History): string[] {
  const doubled = repeated(events.map(({ id }) => id)).map((id) => `G3: ${id} is in the stream twice`);
  return [...doubled, ...[...byEntity(events)].flatMap(([entity, list]) => checkLife(entity, list))];
}

function checkLife(entity: string, events: readonly CanonicalEvent[]): string[] {
  const problems: string[] = [];
  let before: CanonicalEvent | undefined;
  for (const [at, event] of events.entries()) {
    if (event.sequence !== at + 1) {
      problems.push(`G4: ${entity} has sequence ${event.sequence} where ${at + 1} is due`);
      break;
    }
    // The events of one transition carry the same data.
    if (before !== undefined && before.causationid !== event.causationid) {
      const { changed } = diffStates(stateOf(before), stateOf(event));
      if (!isDeepStrictEqual(changed, event.data.changed)) {
        problems.push(
          `G3: ${event.id} says that ${event.data.changed} changed since its predecessor: ${changed} did`,
        );
      }
    }
    before = event;
  }
  return problems;
}

/** What is remembered of an entity is what was told last. */
function checkRows({ rows, events }: History): string[] {
  const told = byEntity(events);
  return [...rows].flatMap(([key, { sequence, state }]) => {
    const [store = "", resource = "", token = ""] = key.split(".");
    const entity = `${store}:${resource}:${decodeURIComponent(token.replaceAll("=", "%"))}`;
    const last = told.get(entity)?.at(-1);
    if ((last?.sequence ?? 0) !== sequence)
      return [`G3: ${key} is at ${sequence}, its last event is ${last?.id}`];
    const isTold = last === undefined || isDeepStrictEqual(stateOf(last), state);
    // A change of nothing but a time is no event.
    return isTold || isQuietly(stateOf(last), state)
      ? []
      : [`G3: the state of ${key} is not that of ${last?.id}`];
  });
}

function isQuietly(told: Record<string, unknown>, state: unknown): boolean {
  if (!isObject(state)) return false;
  return diffStates(told, state).changed.every((path) => path === "updatedAt");
}

function checkReference({ rows, events, reference }: History): string[] {
  const differences = [...reference.states].flatMap(([key, wanted]) => {
    const row = rows.get(key);
    if (row === undefined) return [`G2: ${key} is not known`];
    const { sequence: _sequence, ...got } = row;
    return isDeepStrictEqual(got, wanted)
      ? []
      : [
          `G4: ${key} did not end as without faults: ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`,
        ];
  });
  const told = new Set(milestonesOf(events));
  const wanted = new Set(reference.milestones);
  return [
    ...differences,
    ...[...rows.keys()]
      .filter((key) => !reference.states.has(key))
      .map((key) => `G3: ${key} should not exist`),
    ...reference.milestones.filter((each) => !told.has(each)).map((each) => `G2: ${each} was never told`),
    ...[...told].filter((each) => !wanted.has(each)).map((each) => `G3: ${each} did not happen`),
    ...repeated(milestonesOf(events)).map((each) => `G3: ${each} was told as two events`),
  ];
}

/** Everything came at least once, and what came again was the same. */
function checkReceived({ subscriber, isOrdered, events: received }: Received, { events }: History): string[] {
  const published = new Map(events.map((event) => [event.id, event]));
  const texts = new Map<string, string>();
  const problems: string[] = [];
  for (const { id, text } of received) {
    const known = texts.get(id);
    if (known !== undefined && known !== text) problems.push(`G3: ${subscriber} got ${id} with two contents`);
    texts.set(id, known ?? text);
    const event = published.get(id);
    if (event === undefined) problems.push(`G3: ${subscriber} got ${id}, which was not published`);
    else if (known === undefined && !isDeepStrictEqual(JSON.parse(text), event))
      problems.push(`G3: ${subscriber} got ${id} with another content than published`);
  }
  const missing = [...published.keys()].filter((id) => !texts.has(id));
  return [
    ...problems,
    ...missing.map((id) => `G2: ${subscriber} never got ${id}`),
    ...(isOrdered ? checkOrder(subscriber, [...texts.keys()], published) : []),
  ];
}

function checkOrder(
  subscriber: string,
  ids: readonly string[],
  published: ReadonlyMap<string, CanonicalEvent>,
): string[] {
  const arrived = ids.flatMap((id) => published.get(id) ?? []);
  return [...byEntity(arrived)].flatMap(([entity, list]) => {
    const sequences = list.map(({ sequence }) => sequence);
    const isSorted = sequences.every(
      (sequence, at) => at === 0 || (sequence ?? 0) > (sequences[at - 1] ?? 0),
    );
    return isSorted ? [] : [`G4: ${subscriber} got ${entity} in the order ${sequences}`];
  });
}

function checkMemory({ memory }: History): string[] {
  return [...memory]
    .filter(([, bytes]) => bytes > MEMORY_BYTES_MAX)
    .map(([name, bytes]) => `memory: ${name} grew to ${Math.round(bytes / 1e6)} MB`);
}

/** In the order given; signals stand behind no entity. */
function byEntity(events: readonly CanonicalEvent[]): Map<string, CanonicalEvent[]> {
  const entities = new Map<string, CanonicalEvent[]>();
  for (const event of events) {
    if (event.sequence === undefined) continue;
    const entity = entityOf(event);
    entities.set(entity, [...(entities.get(entity) ?? []), event]);
  }
  return entities;
}

function stateOf({ type, data }: CanonicalEvent): Record<string, unknown> {
  const state = data[type.split(".")[0] ?? ""];
  return isObject(state) ? state : {};
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function repeated(ids: readonly string[]): string[] {
  const seen = new Set<string>();
  return [...new Set(ids.filter((id) => seen.size === seen.add(id).size))];
}
