/** The parts of the bench: each can be run by itself, and each is a section of docs/performance.md. */
import { type ComparisonPlan, comparisonText, runComparison } from "./compare.ts";
import { deliveryText, runDelivery } from "./delivery.ts";
import { importText, runImport } from "./import.ts";
import type { DurabilityClass, Options } from "./options.ts";
import { overloadText, runOverload } from "./overload.ts";
import { classesText } from "./report.ts";
import { type ClassResult, runRounds } from "./rounds.ts";
import type { RunTools } from "./run.ts";
import { LARGE, runScale, scaleText, type Size } from "./scale.ts";
import type { SectionName } from "./section-names.ts";

interface Problems {
  /** What was lost, doubled or refused; empty when all is well. */
  readonly problems: readonly string[];
}

export interface Outcome extends Problems {
  /** Tables for people. */
  readonly text: string;
  /** All that was measured, for programs. */
  readonly result: unknown;
}

interface Context {
  readonly options: Options;
  readonly report: (line: string) => void;
  readonly tools: RunTools;
}

const WORKERS: ComparisonPlan["settings"] = [
  { name: "1", plan: { workers: 1 } },
  { name: "2", plan: { workers: 2 } },
];
const COPIES: ComparisonPlan["settings"] = [
  { name: "1", plan: { copies: 1 } },
  { name: "3", plan: { copies: 3 } },
];
const IMPORTED_PRODUCTS = 50_000;
/** Enough where every round takes long and the rounds agree. */
const LONG_ROUNDS_MAX = 2;

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
    const { seconds, connections, fraction } = options;
    const rounds = Math.min(options.rounds, LONG_ROUNDS_MAX);
    const plan = { large: partOf(LARGE, fraction), rounds, seconds, connections };
    const result = await runScale(plan, report, tools);
    return { text: scaleText(result), result, problems: result.problems };
  },
  workers: (context) => compared("workers", WORKERS, context),
  copies: (context) => compared("copies", COPIES, context),
  overload: ({ options, report, tools }) =>
    inFirstClass(options, overloadText, (durability) =>
      runOverload({ seconds: options["overload-seconds"], durability }, report, tools),
    ),
  import: ({ options, report, tools }) =>
    inFirstClass(options, importText, (durability) =>
      runImport({ products: IMPORTED_PRODUCTS, durability }, report, tools),
    ),
};

function compared(
  about: string,
  settings: ComparisonPlan["settings"],
  { options, report, tools }: Context,
): Promise<Outcome> {
  const { seconds, connections } = options;
  const rounds = Math.min(options.rounds, LONG_ROUNDS_MAX);
  return inEachClass(options, comparisonText, (durability) =>
    runComparison({ about, settings, durability, rounds, seconds, connections }, report, tools),
  );
}

/** For what takes minutes. */
function inFirstClass<Result extends Problems>(
  { classes: [durability = "relaxed"] }: Options,
  toText: (result: Result) => string,
  run: (durability: DurabilityClass) => Promise<Result>,
): Promise<Outcome> {
  return inEachClass({ classes: [durability] }, toText, run);
}

async function inEachClass<Result extends Problems>(
  { classes }: Pick<Options, "classes">,
  toText: (result: Result) => string,
  run: (durability: DurabilityClass) => Promise<Result>,
): Promise<Outcome> {
  const results: Result[] = [];
  for (const durability of classes) results.push(await run(durability));
  return {
    text: results.map(toText).join("\n\n"),
    result: results,
    problems: results.flatMap(({ problems }) => problems),
  };
}

function partOf({ stores, subscriptions, entities }: Size, fraction: number): Size {
  const part = (whole: number) => Math.max(1, Math.round(whole * fraction));
  return { stores: part(stores), subscriptions: part(subscriptions), entities: part(entities) };
}
