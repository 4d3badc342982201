/** What every platform in the registry has to keep to, whoever wrote its adapter. Signatures: `wires.test.ts`. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { problem } from "../../src/api.ts";
import { readPath } from "../../src/ingest/source.ts";
import { eventTypes, RESOURCES } from "../../src/normalizers/canonical/resources.ts";
import { decodePayload } from "../../src/normalizers/decode-payload.ts";
import { decodeJson } from "../../src/normalizers/decode.ts";
import { normalize } from "../../src/normalizers/normalize.ts";
import type { MapContext, MapResult, Observation, Platform } from "../../src/normalizers/platform.ts";
import { findTopic, platforms } from "../../src/normalizers/registry.ts";
import type { Source } from "../../src/normalizers/scheme.ts";
import type { Webhook } from "../../src/webhook.ts";
import { aStore, createTestApp, NOW, type Signing, sampleBody, signedTo } from "../helpers/app.ts";
import { freezeDeep } from "../helpers/factories.ts";
import { FUZZ_TIMEOUT_MS, fuzz } from "../helpers/fuzz.ts";
import { damaged, junkValue, writeOut } from "../helpers/json-mutations.ts";
import { problemsOf } from "../helpers/observation-problems.ts";
import { secretFor } from "../helpers/secrets.ts";
import { type HttpRequestFile, parseHttpFile } from "../helpers/http-file.ts";
import { storedBody } from "../helpers/stored-body.ts";

interface Waiver {
  readonly platform: string;
  /** Title of the check. */
  readonly check: string;
  readonly reason: string;
}

/** Checks that a platform does not pass, each with the reason why that is right. */
const WAIVERS: readonly Waiver[] = [];

const SOURCE = join(import.meta.dirname, "../../src/normalizers/platforms");
const CASES = join(import.meta.dirname, "../normalizers/platforms");
const RECEIVED_AT = new Date(NOW).toISOString();

const recorded = z.array(z.object({ resource: z.string().optional(), type: z.string().optional() }));

type Check = (platform: Platform) => void | Promise<void>;

const CHECKS: Readonly<Record<string, Check>> = {
  "is known by its own id and names the vendor's page": (platform) => {
    expect(platforms[platform.id]).toBe(platform);
    expect(platform.id).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(platform.docs).toMatch(/^https:\/\//);
    expect(platform.schemes.length).toBeGreaterThan(0);
  },

  "accepts every one of its samples over HTTP and stores it as it came": async (platform) => {
    for (const topic of mappedTopics(platform)) {
      const { post, inbox } = open(platform);
      const init = sign(platform, { topic });
      expect(await post(init), topic).toBe("200");
      const [stored, ...more] = inbox.stored();
      expect(more).toEqual([]);
      expect(stored).toMatchObject({ platform: platform.id, store: "acme", topic });
      expect(Buffer.from(init.body).equals(stored?.body ?? Buffer.alloc(0))).toBe(true);
    }
  },

  "knows a delivery again when it is retried, and no other one": async (platform) => {
    const { post, inbox } = open(platform);
    const [topic = ""] = mappedTopics(platform);
    // Where nothing in a request names the delivery, one about another entity is another one.
    const isNamed = !isDeepStrictEqual(
      sign(platform, { topic, deliveryId: "1" }),
      sign(platform, { topic, deliveryId: "2" }),
    );
    for (const deliveryId of ["1", "1", "2", "1"]) {
      const body = isNamed ? undefined : sampleBody(platform, topic, { id: deliveryId });
      expect(await post(sign(platform, { topic, deliveryId, body }))).toBe("200");
    }
    const [first, second, ...more] = inbox.stored();
    expect(more).toEqual([]);
    expect(first?.dedupeKey).not.toBe(second?.dedupeKey);
    expect(first?.dedupeKey).not.toBe("");
  },

  "stores a webhook without any of its headers but the signature, with a dedupe key all the same": async (
    platform,
  ) => {
    const { post, inbox } = open(platform);
    const { headers, ...rest } = sign(platform);
    const signatures = signatureHeaders(platform);
    const bare = Object.fromEntries(Object.entries(headers).filter(([name]) => signatures.includes(name)));
    expect(await post({ ...rest, headers: bare })).toBe("200");
    expect(await post({ ...rest, headers: bare })).toBe("200");
    expect(inbox.stored()).toHaveLength(1);
    const isInHeader = isHeader(platform.locate.topic);
    expect(inbox.stored()[0]).toMatchObject({ topic: isInHeader ? "" : mappedTopics(platform)[0] });
  },

  "has a sample for every mapped topic, and no sample for any other": (platform) => {
    expect(Object.keys(platform.samples.bodies).sort()).toEqual(mappedTopics(platform).sort());
  },

  "has a recorded case for every mapped topic": (platform) => {
    const recorded = readdirSync(join(CASES, platform.id))
      .filter((file) => file.endsWith(".http"))
      .map((file) => recordedTopic(platform, parseHttpFile(readFileSync(join(CASES, platform.id, file)))));
    expect(mappedTopics(platform).filter((each) => !recorded.includes(each))).toEqual([]);
  },

  "says why it ignores a topic": (platform) => {
    for (const [topic, handler] of allTopics(platform)) {
      if (handler.kind === "ignored") expect(handler.reason.length, topic).toBeGreaterThan(10);
    }
  },

  "makes of every sample something that fits the canonical schemas": (platform) => {
    for (const topic of mappedTopics(platform)) {
      const observations = observe(platform, topic);
      // What a thin webhook tells alone may be nothing.
      if (platform.topics[topic]?.kind === "mapped") expect(observations, topic).not.toEqual([]);
      expect(observations.flatMap(problemsOf), topic).toEqual([]);
    }
  },

  "lists capabilities of real events only, and none but those": (platform) => {
    const types = new Set(eventTypes());
    expect(Object.keys(platform.capabilities).filter((type) => !types.has(type))).toEqual([]);
  },

  "claims a capability for whatever its samples and cases show, and shows whatever it claims": (platform) => {
    const observations = mappedTopics(platform).flatMap((topic) => observe(platform, topic));
    const shown = new Set([...observations, ...recordedObservations(platform)].flatMap(resourceOf));
    const claimed = new Set(claims(platform).map((type) => type.split(".")[0]));
    expect([...claimed].sort()).toEqual([...shown].sort());
  },

  "claims every milestone and signal that its samples name": (platform) => {
    const observations = mappedTopics(platform).flatMap((topic) => observe(platform, topic));
    const named = new Set(observations.flatMap(eventsNamedBy));
    const claimed = new Set(claims(platform));
    expect([...named].filter((type) => !claimed.has(type))).toEqual([]);
  },

  "leaves its input alone and maps the same way twice": (platform) => {
    for (const topic of mappedTopics(platform)) {
      const first = map(platform, topic, freezeDeep(payloadOf(platform, topic)));
      expect(map(platform, topic, payloadOf(platform, topic)), topic).toEqual(first);
      expect(first.ok, topic).toBe(true);
    }
  },

  "calls random bytes unreadable and never throws": (platform) => {
    for (const topic of mappedTopics(platform)) {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
          expectReadOrUnreadable(normalize(aWebhook(platform, topic, body), {}));
        }),
        fuzz(40),
      );
    }
  },

  "makes of any JSON observations that fit, or calls it unreadable": (platform) => {
    for (const topic of mappedTopics(platform)) {
      fc.assert(
        fc.property(junkValue, (value) => expectSense(platform, topic, writeOut(value))),
        fuzz(40),
      );
    }
  },

  "makes of samples with any JSON in any place observations that fit, or calls them unreadable": (
    platform,
  ) => {
    for (const topic of mappedTopics(platform)) {
      fc.assert(
        fc.property(damaged(payloadOf(platform, topic)), (text) => expectSense(platform, topic, text)),
        fuzz(80),
      );
    }
  },
};

