import { randomInt, randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { sign } from "../ingest/signature/sign.ts";
import { toTimestamp } from "../normalizers/canonical/time.ts";
import type { Platform } from "../normalizers/platform.ts";
import { findPlatform, platforms } from "../normalizers/registry.ts";
import { hubUrl } from "./api.ts";
import { UsageError, type Verb } from "./usage.ts";

const OPTIONS = {
  store: { type: "string" },
  secret: { type: "string" },
  id: { type: "string" },
  amount: { type: "string" },
  currency: { type: "string" },
  status: { type: "string" },
  at: { type: "string" },
  count: { type: "string" },
  duplicate: { type: "boolean" },
  url: { type: "string" },
  json: { type: "boolean" },
} as const;

const DECIMAL = /^-?\d+(?:\.\d+)?$/;

export const send: Verb = {
  usage:
    "send <platform> <topic> --store NAME --secret S [--id ID] [--amount 12.50] [--currency EUR] [--status WORD] [--at TIME] [--count N] [--duplicate] [--url HUB]",
  summary: "Post signed sample webhooks to a hub, as the platform would",
  run: async ({ args, env, print }) => {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const [platformId = "", topic = ""] = positionals;
    const platform = choosePlatform(platformId, topic);
    const { store, secret = env.ENTREPOT_SECRET, at = now() } = values;
    if (!store || !secret) throw new UsageError(`Usage: ${send.usage}`);
    const url = hubUrl(env, values.url);
    const { amount, currency, status } = values;
    checkSample(at, amount);
    let failed = 0;
    for (const id of sampleIds(values.id, values.count)) {
      const request = buildRequest(platform, topic, secret, { id, at, amount, currency, status });
      for (let copy = 0; copy < (values.duplicate ? 2 : 1); copy += 1) {
        const answer = await post(`${url}/webhooks/${platform.id}/${store}`, request);
        if (answer.status !== 200) failed += 1;
        print(values.json ? JSON.stringify({ topic, id, ...answer }) : toLine(topic, id, answer));
      }
    }
    if (failed > 0) throw new UsageError(`${failed} of the requests were refused.`);
  },
};

function choosePlatform(id: string, topic: string): Platform {
  const platform = findPlatform(id);
  if (platform === undefined)
    throw new UsageError(`The platforms are: ${Object.keys(platforms).join(", ")}.`);
  if (Object.hasOwn(platform.samples.bodies, topic)) return platform;
  throw new UsageError(
    `${platform.name} has samples of: ${Object.keys(platform.samples.bodies).join(", ")}.`,
  );
}

function checkSample(at: string, amount: string | undefined): void {
  if (toTimestamp(at) === undefined) throw new UsageError(`--at needs a time such as ${now()}.`);
  if (amount !== undefined && !DECIMAL.test(amount))
    throw new UsageError("--amount needs a decimal number such as 12.50.");
}

/** The ids of the samples: consecutive numbers, from the given one or from one unlike any other sample's. */
function sampleIds(first: string | undefined, wanted: string | undefined): string[] {
  const count = Number(wanted ?? 1);
  if (!Number.isInteger(count) || count < 1) throw new UsageError("--count needs a whole number above 0.");
  const from = first ?? newSampleId();
  if (/^\d+$/.test(from)) return Array.from({ length: count }, (_, at) => String(BigInt(from) + BigInt(at)));
  if (count === 1) return [from];
  throw new UsageError("--count needs an --id that is a number.");
}

/** Above 2^53, as real ids may be. */
function newSampleId(): string {
  return `8${Date.now()}${String(randomInt(10_000)).padStart(4, "0")}`;
}

function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, "Z");
}

function toLine(topic: string, id: string, { status, text }: { status: number; text: string }): string {
  return `${status} ${topic} ${id} ${text}`.trimEnd();
}

interface SampleRequest {
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

function buildRequest(
  platform: Platform,
  topic: string,
  secret: string,
  sample: Parameters<Platform["samples"]["headers"]>[1],
): SampleRequest {
  const body = Buffer.from(platform.samples.bodies[topic]?.(sample) ?? "");
  const [scheme] = platform.schemes;
  return {
    body,
    headers: {
      "content-type": "application/json",
      ...platform.samples.headers(topic, sample, randomUUID()),
      ...(scheme ? sign(scheme, secret, body) : {}),
    },
  };
}

async function post(
  url: string,
  { headers, body }: SampleRequest,
): Promise<{ status: number; text: string }> {
  const response = await fetch(url, { method: "POST", headers, body }).catch(() => {
    throw new UsageError(
      `No hub answers at ${new URL(url).origin}: start one with "npm start", or set ENTREPOT_URL.`,
    );
  });
  return { status: response.status, text: await response.text() };
}
