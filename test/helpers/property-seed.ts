/**
 * Where the random cases of all property tests begin. A usual run tries the same ones every time, so that it fails for a
 * change and for nothing else. `FUZZ_SEED=random` looks for new ones; a failure prints its seed, and `FUZZ_SEED=<seed>`
 * begins there again.
 */
import fc from "fast-check";

const { FUZZ_SEED = "20261101" } = process.env;

if (FUZZ_SEED !== "random") fc.configureGlobal({ seed: Number(FUZZ_SEED) });
