/**
 * Twice as many webhooks as the machine can process, for minutes: what is accepted and how fast, what is refused and how,
 * how much memory it takes, and how soon all is as it was. A store that sends little feels it meanwhile or does not.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Percentiles, percentiles } from "./figures.ts";
import type { DurabilityClass } from "./options.ts";
import { memoryMaxMb, memoryNowMb } from "./usage.ts";
import type { RunTools } from "./run.ts";
import { p50AndP99, tableRow } from "./table.ts";
import { answerTimes, eventTimes, onScene, type Played, playLater, type Scene } from "./scene.ts";

export interface OverloadPlan {
  readonly seconds: number;
  readonly durability: DurabilityClass;
}

export interface OverloadResult extends OverloadPlan {
  /** Accepted per second when nobody sends more than is answered. */
  readonly capacity: number;
  readonly offeredPerSecond: number;
  readonly acceptedPerSecond: number;
  /** Share of the answers by status, in percent. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly answerMs: Percentiles;
  readonly refusalMs: Percentiles;
  readonly eventMs: Percentiles;
  /** The store that sends little: before the overload and in it. */
  readonly quiet: { readonly before: QuietStore; readonly meanwhile: QuietStore };
  /** From the last request of the overload until the quiet store's webhooks took no longer than before. */
  readonly recoveryMs: number;
  readonly memoryMb: { readonly max: number; readonly afterHalf: number; readonly atEnd: number };
  readonly problems: readonly string[];
}

interface QuietStore {
  readonly refused: number;
  readonly answerMs: Percentiles;
  readonly eventMs: Percentiles;
}

const STORES = 20;
const FACTOR = 2;
const CAPACITY = { seconds: 5, connections: 64, count: 60_000 };
const WARM_UP = { seconds: 3, count: 20_000 };
/** Many senders that do not wait for each other. */
const CONNECTIONS = 1500;
/**
 * More connections than are ever busy, so that none waits in the bench itself, and each used again before the hub closes it as
 * idle.
 */
const QUIET = { rate: 40, seconds: 5, connections: 128 };
const AFTER_SECONDS = 10;
/** Normal again: not slower than this many times the median before, and this many milliseconds. */
const NORMAL = { times: 3, ms: 50 };

export async function runOverload(
  plan: OverloadPlan,
  report: (line: string) => void,
  tools: RunTools,
): Promise<OverloadResult> {
  return onScene({ durability: plan.durability, stores: STORES + 1 }, tools, (scene) =>
    overload(plan, scene, report),
  );
}

async function overload(
  plan: OverloadPlan,
  { hub, player }: Scene,
  report: (line: string) => void,
): Promise<OverloadResult> {
  const all = { about: "orders", firstStore: 0, stores: STORES } as const;
  const steady = await player({ ...all, connections: CAPACITY.connections });
  const flood = await player({ ...all, connections: CONNECTIONS });
  const quiet = await player({ ...all, firstStore: STORES, stores: 1, connections: QUIET.connections });

  const warm = await steady.play(WARM_UP);
  const full = await steady.play(CAPACITY);
  const capacity = acceptedPerSecond(full);
  report(`overload: ${Math.round(capacity)}/s is what it can do; ${plan.seconds} s with twice that`);
  const before = await quiet.play(QUIET);
  const memory = watchMemory(hub.pid, plan.seconds);
  const [meanwhile, flooded] = await Promise.all([
    quiet.play({ rate: QUIET.rate, seconds: plan.seconds + AFTER_SECONDS }),
    playLater(flood, { rate: capacity * FACTOR, seconds: plan.seconds }),
  ]);
  const memoryMb = { ...(await memory), max: await memoryMaxMb(hub.pid) };
  const stoppedAt = Math.max(...[...flooded.sentAt].slice(-1));
  const during = (played: Played) => quietStore(played, (at) => at < stoppedAt);
  return {
    ...plan,
    capacity,
    offeredPerSecond: flooded.statuses.length / ((stoppedAt - flooded.startedAt) / 1000),
    acceptedPerSecond: acceptedPerSecond(flooded),
    statuses: shares(flooded),
    answerMs: percentiles(answerTimes(flooded)),
    refusalMs: percentiles(refusalTimes(flooded)),
    eventMs: percentiles(eventTimes(flooded)),
    quiet: { before: quietStore(before, () => true), meanwhile: during(meanwhile) },
    recoveryMs: recoveryOf(before, meanwhile, stoppedAt),
    memoryMb,
    problems: [warm, full, before, flooded, meanwhile].flatMap(({ problems }) => problems),
  };
}

