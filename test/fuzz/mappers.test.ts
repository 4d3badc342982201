/**
 * Every mapper of every platform, wire and topic, given payloads that are damaged on purpose: it gives observations that fit
 * the canonical language or says that it cannot read them, and never throws; equal payloads give equal answers, and stay
 * as they are. Longer runs: `FUZZ_RUNS=100 npx vitest run test/fuzz` (see `test/helpers/fuzz.ts`).
 */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeJson } from "../../src/normalizers/decode.ts";
import type { Answers, Hydration, Read } from "../../src/normalizers/hydration.ts";
import type { MapContext, Observation, TopicHandler } from "../../src/normalizers/platform.ts";
import { findTopic, platforms } from "../../src/normalizers/registry.ts";
import { sampleBody, wireFor } from "../helpers/app.ts";
import { freezeDeep } from "../helpers/factories.ts";
import { FUZZ_TIMEOUT_MS, fuzz } from "../helpers/fuzz.ts";
import { damaged, eachMadeLong } from "../helpers/json-mutations.ts";
import { problemsOf } from "../helpers/observation-problems.ts";
import { type Recorded, recordedOf } from "../helpers/recorded.ts";

const AT = "2026-11-01T12:00:00Z";
const PLAIN = { at: AT, receivedAt: AT, headers: {}, options: {} };
const ROUNDS_MAX = 5;
/** A topic with many recorded payloads has more ways to go; those after these add little but time. */
const PAYLOADS_MAX = 3;

type Handler = Exclude<TopicHandler, { kind: "ignored" }>;

interface Subject {
  readonly topic: string;
  readonly handler: Handler;
  /** What is damaged: bodies that the platform sends. */
  readonly payloads: readonly unknown[];
  readonly answers: readonly Answers[];
}

describe.each(Object.keys(platforms))("%s", (id) => {
  const recorded = recordedOf(id);
  const variants = [undefined, ...Object.keys(platforms[id]?.variants ?? {})];
  describe.each(variants)("variant %s", (variant) => {
    const subjects = subjectsOf(id, variant, recorded);

    it(
      "makes of damaged payloads observations that fit, or calls them unreadable",
      () => {
        for (const subject of subjects) fc.assert(payloadProperty(subject), fuzz(3 * weightOf(subject)));
      },
      FUZZ_TIMEOUT_MS,
    );

    it(
      "bears each value of a payload being far too long",
      () => {
        for (const { topic, handler, payloads } of subjects) {
          const long = payloads.slice(0, PAYLOADS_MAX).flatMap(eachMadeLong);
          for (const payload of long) tell(handler, payload, { ...PLAIN, topic });
        }
      },
      FUZZ_TIMEOUT_MS,
    );

    const thin = subjects.filter(({ answers }) => answers.length > 0);
    it.runIf(thin.length > 0)(
      "does the same with damaged answers of the platform's API",
      () => {
        for (const subject of thin) fc.assert(answerProperty(subject), fuzz(5));
      },
      FUZZ_TIMEOUT_MS,
    );

    it.runIf(thin.length > 0)(
      "bears each value of an answer being far too long",
      () => {
        for (const subject of thin) {
          const [payload] = subject.payloads;
          const [all = {}] = subject.answers;
          for (const [name, answer] of Object.entries(all))
            for (const long of eachMadeLong(answer)) mapAnswers(subject, payload, { ...all, [name]: long });
        }
      },
      FUZZ_TIMEOUT_MS,
    );
  });
});

function weightOf({ payloads }: Subject): number {
  return Math.min(payloads.length, PAYLOADS_MAX);
}

function subjectsOf(id: string, variant: string | undefined, recorded: readonly Recorded[]): Subject[] {
  const wire = wireFor(id, variant);
  return Object.keys(wire.topics).flatMap((topic) => {
    const handler = findTopic(wire, topic);
    if (handler === undefined || handler.kind === "ignored") return [];
    const cases = recorded.filter((each) => each.variant === variant && each.topic === topic);
    const sample = sampleBody(wire, topic);
    const payloads = [...(sample === "" ? [] : [decode(sample)]), ...cases.map(({ payload }) => payload)];
    return [
      {
        topic,
        handler,
        payloads: payloads.length > 0 ? payloads : [{}],
        answers: cases.flatMap(({ answers }) => (answers === undefined ? [] : [answers])),
      },
    ];
  });
}

