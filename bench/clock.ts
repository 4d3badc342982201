/** One clock for all processes of the machine: the monotonic one, in milliseconds. */
const offset = Number(process.hrtime.bigint()) / 1e6 - performance.now();

export function monotonicMs(): number {
  return performance.now() + offset;
}
