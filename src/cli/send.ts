import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { toTimestamp } from "../normalizers/canonical/time.ts";
import type { Platform } from "../normalizers/platform.ts";
import { LIFE_STAGES, type Wire } from "../normalizers/wire.ts";
import { findPlatform, platforms, wireOf } from "../normalizers/registry.ts";
import { withoutEndSlashes } from "../slashes.ts";
import { type Environment, hubUrl } from "./api.ts";
import { readPairs } from "./pairs.ts";
import { type Answer, type Destination, play, type Sent, type Step } from "./play.ts";
import { UsageError, type Verb } from "./usage.ts";

const OPTIONS = {
  store: { type: "string" },
  secret: { type: "string" },
  variant: { type: "string" },
  set: { type: "string", multiple: true },
  profile: { type: "boolean" },
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
  usage: [
    "send <platform> <topic> --store NAME --secret S [--variant V] [--set KEY=VALUE]... [--id ID] [--amount 12.50] [--currency EUR] [--status WORD] [--at TIME] [--count N] [--duplicate] [--url HUB]",
    "send <platform> --profile --store NAME --secret S ... (the life of an order: " +
      LIFE_STAGES.join(", ") +
      ")",
  ].join("\n"),
  summary: "Post signed sample webhooks to a hub, as the platform would",
  run: async ({ args, env, print }) => {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const [platformId = "", topic = ""] = positionals;
    const platform = choosePlatform(platformId);
    const wire = chooseWire(platform, values.variant);
    const steps = values.profile ? lifeOf(platform, wire) : [{ topic: chooseTopic(platform, wire, topic) }];
    const { at = now(), amount, currency, status, json } = values;
    checkSample(at, amount);
    const to = destinationOf(platform, wire, values, env);
    const copies = values.duplicate ? 2 : 1;
    const show = ({ topic: name, id, ...answer }: Sent) =>
      print(json ? JSON.stringify({ topic: name, id, ...answer }) : toLine(name, id, answer));
    let failed = 0;
    for (const id of sampleIds(values.id, values.count)) {
      const sample = { id, at, amount, currency, status };
      failed += await play(to, { steps, copies, sample }, show);
    }
    if (failed > 0)
      throw new UsageError(failed === 1 ? "One request was refused." : `${failed} requests were refused.`);
  },
};

interface Given {
  readonly store?: string | undefined;
  readonly secret?: string | undefined;
  readonly set?: string[] | undefined;
  readonly url?: string | undefined;
}

function destinationOf({ id }: Platform, wire: Wire, given: Given, env: Environment): Destination {
  const { store, secret = env.ENTREPOT_SECRET } = given;
  if (!store || !secret) throw new UsageError(`Usage: ${send.usage}`);
  const url = hubUrl(env, given.url);
  const settings = readPairs(given.set, "--set");
  return {
    platform: id,
    wire,
    store,
    secret: readSecret(secret),
    settings,
    url,
    publicUrl: publicUrlOf(env, url),
  };
}

function choosePlatform(id: string): Platform {
  const platform = findPlatform(id);
  if (platform !== undefined) return platform;
  throw new UsageError(`The platforms are: ${Object.keys(platforms).join(", ")}.`);
}

function chooseWire(platform: Platform, variant: string | undefined): Wire {
  const wire = wireOf(platform, variant);
  if (wire !== undefined) return wire;
  const names = Object.keys(platform.variants ?? {});
  throw new UsageError(
    names.length === 0
      ? `${platform.name} has no variants.`
      : `The variants of ${platform.name} are: ${names.join(", ")}.`,
  );
}

function chooseTopic({ name }: Platform, { samples }: Wire, topic: string): string {
  if (Object.hasOwn(samples.bodies, topic)) return topic;
  throw new UsageError(`${name} has samples of: ${Object.keys(samples.bodies).join(", ")}.`);
}

/** What the platform sends in the life of an order, in order. */
function lifeOf({ name }: Platform, { samples: { life = {} } }: Wire): Step[] {
  const steps = LIFE_STAGES.flatMap((stage) => (life[stage] ?? []).map((topic) => ({ topic, stage })));
  if (steps.length > 0) return steps;
  throw new UsageError(`${name} has no samples of an order's life.`);
}

/** A key is too long for a command line: `@file` names the file that holds it. */
function readSecret(given: string): string {
  return given.startsWith("@") ? readFile(given.slice(1)) : given;
}

function readFile(path: string): string {
  try {
    return readFileSync(path, "utf8").trimEnd();
  } catch {
    throw new UsageError(`--secret: ${path} cannot be read.`);
  }
}

function publicUrlOf(env: Environment, url: string): string {
  return env.PUBLIC_URL === undefined ? url : withoutEndSlashes(env.PUBLIC_URL);
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

function toLine(topic: string, id: string, { status, text }: Answer): string {
  return `${status} ${topic} ${id} ${text}`.trimEnd();
}
