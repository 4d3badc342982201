/**
 * How often properties are tried. `FUZZ_RUNS=100 npx vitest run test/fuzz` tries each a hundred times as often as a usual run;
 * from which seed says `property-seed.ts`.
 */
const FACTOR = Number(process.env.FUZZ_RUNS ?? 1);

/** Generous: a long run on a slow machine is no failure. */
export const FUZZ_TIMEOUT_MS = 30_000 * Math.max(1, FACTOR);

/** Options for `fc.assert`: `runs` is the number of a usual run. */
export function fuzz(runs: number): { readonly numRuns: number } {
  return { numRuns: Math.max(1, Math.round(runs * FACTOR)) };
}
