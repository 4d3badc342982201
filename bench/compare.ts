/** The hub in several settings, in turn and with the same load: what one costs against the other. */
import { median } from "./figures.ts";
import type { DurabilityClass } from "./options.ts";
import { type RunPlan, type RunResult, type RunTools, runContestant } from "./run.ts";
import { tableRow } from "./table.ts";

export interface Setting {
  /** Head of its column. */
  readonly name: string;
  readonly plan: Pick<RunPlan, "workers" | "copies">;
}

export interface ComparisonPlan {
  /** What is compared, in a word. */
  readonly about: string;
  readonly settings: readonly [Setting, Setting];
  readonly durability: DurabilityClass;
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
}

export interface Comparison {
  readonly plan: ComparisonPlan;
  /** In each round a result of each setting. */
  readonly rounds: readonly (readonly RunResult[])[];
  readonly problems: readonly string[];
}

export async function runComparison(
  plan: ComparisonPlan,
  report: (line: string) => void,
  tools: RunTools,
): Promise<Comparison> {
  const { about, settings, durability, connections, seconds } = plan;
  const problems: string[] = [];
  const rounds: RunResult[][] = [];
  for (let round = 1; round <= plan.rounds; round += 1) {
    const results: RunResult[] = [];
    for (const setting of settings) {
      const load = { durability, stores: 1, connections, seconds, halfLoad: true };
      const result = await runContestant({ contestant: "hub", ...load, ...setting.plan }, tools);
      report(`${about} ${round}/${plan.rounds}, ${setting.name}: ${Math.round(result.full.rate)}/s accepted`);
      problems.push(...result.problems.map((problem) => `${about}, ${setting.name}: ${problem}`));
      results.push(result);
    }
    rounds.push(results);
  }
  return { plan, rounds, problems };
}

/** The text for people. */
export function comparisonText({ plan, rounds }: Comparison): string {
  const { about, settings, durability } = plan;
  const row = (name: string, read: (result: RunResult) => number | undefined, digits = 0) => {
    const values = settings.map((_, index) =>
      median(rounds.map((results) => (results[index] && read(results[index])) ?? Number.NaN)).toFixed(digits),
    );
    return tableRow(name, values);
  };
  const ratio = (read: (result: RunResult) => number) =>
    median(rounds.map(([one, two]) => (two ? read(two) : Number.NaN) / (one ? read(one) : Number.NaN)));
  const [first, second] = settings;
  return [
    `${about}, class ${durability}, medians of ${rounds.length} rounds; nats-server, generator and subscriber share the cores`,
    tableRow(
      "",
      settings.map(({ name }) => name),
    ),
    row("accepted, /s", ({ full }) => full.rate),
    row("end to end, /s", ({ full }) => full.endToEndRate),
    row("processor time per webhook, all processes of the hub, us", ({ full }) => full.cost.contestant),
    row("  of nats-server, us", ({ full }) => full.cost.nats),
    row("  of generator and subscriber, us", ({ full }) => full.cost.generator + full.cost.subscriber),
    row("answer at full load p99, ms", ({ full }) => full.answerMs.p99, 1),
    row("answer at half load p50, ms", ({ half }) => half?.answerMs.p50, 1),
    row("answer at half load p99, ms", ({ half }) => half?.answerMs.p99, 1),
    row("request to subscriber at half load p50, ms", ({ half }) => half?.arrivalMs.p50, 1),
    row("request to subscriber at half load p99, ms", ({ half }) => half?.arrivalMs.p99, 1),
    row("memory of all processes of the hub at most, MB", ({ memoryMaxMb }) => memoryMaxMb),
    `${second.name} against ${first.name}: ${ratio(({ full }) => full.rate).toFixed(2)} x the rate accepted, ${ratio(({ full }) => full.endToEndRate).toFixed(2)} x end to end`,
  ].join("\n");
}
