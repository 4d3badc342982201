/** One number decides a whole run; each scenario takes its own from it, so that scenarios do not change each other. */
import { createHash, randomInt } from "node:crypto";

const FIXED = 20_261_101;
const CHOSEN = process.env.FAULT_SEED ?? String(FIXED);

/** How often each mixture of faults is played, each time with another seed. */
export const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 1);

/** Of this run; `FAULT_SEED=random` draws one for each file. */
const RUN_SEED = CHOSEN === "random" ? randomInt(1, 2 ** 31) : Number(CHOSEN);
if (!Number.isSafeInteger(RUN_SEED)) throw new Error(`FAULT_SEED=${CHOSEN} is neither a number nor "random"`);

/** The seed of a scenario, and how to play it again: vitest selects by titles, which it writes with blanks between them. */
export function seedOf(scenario: string, title: string): { readonly seed: number; readonly again: string } {
  const seed = createHash("sha256").update(`${RUN_SEED} ${scenario}`).digest().readUInt32BE();
  const pattern = title.replaceAll(" > ", " ").replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const run = `FAULT_SEED=${RUN_SEED} FAULT_ROUNDS=${ROUNDS}`;
  return { seed, again: `${run} npm run test:faults -- -t '${pattern}'` };
}
