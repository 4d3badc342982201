/** One run of one contestant on a fresh server: warm up, full load, half of what came out of that. */
import { z } from "zod";
import { calibrateMs } from "./calibrate.ts";
import { type Child, startChild } from "./child.ts";
import { type Contestant, HOST, startHandwritten, startHub } from "./contestant.ts";
import { type Figures, toFigures } from "./figures.ts";
import { type NatsServer, startNatsCluster, startNatsServer } from "./nats-server.ts";
import type { DurabilityClass } from "./options.ts";
import { cpuMicros, machineCpuMicros, memoryMaxMb, sumOf } from "./usage.ts";
import type { Workspace } from "./workspace.ts";

export interface RunPlan {
  readonly contestant: "hub" | "handwritten";
  readonly durability: DurabilityClass;
  readonly stores: number;
  readonly workers?: number;
  /** Of each stream, on as many servers; one without it. */
  readonly copies?: number;
  readonly connections: number;
  readonly seconds: number;
  readonly halfLoad: boolean;
  readonly profile?: { readonly dir: string; readonly name: string };
}

/** Microseconds of processor time per accepted webhook, until the last one had arrived. */
interface Cost {
  readonly contestant: number;
  readonly nats: number;
  readonly generator: number;
  readonly subscriber: number;
  /** The same of everything else on the machine, the rest of the bench included: much of it spoils the figures. */
  readonly others: number;
}

type LoadFigures = Figures & { readonly cost: Cost; readonly startedAt: number };

export interface RunResult {
  readonly full: LoadFigures;
  readonly half?: LoadFigures;
  readonly memoryMaxMb: number;
  /** A fixed piece of work just before: when it differs between runs, so does the machine. */
  readonly calibrationMs: number;
  readonly bodyBytes: number;
  /** What was lost, doubled or refused; empty when all is well. */
  readonly problems: readonly string[];
}

export interface RunTools {
  readonly workspace: Workspace;
  readonly natsBinary: string;
}

export interface Cast {
  readonly nats: Pick<NatsServer, "pids">;
  readonly contestant: Contestant;
  readonly generator: Child;
  readonly subscriber: Child;
}

interface Phase {
  readonly seconds: number;
  readonly count: number;
  readonly rate?: number;
}

export const FIRST_ID = 600_000_000_000;
/**
 * For each process: until the compiler has seen enough of it. The hub takes 1.6 ms of processor time for each of the first
 * 5,000 webhooks, 0.84 for the next 7,000, 0.74 after 20,000 and 0.68 after 40,000.
 */
const WARM_UP = { seconds: 30, count: 30_000 };
export const QUIET_MS = 10_000;

export const loadRecord = z.object({
  startedAt: z.number(),
  sentAt: z.instanceof(Float64Array),
  answeredAt: z.instanceof(Float64Array),
  statuses: z.instanceof(Uint16Array),
  unadvised: z.number(),
});
export const arrivals = z.object({
  arrivedAt: z.instanceof(Float64Array),
  repeated: z.number(),
  unreadable: z.number(),
});

/** Runs it and stops everything it started, also when it fails. */
export async function runContestant(plan: RunPlan, tools: RunTools): Promise<RunResult> {
  const started: { stop: () => Promise<void> }[] = [];
  const keep = <T extends { stop: () => Promise<void> }>(what: T): T => {
    started.unshift(what);
    return what;
  };
  try {
    const nats = keep(await startNats(plan, tools));
    const generator = keep(startChild(import.meta.resolve("./generator.ts"), tools.workspace));
    const subscriber = keep(startChild(import.meta.resolve("./subscriber.ts"), tools.workspace));
    const contestant = keep(
      plan.contestant === "hub"
        ? await startHub(nats.url, plan, tools.workspace)
        : await startHandwritten(nats.url, tools.workspace),
    );
    const { stream, filter } = contestant;
    await subscriber.ask("open", { servers: nats.url, stream, filter, firstId: FIRST_ID }, z.object({}));
    return await measure({ ...plan, firstId: FIRST_ID }, { nats, contestant, generator, subscriber });
  } finally {
    for (const { stop } of started) await stop();
  }
}

function startNats(
  { durability, copies = 1 }: RunPlan,
  { natsBinary, workspace }: RunTools,
): Promise<NatsServer> {
  return copies === 1
    ? startNatsServer(natsBinary, durability, workspace)
    : startNatsCluster(natsBinary, durability, copies, workspace);
}

type Measurement = Pick<RunPlan, "stores" | "workers" | "connections" | "seconds" | "halfLoad"> & {
  /** Of the first order. */
  readonly firstId: number;
};

