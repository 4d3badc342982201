/** The parts of the bench: each can be run by itself, and each is a section of docs/performance.md. */
import { deliveryText, runDelivery } from "./delivery.ts";
import type { Options } from "./options.ts";
import { classesText } from "./report.ts";
import { type ClassResult, runRounds } from "./rounds.ts";
import type { RunTools } from "./run.ts";
import { LARGE, runScale, scaleText, type Size } from "./scale.ts";
import type { SectionName } from "./section-names.ts";
import { runWorkers, workersText } from "./workers.ts";

export interface Outcome {
  /** Tables for people. */
  readonly text: string;
  /** All that was measured, for programs. */
  readonly result: unknown;
  /** What was lost, doubled or refused; empty when all is well. */
  readonly problems: readonly string[];
}

interface Context {
  readonly options: Options;
  readonly report: (line: string) => void;
  readonly tools: RunTools;
}

export const RUNS: Readonly<Record<SectionName, (context: Context) => Promise<Outcome>>> = {
  flow: async ({ options, report, tools }) => {
    const results: ClassResult[] = [];
    for (const [index, durability] of options.classes.entries()) {
      // What many stores cost is processor time, so one class tells it.
      const manyStores = index === 0 ? options.stores : 0;
      results.push(await runRounds({ options, durability, manyStores, report }, tools));
    }
    const text = classesText(results, options.stores);
    return { text, result: results, problems: results.flatMap(({ problems }) => problems) };
  },
  delivery: async ({ options: { seconds, subscriptions }, report, tools }) => {
    const result = await runDelivery({ seconds, subscriptions }, report, tools);
    return { text: deliveryText(result), result, problems: result.problems };
  },
  scale: async ({ options, report, tools }) => {
    const { rounds, seconds, connections, fraction } = options;
    const result = await runScale(
      { large: partOf(LARGE, fraction), rounds, seconds, connections },
      report,
      tools,
    );
    return { text: scaleText(result), result, problems: result.problems };
  },
  workers: async ({ options, report, tools }) => {
    const { rounds, seconds, connections } = options;
    const outcomes = [];
    for (const durability of options.classes) {
      outcomes.push(await runWorkers({ durability, rounds, seconds, connections }, report, tools));
    }
    return {
      text: outcomes.map(workersText).join("\n\n"),
      result: outcomes,
      problems: outcomes.flatMap(({ problems }) => problems),
    };
  },
};

function partOf({ stores, subscriptions, entities }: Size, fraction: number): Size {
  const part = (whole: number) => Math.max(1, Math.round(whole * fraction));
  return { stores: part(stores), subscriptions: part(subscriptions), entities: part(entities) };
}
