/** Versions of nats-server, compared as numbers. */

/** The oldest server that can sync every write (`sync_interval`) and keeps what a consumer was created with. */
export const VERSION_MIN = "2.10.0";

/** The version in the output of `nats-server -v` (`nats-server: v2.15.1`), or undefined when there is none. */
export function parseVersion(output: string): string | undefined {
  return /\bv?(\d+\.\d+\.\d+(?:-[\w.]+)?)/.exec(output)?.[1];
}

/** Below zero when `a` is older than `b`. What follows the three numbers (`-RC.1`) does not count. */
export function compareVersions(a: string, b: string): number {
  const left = numbers(a);
  const right = numbers(b);
  for (let place = 0; place < 3; place++) {
    const difference = (left[place] ?? 0) - (right[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether a hub can run on this server. */
export function isNewEnough(version: string): boolean {
  return compareVersions(version, VERSION_MIN) >= 0;
}

function numbers(version: string): number[] {
  return version.split(/[.-]/, 3).map(Number);
}
