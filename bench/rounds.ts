/** All rounds of one durability class: the contestants take turns, and who begins changes from round to round. */
import { median } from "./figures.ts";
import type { DurabilityClass, Options } from "./options.ts";
import { type RunPlan, type RunResult, type RunTools, runContestant } from "./run.ts";

export interface Round {
  readonly handwritten: RunResult;
  readonly hub: RunResult;
  readonly manyStores?: RunResult;
}

export interface ClassResult {
  readonly durability: DurabilityClass;
  readonly rounds: readonly Round[];
  readonly problems: readonly string[];
}

interface RoundsPlan {
  readonly options: Options;
  readonly durability: DurabilityClass;
  /** Stores of the third run in every other round; 0 leaves it out. */
  readonly manyStores: number;
  readonly report: (line: string) => void;
}

export async function runRounds(plan: RoundsPlan, tools: RunTools): Promise<ClassResult> {
  const { options, durability, manyStores, report } = plan;
  const { connections, seconds } = options;
  const base = { durability, connections, seconds };
  const problems: string[] = [];
  const run = async (round: number, label: string, what: Omit<RunPlan, keyof typeof base>) => {
    const result = await runContestant({ ...base, ...what }, tools);
    report(`${durability} ${round}/${options.rounds} ${label}: ${summary(result)}`);
    problems.push(...result.problems.map((problem) => `${durability}, round ${round}, ${label}: ${problem}`));
    return result;
  };
  const rounds: Round[] = [];
  for (let number = 1; number <= options.rounds; number += 1) {
    const byHand = () =>
      run(number, "hand-written", { contestant: "handwritten", stores: 1, halfLoad: true });
    const byHub = () => run(number, "hub", { contestant: "hub", stores: 1, halfLoad: true });
    const isOdd = number % 2 === 1;
    const first = await (isOdd ? byHand() : byHub());
    const second = await (isOdd ? byHub() : byHand());
    const pair = isOdd ? { handwritten: first, hub: second } : { handwritten: second, hub: first };
    const many = { contestant: "hub", stores: manyStores, halfLoad: false } as const;
    // Every other round is enough for it.
    rounds.push(
      isOdd && manyStores > 0
        ? { ...pair, manyStores: await run(number, `hub, ${manyStores} stores`, many) }
        : pair,
    );
  }
  return { durability, rounds, problems };
}

function summary({ full: { rate, endToEndRate, cost } }: RunResult): string {
  const [accepted, arrived] = [Math.round(rate), Math.round(endToEndRate)];
  return `${accepted}/s accepted, ${arrived}/s end to end, ${Math.round(cost.contestant)} us each`;
}

/** The median of something over the rounds. */
export function medianOf(rounds: readonly Round[], read: (round: Round) => number | undefined): number {
  return median(rounds.map(read).filter((value) => value !== undefined));
}