/** Warms up and measures a contestant that runs. */
export async function measure(plan: Measurement, cast: Cast): Promise<RunResult> {
  const storedBefore = await cast.subscriber.ask("total", {}, z.number());
  let sent = 0;
  let bodyBytes = 0;
  const calibrationMs = calibrateMs();
  const problems: string[] = [];
  const phase = async (name: string, what: Phase) => {
    const done = await runPhase(plan, cast, what, sent);
    sent += done.sent;
    bodyBytes = done.bodyBytes;
    problems.push(...done.problems.map((problem) => `${name}: ${problem}`));
    return { ...done.figures, cost: done.cost, startedAt: done.startedAt };
  };
  const { workers = 1 } = plan;
  const warm = await phase("warm-up", {
    seconds: WARM_UP.seconds * workers,
    count: WARM_UP.count * workers,
  });
  // The warm-up tells how many requests have to be ready; should they not suffice, the load ends a little sooner.
  const full = await phase("full load", {
    seconds: plan.seconds,
    count: room(warm.rate * 1.7, plan.seconds),
  });
  // Where more is accepted than is worked off at once, the half of it would still be too much.
  const rate = full.endToEndRate / 2;
  const half = plan.halfLoad
    ? await phase("half load", { seconds: plan.seconds, count: room(rate, plan.seconds), rate })
    : undefined;
  const accepted = warm.accepted + full.accepted + (half?.accepted ?? 0);
  const stored = await cast.subscriber.ask("total", {}, z.number());
  if (stored - storedBefore !== accepted)
    problems.push(`${accepted} accepted, but the stream took ${stored - storedBefore} messages`);
  return {
    full,
    ...(half ? { half } : {}),
    memoryMaxMb: await sumOf(await cast.contestant.pids(), memoryMaxMb),
    calibrationMs,
    bodyBytes,
    problems,
  };
}

function room(rate: number, seconds: number): number {
  return Math.ceil(rate * seconds) + 100;
}

async function runPhase(plan: Measurement, cast: Cast, { seconds, count, rate }: Phase, from: number) {
  const { generator, subscriber, contestant } = cast;
  const { port } = contestant;
  const { bodyBytes } = await generator.ask(
    "prepare",
    { host: `${HOST}:${port}`, firstId: plan.firstId + from, count, stores: plan.stores },
    z.object({ bodyBytes: z.number() }),
  );
  const before = await costs(cast);
  const record = await generator.ask(
    "load",
    { host: HOST, port, connections: plan.connections, seconds, ...(rate === undefined ? {} : { rate }) },
    loadRecord,
  );
  const sent = record.statuses.length;
  const expected = record.statuses.filter((status) => status === 200).length;
  const { arrivedAt, repeated, unreadable } = await subscriber.ask(
    "collect",
    { from, count: sent, expected, quietMs: QUIET_MS },
    arrivals,
  );
  const after = await costs(cast);
  const figures = toFigures(record, arrivedAt);
  return {
    figures,
    bodyBytes,
    sent,
    startedAt: record.startedAt,
    cost: toCost(before, after, figures.accepted),
    problems: findProblems(figures, repeated, unreadable),
  };
}

/** Here `others` is the whole machine; what remains after taking away the rest is told. */
async function costs({ contestant, nats, generator, subscriber }: Cast): Promise<Cost> {
  return {
    contestant: await sumOf(await contestant.pids(), cpuMicros),
    nats: await sumOf(nats.pids, cpuMicros),
    generator: await cpuMicros(generator.pid),
    subscriber: await cpuMicros(subscriber.pid),
    others: await machineCpuMicros(),
  };
}

function toCost(before: Cost, after: Cost, accepted: number): Cost {
  const share = (name: keyof Cost) => (after[name] - before[name]) / Math.max(1, accepted);
  const [contestant, nats] = [share("contestant"), share("nats")];
  const [generator, subscriber] = [share("generator"), share("subscriber")];
  const others = Math.max(0, share("others") - contestant - nats - generator - subscriber);
  return { contestant, nats, generator, subscriber, others };
}

function findProblems(
  { accepted, arrived, statuses }: Figures,
  repeated: number,
  unreadable: number,
): string[] {
  const others = Object.entries(statuses).filter(([status]) => status !== "200");
  return [
    ...(accepted === 0 ? ["nothing was accepted"] : []),
    ...(arrived === accepted ? [] : [`${accepted} accepted, but ${arrived} different events arrived`]),
    ...(repeated === 0 ? [] : [`${repeated} events arrived more than once`]),
    ...(unreadable === 0 ? [] : [`${unreadable} messages arrived that are no order of ours`]),
    ...others.map(([status, count]) => `${count} answers with status ${status}`),
  ];
}
