/**
 * Every published payload that we know, through every mapper: something is observed, the states are canonical, and no id,
 * amount or line gets lost. The samples stand beside the project; `PAYLOADS_DIR` names another folder of the same shape.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RESOURCES } from "../../src/normalizers/canonical/resources.ts";
import { decodeJson } from "../../src/normalizers/decode.ts";
import type {
  MapContext,
  MapResult,
  Observation,
  Platform,
  TopicHandler,
} from "../../src/normalizers/platform.ts";
import { findTopic, platforms, wireOf } from "../../src/normalizers/registry.ts";
import {
  ENVELOPES,
  EXCEPTIONS,
  FILES_OF_TOPICS,
  IN_MINOR_UNITS,
  NOT_CARRIED,
  type Waiver,
} from "./payload-exceptions.ts";
import { contentOf, factsOf, isUnder, linesOf } from "./payload-facts.ts";
import { requestOf } from "./payload-requests.ts";

const OWN_DIR = new URL("../../../shared/payloads/", import.meta.url).pathname;
const dir = process.env.PAYLOADS_DIR ?? OWN_DIR;
const CONTEXT = { at: "2026-11-01T12:00:00Z", receivedAt: "2026-11-01T12:00:00Z", headers: {}, options: {} };

/** What was used of the tables, so that what nothing needs any more is found. */
const used = new Set<unknown>();

if (existsSync(dir)) {
  for (const platform of Object.values(platforms)) describePlatform(platform);
  // Another folder need not hold what the tables speak of.
  describe.skipIf(process.env.PAYLOADS_DIR !== undefined)("the tables of exceptions", () => {
    it("hold nothing that no payload needs", () => {
      const entries = [...EXCEPTIONS, ...Object.values(NOT_CARRIED).flat()];
      expect(entries.filter((entry) => !used.has(entry))).toEqual([]);
    });
  });
} else {
  it.todo(`PAYLOADS NOT CHECKED: no folder ${dir} (PAYLOADS_DIR names another)`);
}

function describePlatform(platform: Platform): void {
  const folder = join(dir, platform.id);
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".json")) : [];
  describe(`payloads of ${platform.id}`, () => {
    if (files.length === 0) it.todo(`NO PAYLOADS in ${folder}`);
    for (const file of files) {
      it(`${file} is carried whole`, () => checkPayload(platform, file, readFileSync(join(folder, file))));
    }
  });
}

function checkPayload(platform: Platform, file: string, bytes: Buffer): void {
  const decoded = decodeJson(bytes);
  if (!decoded.ok) throw new Error(decoded.problem);
  const payload: unknown = decoded.value;
  const name = `${platform.id}/${file}`;
  const exception = EXCEPTIONS.find((entry) => entry.file.test(name) && (entry.when?.(payload) ?? true));
  if (exception !== undefined) used.add(exception);

  const request = requestOf(platform.id, file, payload);
  const topic = request?.topic ?? topicOf(platform, file);
  const wire = wireOf(platform, request?.variant);
  const handler = topic === undefined || wire === undefined ? undefined : findTopic(wire, topic);
  if (topic === undefined || handler === undefined || handler.kind === "ignored") {
    expect(exception?.reason, `${name} has no mapped topic and no entry in EXCEPTIONS`).toBeTypeOf("string");
    return;
  }
  const body = request?.body ?? ENVELOPES[platform.id]?.(topic, payload) ?? payload;
  const result = mapAlone(handler, body, { ...CONTEXT, topic });
  if (!result.ok) throw new Error(result.problem);
  if (result.observations.length === 0) {
    expect(exception?.reason, `${name} gives no observation and has no entry in EXCEPTIONS`).toBeTypeOf(
      "string",
    );
    return;
  }
  checkStates(result.observations);
  checkLosses(platform, { topic, payload, observations: result.observations });
}

/** Of a thin webhook, what it tells alone. */
function mapAlone(
  handler: Exclude<TopicHandler, { kind: "ignored" }>,
  payload: unknown,
  context: MapContext,
): MapResult {
  if (handler.kind === "mapped") return handler.map(payload, context);
  const plan = handler.plan(payload, context);
  return "hydration" in plan ? plan.hydration.partial() : plan;
}

/** The topic in a file's name: with `_` or `.` for `/`, and perhaps with more words behind it. */
function topicOf(platform: Platform, file: string): string | undefined {
  const named = FILES_OF_TOPICS.find((each) => each.file.test(`${platform.id}/${file}`));
  if (named !== undefined) return named.topic;
  const stem = file.replace(/-\d+\.json$/, "");
  const whole = stem.replaceAll(".", "/");
  if (findTopic(platform, whole) !== undefined) return whole;
  const name = fold(stem);
  return Object.keys(platform.topics)
    .filter((topic) => name === fold(topic) || name.startsWith(`${fold(topic)}_`))
    .sort((a, b) => b.length - a.length)[0];
}

function fold(topic: string): string {
  return topic.replace(/[/.]/g, "_").toLowerCase();
}

/** The schemas drop what they do not know, so a state that comes back equal holds canonical fields only. */
function checkStates(observations: readonly Observation[]): void {
  for (const observation of observations) {
    if (observation.kind !== "state") continue;
    const parsed = RESOURCES[observation.resource].schema.safeParse(observation.state);
    expect(parsed.error?.issues ?? [], observation.resource).toEqual([]);
    expect(parsed.data).toEqual(observation.state);
  }
}

interface Mapped {
  readonly topic: string;
  readonly payload: unknown;
  readonly observations: readonly Observation[];
}

function checkLosses({ id }: Platform, { topic, payload, observations }: Mapped): void {
  const waivers: readonly Waiver[] = NOT_CARRIED[id] ?? [];
  const { ids, amounts } = contentOf(observations, IN_MINOR_UNITS.includes(id));
  const lost = factsOf(payload).filter((fact) => {
    const waiver = waivers.find(
      ({ path, topics }) => (topics?.test(topic) ?? true) && isUnder(fact.path, path),
    );
    if (waiver !== undefined) used.add(waiver);
    return waiver === undefined && !(fact.kind === "id" ? ids : amounts).has(fact.value);
  });
  expect(lost, "ids and amounts that stand in no observation").toEqual([]);

  const lines = linesOf(payload);
  if (lines === undefined) return;
  const counts = observations.flatMap((observation) =>
    observation.kind === "state" && "lineItems" in observation.state
      ? [observation.state.lineItems?.length]
      : [],
  );
  expect(counts, "numbers of line items").toContain(lines);
}
