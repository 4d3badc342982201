/**
 * What size costs: a hub with one store, one subscription and one entity against one with very many. Both run with a data
 * directory and a nats-server of their own, as `entrepot serve` does, and every round starts them anew.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createNames } from "../src/nats/names.ts";
import { layout } from "../src/nats/embedded/files.ts";
import { loadKeys, signIdentities } from "../src/nats/embedded/operator.ts";
import { z } from "zod";
import { startChild } from "./child.ts";
import { askHub, type Contestant, inParallel, launchHub } from "./contestant.ts";
import { median } from "./figures.ts";
import { findUrl } from "./nats-server.ts";
import { type Population, populate } from "./populate.ts";
import { FIRST_ID, measure, type RunResult, type RunTools } from "./run.ts";
import { storeName } from "./stores.ts";
import { tableRow } from "./table.ts";
import { memoryNowMb } from "./usage.ts";

export interface Size extends Population {
  readonly subscriptions: number;
}

export const SMALL: Size = { stores: 1, subscriptions: 1, entities: 1 };
export const LARGE: Size = { stores: 100_000, subscriptions: 1000, entities: 1_000_000 };

/** From the start of the program until it takes webhooks. */
interface StartUp {
  readonly readyMs: number;
  /** Until nats-server had read its streams in; the rest is the hub's. */
  readonly natsMs: number;
  readonly memoryMb: number;
}

interface Measured {
  readonly start: StartUp;
  readonly run: RunResult;
}

export interface ScaleResult {
  readonly small: Size;
  readonly large: Size;
  /** Milliseconds until a hub takes webhooks that holds so many entities and neither stores nor subscriptions. */
  readonly startWithEntitiesMs: number;
  readonly rounds: readonly { readonly small: Measured; readonly large: Measured }[];
  readonly problems: readonly string[];
}

export interface ScalePlan {
  readonly large: Size;
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
}

interface Site {
  readonly size: Size;
  readonly dataDir: string;
}

interface Row {
  readonly name: string;
  readonly read: (measured: Measured) => number;
  readonly digits?: number;
}

const SIZES = ["small", "large"] as const;
const ROWS: readonly Row[] = [
  { name: "accepted, /s", read: ({ run }) => run.full.rate },
  { name: "end to end, /s", read: ({ run }) => run.full.endToEndRate },
  { name: "processor time per webhook, us", read: ({ run }) => run.full.cost.contestant },
  { name: "  of nats-server, us", read: ({ run }) => run.full.cost.nats },
  { name: "answer at full load p99, ms", read: ({ run }) => run.full.answerMs.p99, digits: 1 },
  { name: "memory of the hub at most, MB", read: ({ run }) => run.memoryMaxMb },
  { name: "start until it takes webhooks, ms", read: ({ start }) => start.readyMs },
  { name: "  of it nats-server reads its streams, ms", read: ({ start }) => start.natsMs },
  { name: "memory of the hub right after the start, MB", read: ({ start }) => start.memoryMb },
];

/** Orders of one round are told apart from those of the others by their numbers. */
const ORDERS_PER_ROUND = 10_000_000;
const TARGET = 1.2;
const READY_TARGET_MS = 5000;
/** Of a hub with entities only; the median is told. */
const STARTS = 3;

export async function runScale(
  plan: ScalePlan,
  report: (line: string) => void,
  tools: RunTools,
): Promise<ScaleResult> {
  const small = await complete(SMALL, await withEntities(SMALL, report, tools), report, tools);
  const dataDir = await withEntities(plan.large, report, tools);
  const startWithEntitiesMs = await startOften(dataDir, tools);
  const large = await complete(plan.large, dataDir, report, tools);
  const problems: string[] = [];
  const rounds: ScaleResult["rounds"][number][] = [];
  for (let round = 1; round <= plan.rounds; round += 1) {
    const play = async (site: Site) => {
      const measured = await measureSite(site, round, plan, tools);
      report(`scale ${round}/${plan.rounds}, ${sizeText(site.size)}: ${summary(measured)}`);
      problems.push(...measured.run.problems.map((problem) => `scale, ${sizeText(site.size)}: ${problem}`));
      return measured;
    };
    // In turn, so that a machine that grows slower is nobody's disadvantage.
    const first = round % 2 === 0 ? await play(large) : undefined;
    rounds.push({ small: await play(small), large: first ?? (await play(large)) });
  }
  return {
    small: SMALL,
    large: plan.large,
    startWithEntitiesMs,
    rounds,
    problems,
  };
}

