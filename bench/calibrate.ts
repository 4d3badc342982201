/** How fast this machine is right now: the same work, timed before each run, shows what others take from it. */
import { createHash } from "node:crypto";

const BLOCK = Buffer.alloc(65_536, "entrepot");
const BLOCKS = 1500;

/** Milliseconds for a fixed piece of work of about a tenth of a second. */
export function calibrateMs(): number {
  const startedAt = performance.now();
  for (let block = 0; block < BLOCKS; block += 1) createHash("sha256").update(BLOCK).digest();
  return performance.now() - startedAt;
}
