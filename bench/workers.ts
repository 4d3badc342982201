/** One process against two on the same machine, in turn, with the same load. */
import { median } from "./figures.ts";
import type { DurabilityClass } from "./options.ts";
import { type RunResult, type RunTools, runContestant } from "./run.ts";
import { tableRow } from "./table.ts";

const COUNTS = [1, 2] as const;

export interface WorkersResult {
  readonly durability: DurabilityClass;
  /** In each round the result of one process and that of two. */
  readonly rounds: readonly (readonly RunResult[])[];
  readonly problems: readonly string[];
}

interface WorkersPlan {
  readonly durability: DurabilityClass;
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
}

export async function runWorkers(
  plan: WorkersPlan,
  report: (line: string) => void,
  tools: RunTools,
): Promise<WorkersResult> {
  const { durability, rounds: wanted, seconds, connections } = plan;
  const problems: string[] = [];
  const rounds: RunResult[][] = [];
  for (let round = 1; round <= wanted; round += 1) {
    const results: RunResult[] = [];
    for (const workers of COUNTS) {
      const what = { contestant: "hub", durability, stores: 1, workers, connections, seconds } as const;
      const result = await runContestant({ ...what, halfLoad: true }, tools);
      report(`workers ${round}/${wanted}, ${workers}: ${Math.round(result.full.rate)}/s accepted`);
      problems.push(...result.problems.map((problem) => `${workers} workers: ${problem}`));
      results.push(result);
    }
    rounds.push(results);
  }
  return { durability, rounds, problems };
}

/** The text for people. */
export function workersText({ durability, rounds }: WorkersResult): string {
  const row = (name: string, read: (result: RunResult) => number | undefined, digits = 0) => {
    const values = COUNTS.map((_, index) =>
      median(rounds.map((results) => (results[index] && read(results[index])) ?? Number.NaN)).toFixed(digits),
    );
    return tableRow(name, values);
  };
  const ratio = median(
    rounds.map(([one, two]) => (two?.full.rate ?? Number.NaN) / (one?.full.rate ?? Number.NaN)),
  );
  return [
    `workers, class ${durability}, medians of ${rounds.length} rounds; nats-server, generator and subscriber share the cores`,
    tableRow("", COUNTS.map(String)),
    row("accepted, /s", ({ full }) => full.rate),
    row("end to end, /s", ({ full }) => full.endToEndRate),
    row("processor time per webhook, all processes, us", ({ full }) => full.cost.contestant),
    row("  of nats-server, us", ({ full }) => full.cost.nats),
    row("  of generator and subscriber, us", ({ full }) => full.cost.generator + full.cost.subscriber),
    row("answer at full load p99, ms", ({ full }) => full.answerMs.p99, 1),
    row("request to subscriber at half load p99, ms", ({ half }) => half?.arrivalMs.p99, 1),
    row("memory of all processes at most, MB", ({ memoryMaxMb }) => memoryMaxMb),
    `two against one: ${ratio.toFixed(2)} x the rate`,
  ].join("\n");
}
