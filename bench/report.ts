/** The figures as a table per class, and as one object for programs. */
import { medianOf, type ClassResult, type Round } from "./rounds.ts";
import type { Machine } from "./machine.ts";
import type { RunResult } from "./run.ts";
import { tableRow } from "./table.ts";

type Read = (result: RunResult) => number | undefined;

interface Row {
  readonly name: string;
  readonly read: Read;
  readonly digits: number;
}

const ROWS: readonly Row[] = [
  { name: "accepted, /s", read: ({ full }) => full.rate, digits: 0 },
  { name: "end to end, /s", read: ({ full }) => full.endToEndRate, digits: 0 },
  { name: "processor time per webhook, us", read: ({ full }) => full.cost.contestant, digits: 0 },
  { name: "  of nats-server, us", read: ({ full }) => full.cost.nats, digits: 0 },
  { name: "  of the generator, us", read: ({ full }) => full.cost.generator, digits: 0 },
  { name: "  of the subscriber, us", read: ({ full }) => full.cost.subscriber, digits: 0 },
  { name: "  of all else on this machine, us", read: ({ full }) => full.cost.others, digits: 0 },
  { name: "answer at full load p50, ms", read: ({ full }) => full.answerMs.p50, digits: 1 },
  { name: "answer at full load p99, ms", read: ({ full }) => full.answerMs.p99, digits: 1 },
  { name: "behind when the load stops", read: ({ full }) => full.behind, digits: 0 },
  { name: "until nothing is behind, ms", read: ({ full }) => full.drainMs, digits: 0 },
  { name: "half load, /s", read: ({ half }) => half?.rate, digits: 0 },
  { name: "answer at half load p50, ms", read: ({ half }) => half?.answerMs.p50, digits: 1 },
  { name: "answer at half load p99, ms", read: ({ half }) => half?.answerMs.p99, digits: 1 },
  { name: "request to subscriber at half load p50, ms", read: ({ half }) => half?.arrivalMs.p50, digits: 1 },
  { name: "request to subscriber at half load p99, ms", read: ({ half }) => half?.arrivalMs.p99, digits: 1 },
  { name: "memory at most, MB", read: ({ memoryMaxMb }) => memoryMaxMb, digits: 0 },
  { name: "calibration: fixed work just before, ms", read: ({ calibrationMs }) => calibrationMs, digits: 0 },
];

const NOISY = "WARNING other programs were busy meanwhile: the rates are lower than this machine can do";
const NOISY_SHARE = 0.15;
const RATIO_TARGET = 1;
const STORES_TARGET = 1.2;

export function machineText({ cores, cpu, memoryGb, node, natsServer, platform }: Machine): string {
  return `${cores} cores, ${cpu}, ${memoryGb} GB, ${platform}, node ${node}, nats-server ${natsServer}`;
}

/** The table of a class; every figure is the median of the rounds. */
function classText({ durability, rounds }: ClassResult, manyStores: number): string {
  const sync = durability === "strict" ? "every write synced" : "synced every 100 ms";
  const bytes = rounds[0]?.hub.bodyBytes ?? 0;
  const lines = [
    `class ${durability} (${sync}), medians of ${rounds.length} rounds, orders of ${bytes} bytes`,
    tableRow("", ["hand-written", "hub", ...(manyStores > 0 ? [`hub, ${manyStores} stores`] : [])]),
    ...ROWS.map(({ name, read, digits }) => tableRow(name, cells(rounds, read, digits))),
    `ratio hub / hand-written: ${ratioText(rounds, ({ full }) => full.rate)} accepted, ${ratioText(rounds, ({ full }) => full.endToEndRate)} end to end (target ${RATIO_TARGET.toFixed(2)})`,
  ];
  if (manyStores > 0) lines.push(storesText(rounds, manyStores));
  if (rounds.some((round) => Object.values(round).some(isNoisy))) lines.push(NOISY);
  return lines.join("\n");
}

/** The tables of all classes, and what one costs against the other. */
export function classesText(results: readonly ClassResult[], stores: number): string {
  const tables = results.map((result, index) => classText(result, index === 0 ? stores : 0));
  const price = priceText(results);
  return [...tables, ...(price === undefined ? [] : [price])].join("\n\n");
}

/** Undefined unless both classes ran. */
function priceText(results: readonly ClassResult[]): string | undefined {
  const rate = (durability: string, read: (round: Round) => RunResult) => {
    const rounds = results.find((result) => result.durability === durability)?.rounds;
    return rounds && medianOf(rounds, (round) => read(round).full.endToEndRate);
  };
  const share = (read: (round: Round) => RunResult) => {
    const [strict, relaxed] = [rate("strict", read), rate("relaxed", read)];
    return strict === undefined || relaxed === undefined ? undefined : (strict / relaxed).toFixed(2);
  };
  const [hub, byHand] = [share(({ hub }) => hub), share(({ handwritten }) => handwritten)];
  if (hub === undefined || byHand === undefined) return undefined;
  return `strict against relaxed: the hub keeps ${hub} of its rate end to end, the hand-written handler ${byHand}`;
}

function cells(rounds: readonly Round[], read: Read, digits: number): string[] {
  const of = (pick: (round: Round) => RunResult | undefined) => {
    const value = medianOf(rounds, (round) => {
      const result = pick(round);
      return result && read(result);
    });
    return Number.isNaN(value) ? "" : value.toFixed(digits);
  };
  return [of((round) => round.handwritten), of((round) => round.hub), of((round) => round.manyStores)];
}

/** Contestants of one round ran right after another, so they are compared before the median is taken. */
function ratioText(rounds: readonly Round[], read: (result: RunResult) => number): string {
  const all = rounds.map((round) => ratio(round, read));
  const middle = medianOf(rounds, (round) => ratio(round, read));
  return `${middle.toFixed(2)} (${Math.min(...all).toFixed(2)} to ${Math.max(...all).toFixed(2)})`;
}

function ratio({ hub, handwritten }: Round, read: (result: RunResult) => number): number {
  return read(hub) / read(handwritten);
}

function isNoisy({ full: { cost } }: RunResult): boolean {
  return cost.others > NOISY_SHARE * (cost.contestant + cost.nats + cost.generator + cost.subscriber);
}

function storesText(rounds: readonly Round[], stores: number): string {
  const times = (read: (result: RunResult) => number) =>
    medianOf(rounds, ({ hub, manyStores }) => manyStores && read(manyStores) / read(hub)).toFixed(2);
  const cost = times(({ full }) => full.cost.contestant);
  return `${stores} stores against 1: ${cost} x the processor time (target ${STORES_TARGET}), ${times(({ full }) => full.rate)} x the rate`;
}