/** The text for people. */
export function scaleText({ small, large, startWithEntitiesMs, rounds }: ScaleResult): string {
  const sizes = (read: (size: Size) => number) => [small, large].map((size) => String(read(size)));
  const medians = ({ read, digits = 0 }: Row) =>
    SIZES.map((size) => median(rounds.map((round) => read(round[size]))).toFixed(digits));
  const times = (read: (run: RunResult) => number) =>
    median(rounds.map((round) => read(round.large.run) / read(round.small.run))).toFixed(2);
  return [
    `size, class relaxed, medians of ${rounds.length} rounds`,
    tableRow(
      "stores",
      sizes(({ stores }) => stores),
    ),
    tableRow(
      "subscriptions",
      sizes(({ subscriptions }) => subscriptions),
    ),
    tableRow(
      "stored entities",
      sizes(({ entities }) => entities),
    ),
    ...ROWS.map((row) => tableRow(row.name, medians(row))),
    `large against small: ${times(({ full }) => full.cost.contestant)} x the processor time (target ${TARGET}), ${times(({ full }) => full.rate)} x the rate`,
    `start with ${large.entities} entities and nothing else: ${startWithEntitiesMs.toFixed(0)} ms (target ${READY_TARGET_MS})`,
  ].join("\n");
}

/** A data directory that holds so many entities and nothing else. */
async function withEntities(size: Size, report: (line: string) => void, tools: RunTools): Promise<string> {
  const dataDir = join(tools.workspace.directory("scale"), "data");
  report(`scale: prepares ${sizeText(size)}`);
  await populate(dataDir, size, "entities", report);
  return dataDir;
}

async function startOften(dataDir: string, tools: RunTools): Promise<number> {
  const took: number[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    const { hub, readyMs } = await startSite(dataDir, tools);
    await hub.stop();
    took.push(readyMs);
  }
  return median(took);
}

/** Adds the stores and the subscriptions. */
async function complete(
  size: Size,
  dataDir: string,
  report: (line: string) => void,
  tools: RunTools,
): Promise<Site> {
  await populate(dataDir, size, "stores", report);
  const { hub } = await startSite(dataDir, tools);
  // They want what nobody sends here: deliveries have a section of their own.
  await inParallel(size.subscriptions, (number) =>
    askHub(hub.port, "POST", "/api/subscriptions", {
      name: `subscription-${number}`,
      events: ["product.created"],
      stores: [storeName(number % size.stores)],
      deliver: "http",
      url: "http://127.0.0.1:9/",
    }),
  );
  await hub.stop();
  return { size, dataDir };
}

async function startSite(
  dataDir: string,
  { workspace }: RunTools,
): Promise<{ hub: Contestant; readyMs: number }> {
  const startedAt = performance.now();
  const env = { DATA_DIR: dataDir, DURABILITY: "relaxed", NATS_PORT: "0" };
  const hub = await launchHub({ dir: workspace.directory("hub"), flags: [], args: [], env }, workspace);
  await askHub(hub.port, "GET", "/readyz");
  return { hub, readyMs: performance.now() - startedAt };
}

async function measureSite(site: Site, round: number, plan: ScalePlan, tools: RunTools): Promise<Measured> {
  const { hub: contestant, readyMs } = await startSite(site.dataDir, tools);
  const memoryMb = await memoryNowMb(contestant.pid);
  const generator = startChild(import.meta.resolve("./generator.ts"), tools.workspace);
  const subscriber = startChild(import.meta.resolve("./subscriber.ts"), tools.workspace);
  try {
    const nats = await ownServer(site);
    const firstId = FIRST_ID + round * ORDERS_PER_ROUND;
    const { stream, filter } = contestant;
    await subscriber.ask(
      "open",
      { servers: nats.url, creds: nats.creds, stream, filter, firstId },
      z.object({}),
    );
    const { seconds, connections } = plan;
    const { stores } = site.size;
    const run = await measure(
      { stores, seconds, connections, firstId, halfLoad: false },
      { nats, contestant, generator, subscriber },
    );
    return { start: { readyMs, natsMs: nats.readyMs, memoryMb }, run };
  } finally {
    for (const { stop } of [contestant, generator, subscriber]) await stop();
  }
}

/** The server that the hub started on its data directory, and how to log in there. */
async function ownServer({ dataDir }: Site) {
  const files = layout(dataDir);
  const names = createNames("");
  const exposed = { subscriberStreams: [names.streams.commerce], eventSubject: names.all.commerce };
  const { creds } = signIdentities(await loadKeys(files), exposed, Date.now());
  const pid = Number(await readFile(files.pid, "utf8"));
  const url = await findUrl(files.portsDir);
  if (url === undefined) throw new Error("the hub's nats-server does not say where it listens");
  return { pids: [pid], url, creds: creds.hub, readyMs: readyMsOf(await readFile(files.log, "utf8")) };
}

/** From its first line to the one that says it is ready, at its last start. */
function readyMsOf(log: string): number {
  const moments = [...log.matchAll(/(\d+):(\d+):([\d.]+) \[INF\] (Starting nats-server|Server is ready)/g)];
  const [started, ready] = moments
    .slice(-2)
    .map(([, hour, minute, second]) => (Number(hour) * 60 + Number(minute)) * 60 + Number(second));
  return ((ready ?? Number.NaN) - (started ?? Number.NaN)) * 1000;
}

function summary({ start, run }: Measured): string {
  const { rate, cost } = run.full;
  return `ready after ${Math.round(start.readyMs)} ms, ${Math.round(rate)}/s accepted, ${Math.round(cost.contestant)} us each`;
}

function sizeText({ stores, subscriptions, entities }: Size): string {
  return `${stores} stores, ${subscriptions} subscriptions, ${entities} entities`;
}
