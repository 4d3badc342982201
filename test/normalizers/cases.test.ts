/**
 * Recorded requests and what they mean: `platforms/<id>/<case>.http` beside `<case>.observations.json`, and
 * `<case>.options.json` where the store has options. Beside a thin webhook, `<case>.answers.json` holds the API's answers by the
 * read's name; without it the observations are what the webhook tells alone. A case of a variant has its name in front:
 * `<variant>--<case>`.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { toMoment } from "../../src/ingest/describe-webhooks.ts";
import { readPath } from "../../src/ingest/source.ts";
import { isSignalResource, RESOURCES, SIGNALS } from "../../src/normalizers/canonical/resources.ts";
import { toTimestamp } from "../../src/normalizers/canonical/time.ts";
import { decodePayload } from "../../src/normalizers/decode-payload.ts";
import type { Decoded } from "../../src/normalizers/decode.ts";
import type { HydrationPlan } from "../../src/normalizers/hydration.ts";
import type { MapContext, MapResult, Observation, Platform } from "../../src/normalizers/platform.ts";
import type { Wire } from "../../src/normalizers/wire.ts";
import type { Source } from "../../src/normalizers/scheme.ts";
import { findPlatform, findTopic, wireOf } from "../../src/normalizers/registry.ts";
import { freezeDeep } from "../helpers/factories.ts";
import { parseHttpFile } from "../helpers/http-file.ts";

const FOLDER = join(import.meta.dirname, "platforms");
const RECEIVED_AT = "2026-11-01T12:00:00Z";

for (const id of readdirSync(FOLDER)) {
  describe(`${id} cases`, () => {
    const platform = findPlatform(id);
    if (platform === undefined) {
      it("are of a registered platform", () => expect.unreachable(`${id} is not in the registry`));
      return;
    }
    const cases = readdirSync(join(FOLDER, id))
      .filter((file) => file.endsWith(".http"))
      .map((file) => file.slice(0, -".http".length));

    it.each(cases)("%s gives the expected observations", (name) => {
      const { observations, expected } = run(platform, name);
      expect(JSON.parse(JSON.stringify(observations))).toEqual(expected);
      for (const observation of observations) expectToFit(observation);
    });

    it.each(cases)("%s leaves its input alone and maps the same way twice", (name) => {
      const first = run(platform, name, freezeDeep).observations;
      expect(run(platform, name).observations).toEqual(first);
    });

    it.each([undefined, ...Object.keys(platform.variants ?? {})])(
      "exist for every mapped topic of the variant %s",
      (variant) => {
        const own = cases.filter((name) => variantOf(name) === variant);
        const covered = new Set(own.map((name) => read(platform, name).context.topic));
        const { topics = {} } = wireOf(platform, variant) ?? {};
        // The same mappers need no second proof.
        if (variant !== undefined && topics === platform.topics) return;
        const mapped = Object.entries(topics).filter(([, handler]) => handler.kind !== "ignored");
        expect(mapped.map(([topic]) => topic).filter((topic) => !covered.has(topic))).toEqual([]);
      },
    );
  });
}

function run(
  platform: Platform,
  name: string,
  prepare: (payload: unknown) => unknown = (payload) => payload,
) {
  const { context, body } = read(platform, name);
  const decoded = decodePayload(wireFor(platform, name).payload, body);
  if (!decoded.ok) return expect.unreachable(decoded.problem);
  const handler = findTopic(wireFor(platform, name), context.topic);
  if (handler === undefined || handler.kind === "ignored") {
    return expect.unreachable(`${context.topic} is not mapped`);
  }
  const payload = prepare(decoded.value);
  const result =
    handler.kind === "mapped"
      ? handler.map(payload, context)
      : complete(handler.plan(payload, context), join(FOLDER, platform.id, `${name}.answers.json`));
  if (!result.ok) return expect.unreachable(result.problem);
  const expected: unknown = JSON.parse(
    readFileSync(join(FOLDER, platform.id, `${name}.observations.json`), "utf8"),
  );
  return { observations: result.observations, expected };
}

function complete(plan: HydrationPlan, file: string): MapResult {
  if (!("hydration" in plan)) return plan;
  if (!existsSync(file)) return plan.hydration.partial();
  const answers = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, "utf8")));
  const missing = plan.hydration.reads(answers).filter(({ name }) => !(name in answers));
  expect(missing, "reads without an answer").toEqual([]);
  return plan.hydration.map(answers, RECEIVED_AT);
}

function read(platform: Platform, name: string): { context: MapContext; body: Buffer } {
  const path = join(FOLDER, platform.id, name);
  const { path: target, headers, body } = parseHttpFile(readFileSync(`${path}.http`));
  const { topic, at, keep = [] } = wireFor(platform, name).locate;
  const kept = Object.fromEntries(Object.entries(headers).filter(([header]) => keep.includes(header)));
  const options = existsSync(`${path}.options.json`) ? readFileSync(`${path}.options.json`, "utf8") : "{}";
  const inPath = target.split("/").slice(4).join("/");
  const payload = decodePayload(wireFor(platform, name).payload, body);
  const find = (source: Source) => sourceOf(source, { headers, payload, inPath });
  const context = {
    topic: find(topic) ?? "",
    at: toTimestamp(at && find(at)) ?? RECEIVED_AT,
    receivedAt: RECEIVED_AT,
    headers: kept,
    options: JSON.parse(options),
  };
  return { context, body };
}

interface Recorded {
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Decoded;
  /** What follows the store in the address. */
  readonly inPath: string;
}

function sourceOf(source: Source, recorded: Recorded): string | undefined {
  if ("header" in source) return recorded.headers[source.header];
  if ("path" in source) return recorded.inPath === "" ? undefined : recorded.inPath;
  if ("firstOf" in source) {
    return source.firstOf
      .map((each) => sourceOf(each, recorded))
      .find((value) => value !== undefined && value !== "");
  }
  const { payload } = recorded;
  return "json" in source && payload.ok ? toMoment(readPath(payload.value, source.json) ?? "") : undefined;
}

function variantOf(name: string): string | undefined {
  return name.includes("--") ? name.split("--")[0] : undefined;
}

function wireFor(platform: Platform, name: string): Wire {
  return wireOf(platform, variantOf(name)) ?? expect.unreachable(`${name} is of no variant`);
}

/** States, patched values and signals fit the canonical schemas. */
function expectToFit(observation: Observation): void {
  switch (observation.kind) {
    case "state":
      RESOURCES[observation.resource].schema.parse(observation.state);
      expect(observation.state).toHaveProperty(
        observation.resource === "price" ? "variantId" : idField(observation.resource),
      );
      break;
    case "patch": {
      const value = observation.key === undefined ? observation.value : [observation.value];
      RESOURCES[observation.resource].schema.partial().parse({ [observation.path]: value });
      break;
    }
    case "signal": {
      const [resource = ""] = observation.type.split(".");
      if (isSignalResource(resource)) SIGNALS[resource].schema.parse(observation.data);
      else expect.unreachable(observation.type);
      break;
    }
    default:
      expect(observation.id).not.toBe("");
  }
}

function idField(resource: string): string {
  return resource === "stock" ? "inventoryItemId" : "id";
}
