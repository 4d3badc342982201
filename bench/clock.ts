/** One clock for all processes of the machine: the monotonic one, in milliseconds. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