describe("the registry", () => {
  it("is not empty", () => {
    expect(Object.keys(platforms)).not.toEqual([]);
  });

  it("lists every folder of platforms, and nothing else", () => {
    expect(Object.keys(platforms).sort()).toEqual(readdirSync(SOURCE).sort());
  });
});

describe("the waivers", () => {
  it("each name a platform, a check and a reason", () => {
    for (const { platform, check, reason } of WAIVERS) {
      expect(Object.keys(platforms)).toContain(platform);
      expect(Object.keys(CHECKS)).toContain(check);
      expect(reason.length).toBeGreaterThan(10);
    }
  });
});

describe.each(Object.values(platforms))("$id", (platform) => {
  for (const [title, check] of Object.entries(CHECKS)) {
    const waiver = WAIVERS.find((each) => each.platform === platform.id && each.check === title);
    if (waiver === undefined) it(title, () => check(platform), FUZZ_TIMEOUT_MS);
    else {
      it(`is waived: ${title} (${waiver.reason})`, async () => {
        const run = async () => check(platform);
        await expect(run(), "the platform passes, so the waiver has to go").rejects.toThrow();
      });
    }
  }
});

/** An app with one store of the platform; `post` gives status and code. */
function open(platform: Platform) {
  const test = createTestApp({
    stores: [aStore({ platform: platform.id, secrets: [secretFor(platform, "own").stored] })],
  });
  const post = async ({ path, ...init }: RequestInit & { readonly path: string }): Promise<string> => {
    const response = await test.app.request(path, init);
    return response.ok ? String(response.status) : `${response.status} ${await codeOf(response)}`;
  };
  return { ...test, post };
}

async function codeOf(response: Response): Promise<string> {
  return problem.parse(await response.json()).code;
}

function sign(platform: Platform, signing: Signing = {}) {
  const { path, init } = signedTo({ platform, secret: secretFor(platform, "own").signing, ...signing });
  return { path, ...init };
}

/** Headers without which nothing is verified: the signature, and what of the headers it covers. */
function signatureHeaders({ schemes }: Platform): string[] {
  return schemes.flatMap((scheme) => [
    ...("signature" in scheme ? scheme.signature.headers : []),
    ...("signs" in scheme
      ? scheme.signs.flatMap((part) => (typeof part === "object" && "header" in part ? [part.header] : []))
      : []),
    ...("timestamp" in scheme && scheme.timestamp && "header" in scheme.timestamp.source
      ? [scheme.timestamp.source.header]
      : []),
  ]);
}