async function watchMemory(pid: number, seconds: number) {
  await sleep(seconds * 500);
  const afterHalf = await memoryNowMb(pid);
  await sleep(seconds * 500);
  return { afterHalf, atEnd: await memoryNowMb(pid) };
}

function acceptedPerSecond({ accepted, startedAt, answeredAt }: Played): number {
  return (accepted * 1000) / (answeredAt.reduce((last, at) => Math.max(last, at), 0) - startedAt);
}

function refusalTimes({ statuses, sentAt, answeredAt }: Played): Float64Array {
  return answeredAt
    .map((at, index) => at - (sentAt[index] ?? 0))
    .filter((_, index) => statuses[index] !== 200);
}

function shares({ statuses }: Played): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 100 / statuses.length;
  return counts;
}

function quietStore(played: Played, isOf: (sentAt: number) => boolean): QuietStore {
  const chosen = [...played.sentAt.keys()].filter((index) => isOf(played.sentAt[index] ?? 0));
  const pick = (values: Float64Array) => Float64Array.from(chosen, (index) => values[index] ?? 0);
  const part = {
    ...played,
    sentAt: pick(played.sentAt),
    answeredAt: pick(played.answeredAt),
    arrivedAt: pick(played.arrivedAt),
    statuses: Uint16Array.from(chosen, (index) => played.statuses[index] ?? 0),
  };
  return {
    refused: part.statuses.filter((status) => status !== 200).length,
    answerMs: percentiles(answerTimes(part)),
    eventMs: percentiles(eventTimes(part)),
  };
}

/** When the last webhook after the flood was sent that was refused or slow. */
function recoveryOf(before: Played, { sentAt, arrivedAt }: Played, stoppedAt: number): number {
  const normalMs = Math.max(NORMAL.ms, percentiles(eventTimes(before)).p50 * NORMAL.times);
  const bad = [...sentAt].filter(
    (at, index) => !((arrivedAt[index] ?? 0) > 0 && (arrivedAt[index] ?? 0) - at <= normalMs),
  );
  return Math.max(0, ...bad.map((at) => at - stoppedAt));
}

/** The text for people. */
export function overloadText(result: OverloadResult): string {
  const { seconds, durability, quiet, memoryMb, statuses } = result;
  const row = (name: string, value: string) => tableRow(name, [value]);
  const codes = Object.entries(statuses).map(([status, share]) => `${status}: ${share.toFixed(1)} %`);
  return [
    `overload for ${seconds} s, class ${durability}, ${STORES} stores`,
    row("what it can do, /s", result.capacity.toFixed(0)),
    row("offered, /s", result.offeredPerSecond.toFixed(0)),
    row("accepted, /s", result.acceptedPerSecond.toFixed(0)),
    row("answers", codes.join(", ")),
    row("accepted: answer p50 / p99, ms", p50AndP99(result.answerMs)),
    row("accepted: request to subscriber p50 / p99, ms", p50AndP99(result.eventMs)),
    row("refused: answer p50 / p99, ms", p50AndP99(result.refusalMs)),
    row("quiet store, before: request to subscriber p50 / p99, ms", p50AndP99(quiet.before.eventMs)),
    row("quiet store, meanwhile: answer p50 / p99, ms", p50AndP99(quiet.meanwhile.answerMs)),
    row("quiet store, meanwhile: request to subscriber p50 / p99, ms", p50AndP99(quiet.meanwhile.eventMs)),
    row("quiet store, meanwhile: refused", String(quiet.meanwhile.refused)),
    row("normal again after, ms", result.recoveryMs.toFixed(0)),
    row(
      "memory of the hub at half time / at the end / at most, MB",
      [memoryMb.afterHalf, memoryMb.atEnd, memoryMb.max].map((mb) => mb.toFixed(0)).join(" / "),
    ),
  ].join("\n");
}
