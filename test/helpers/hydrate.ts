/** Plays the API of a platform in memory: gives a hydration the answers to its reads, round after round and page after page. */
import { expect } from "vitest";
import { decodeJson } from "../../src/normalizers/decode.ts";
import type { Answers, Hydration, Read } from "../../src/normalizers/hydration.ts";
import type { MapContext, MapResult, Observation, Platform } from "../../src/normalizers/platform.ts";
import { findTopic } from "../../src/normalizers/registry.ts";

/** The answer to a read of this path with its query, as JSON would give it; undefined: 404, null: 204. */
export type AnswersOf = (path: string) => unknown;

export const READ_AT = "2026-11-01T12:00:05Z";
const AT = "2026-11-01T12:00:00Z";
const ROUNDS_MAX = 5;

export interface Played {
  readonly observations: readonly Observation[];
  /** Paths that were read, in order. */
  readonly paths: readonly string[];
}

/** What a topic comes to with these answers; fails the test where the webhook or an answer cannot be read. */
export function play(platform: Platform, { topic, body, answers, context = {} }: PlayOptions): Played {
  const paths: string[] = [];
  const hydration = planOf(platform, { topic, body, context });
  if (!("reads" in hydration)) return { observations: hydration.observations, paths };
  const known = gather(hydration, answers, paths);
  return { observations: observationsOf(hydration.map(known, READ_AT)), paths };
}

export interface PlayOptions {
  readonly topic: string;
  readonly body: string;
  readonly answers: AnswersOf;
  readonly context?: Partial<MapContext>;
}

/** What a topic tells where the store has no credentials. */
export function tellAlone(
  platform: Platform,
  { topic, body, context = {} }: Omit<PlayOptions, "answers">,
): readonly Observation[] {
  const hydration = planOf(platform, { topic, body, context });
  return "reads" in hydration ? observationsOf(hydration.partial()) : hydration.observations;
}

/** The reads of a topic, or its observations where it needs none. */
export function planOf(
  platform: Platform,
  { topic, body, context = {} }: Omit<PlayOptions, "answers">,
): Hydration | { readonly observations: readonly Observation[] } {
  const handler = findTopic(platform, topic);
  if (handler === undefined || handler.kind === "ignored")
    return expect.unreachable(`${topic} is not mapped`);
  const decoded = decodeJson(body);
  if (!decoded.ok) return expect.unreachable(decoded.problem);
  const whole = { topic, at: AT, receivedAt: AT, headers: {}, options: {}, ...context };
  if (handler.kind === "mapped") return { observations: observationsOf(handler.map(decoded.value, whole)) };
  const plan = handler.plan(decoded.value, whole);
  if (!plan.ok) return expect.unreachable(plan.problem);
  return "hydration" in plan ? plan.hydration : plan;
}

function gather(hydration: Hydration, answers: AnswersOf, paths: string[]): Answers {
  let known: Answers = {};
  for (let round = 0; round <= ROUNDS_MAX; round += 1) {
    const wanted = hydration.reads(known).filter(({ name }) => !(name in known));
    if (wanted.length === 0) return known;
    const read = wanted.map((each) => [each.name, readAll(each, answers, paths)] as const);
    known = { ...known, ...Object.fromEntries(read) };
  }
  return expect.unreachable("needs too many rounds of reads");
}

function readAll(read: Read, answers: AnswersOf, paths: string[]): unknown {
  const ask = (path: string) => {
    paths.push(path);
    const answer = answers(path);
    if (answer === undefined && !read.mayBeGone) return expect.unreachable(`${path} answers 404`);
    return answer;
  };
  if (read.nextPage === undefined) return ask(read.path);
  const pages: unknown[] = [];
  let path: string | undefined = read.path;
  while (path !== undefined) {
    const page = ask(path);
    if (page === undefined) break;
    pages.push(page);
    path = read.nextPage(page, pages.length);
  }
  return pages;
}

function observationsOf(result: MapResult): readonly Observation[] {
  return result.ok ? result.observations : expect.unreachable(result.problem);
}