function allTopics({ topics, topicPrefixes = {} }: Platform) {
  return [...Object.entries(topics), ...Object.entries(topicPrefixes)];
}

/** Topics that give observations, be it with the help of the platform's API. */
function mappedTopics({ topics }: Platform): string[] {
  return Object.keys(topics).filter((topic) => topics[topic]?.kind !== "ignored");
}

function isHeader(source: Source): boolean {
  return "firstOf" in source ? source.firstOf.every(isHeader) : "header" in source;
}

function recordedTopic(
  platform: Platform,
  request: HttpRequestFile,
  topic: Source = platform.locate.topic,
): string | undefined {
  if ("header" in topic) return request.headers[topic.header];
  if ("path" in topic) return request.path.split("/").slice(4).join("/");
  if ("firstOf" in topic) {
    const found = topic.firstOf.map((each) => recordedTopic(platform, request, each));
    return found.find((each) => each !== undefined);
  }
  const decoded = decodePayload(platform.payload, request.body);
  return "json" in topic && decoded.ok ? readPath(decoded.value, topic.json) : undefined;
}

function claims({ capabilities }: Platform): string[] {
  return Object.keys(capabilities).filter((type) => capabilities[type] !== "impossible");
}

function payloadOf(platform: Platform, topic: string): unknown {
  const decoded = decodeJson(sampleBody(platform, topic));
  return decoded.ok ? decoded.value : expect.unreachable(`${topic}: ${decoded.problem}`);
}

function aWebhook(platform: Platform, topic: string, body: Uint8Array): Webhook {
  return {
    id: "019a3f70-0000-7000-8000-000000000000",
    platform: platform.id,
    store: "acme",
    topic,
    dedupeKey: "1",
    receivedAt: RECEIVED_AT,
    sentAt: "",
    via: "webhook",
    authenticity: "signature",
    headers: {},
    body,
  };
}

/** What `normalize` makes of the topic's sample. */
function observe(platform: Platform, topic: string): readonly Observation[] {
  const normalized = normalize(
    aWebhook(platform, topic, storedBody(platform, sampleBody(platform, topic))),
    {},
  );
  if (normalized.kind === "hydrate") {
    const told = normalized.hydration.partial();
    return told.ok ? told.observations : expect.unreachable(`${topic}: ${told.problem}`);
  }
  if (normalized.kind !== "observed") return expect.unreachable(`${topic}: ${JSON.stringify(normalized)}`);
  return normalized.observations;
}

/** The mapper itself: here a throw is not caught. Of a thin webhook, what it tells alone. */
function map(platform: Platform, topic: string, payload: unknown): MapResult {
  const handler = findTopic(platform, topic);
  if (handler === undefined || handler.kind === "ignored")
    return expect.unreachable(`${topic} is not mapped`);
  const context: MapContext = { topic, at: RECEIVED_AT, receivedAt: RECEIVED_AT, headers: {}, options: {} };
  if (handler.kind === "mapped") return handler.map(payload, context);
  const plan = handler.plan(payload, context);
  return "hydration" in plan ? plan.hydration.partial() : plan;
}

function expectReadOrUnreadable(normalized: ReturnType<typeof normalize>): void {
  if (normalized.kind === "unreadable") expect(normalized.problem).not.toMatch(/^the mapper failed/);
  else expect(["observed", "hydrate"]).toContain(normalized.kind);
}

/** Of a text: what no body can make of a payload, no mapper has to bear. */
function expectSense(platform: Platform, topic: string, text: string): void {
  const decoded = decodeJson(text);
  const result = decoded.ok ? map(platform, topic, decoded.value) : decoded;
  if (result.ok) expect(result.observations.flatMap(problemsOf), topic).toEqual([]);
  else expect(result.problem).not.toBe("");
}

/** Of what the recorded cases say; `cases.test.ts` compares them with what the mappers do. */
function recordedObservations({ id }: Platform): z.infer<typeof recorded> {
  return readdirSync(join(CASES, id))
    .filter((file) => file.endsWith(".observations.json"))
    .flatMap((file) => recorded.parse(JSON.parse(readFileSync(join(CASES, id, file), "utf8"))));
}

function resourceOf(observed: z.infer<typeof recorded>[number] | Observation): string[] {
  const named = [
    "resource" in observed ? observed.resource : undefined,
    "type" in observed ? observed.type?.split(".")[0] : undefined,
  ];
  return named.filter((name) => name !== undefined);
}

function eventsNamedBy(observation: Observation): string[] {
  if (observation.kind === "signal") return [observation.type];
  if (observation.kind === "deleted") {
    const { carriers } = RESOURCES[observation.resource];
    return "deleted" in carriers ? [`${observation.resource}.${carriers.deleted}`] : [];
  }
  return "news" in observation
    ? (observation.news ?? []).map((milestone) => `${observation.resource}.${milestone}`)
    : [];
}