const context = fc.record({
  at: fc.constantFrom(AT, "2026-11-01T12:00:00.123456789Z", "0001-01-01T00:00:00Z"),
  options: fc.constantFrom<MapContext["options"]>(
    {},
    { currency: "JPY", weightUnit: "oz", dimensionUnit: "in", timeZone: "America/St_Johns" },
    { currency: "EUR", timeZone: "Nowhere/At_All" },
  ),
});

function payloadProperty({ topic, handler, payloads }: Subject) {
  const document = fc.constantFrom(...payloads).chain(damaged);
  return fc.property(document, context, (text, given) => {
    const decoded = decodeJson(text);
    if (!decoded.ok) return void expectProblem(decoded.problem);
    const whole: MapContext = { topic, receivedAt: AT, headers: {}, ...given };
    const first = tell(handler, freezeDeep(decoded.value), whole);
    const again = decodeJson(text);
    const second = tell(handler, again.ok ? again.value : undefined, whole);
    expect(isDeepStrictEqual(first, second), "maps the same way twice").toBe(true);
  });
}

/** What the webhook alone tells, after all checks. */
function tell(handler: Handler, payload: unknown, given: MapContext): unknown {
  const result = handler.kind === "mapped" ? handler.map(payload, given) : handler.plan(payload, given);
  if (!result.ok) return expectProblem(result.problem);
  if ("observations" in result) return expectSense(result.observations);
  const { hydration } = result;
  expect(hydration.key).not.toBe("");
  expectPaths(hydration.reads({}));
  const partial = hydration.partial();
  return partial.ok ? expectSense(partial.observations) : expectProblem(partial.problem);
}

function answerProperty(subject: Subject) {
  const answer = fc
    .constantFrom(...subject.answers)
    .chain((all) =>
      fc.record(Object.fromEntries(Object.entries(all).map(([name, each]) => [name, damagedOrGone(each)]))),
    );
  return fc.property(fc.constantFrom(...subject.payloads), answer, (payload, damagedAnswers) =>
    mapAnswers(subject, payload, damagedAnswers),
  );
}

/** What the platform's API tells of a payload, after all checks. */
function mapAnswers({ topic, handler }: Subject, payload: unknown, given: Answers): void {
  if (handler.kind !== "hydrated") expect.unreachable(`${topic} is not thin`);
  const plan = handler.plan(payload, { ...PLAIN, topic });
  if (!plan.ok || !("hydration" in plan)) return;
  const all = gather(plan.hydration, given);
  const result = plan.hydration.map(freezeDeep(all), AT);
  const again = plan.hydration.map(all, AT);
  expect(isDeepStrictEqual(result, again), "maps the same way twice").toBe(true);
  if (result.ok) expectSense(result.observations);
  else expectProblem(result.problem);
}

/** The answers that the reads ask for, round after round; one that nobody recorded is gone. */
function gather(hydration: Hydration, given: Answers): Answers {
  let answers: Answers = {};
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const wanted = hydration.reads(answers).filter(({ name }) => !(name in answers));
    expectPaths(wanted);
    for (const { name, nextPage } of wanted) {
      const answer = Object.hasOwn(given, name) ? given[name] : undefined;
      const pages = Array.isArray(answer) ? answer : [answer];
      for (const [index, page] of pages.entries()) nextPage?.(page, index + 1);
      answers = { ...answers, [name]: answer };
    }
  }
  return answers;
}

function damagedOrGone(answer: unknown): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 6, arbitrary: damaged(answer).map(decode) },
    { weight: 3, arbitrary: fc.constant(answer) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

function expectSense(observations: readonly Observation[]): unknown {
  expect(observations.flatMap(problemsOf)).toEqual([]);
  return observations;
}

function expectProblem(problem: string): unknown {
  expect(problem).not.toBe("");
  expect(problem.length).toBeLessThan(2000);
  return problem;
}

/** A read leaves neither its place below the API's base nor its line of the request. */
function expectPaths(reads: readonly Read[]): void {
  for (const { path } of reads) {
    expect(path).toMatch(/^\/[\x21-\x7e]*$/);
    expect(new URL(path, "https://api.example/base/").pathname.split("/")).not.toContain("..");
    expect(path.split(/[/?]/)).not.toContain("..");
  }
}

function decode(text: string): unknown {
  const decoded = decodeJson(text);
  return decoded.ok ? decoded.value : undefined;
}
