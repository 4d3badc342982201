/** Short-lived programs: started without a shell, bounded in time. */
import { execFile } from "node:child_process";
import type { Environment } from "./environment.ts";

export interface RunOptions {
  readonly timeoutMs: number;
  readonly env?: Environment;
  readonly cwd?: string;
}

/** What the program printed on stdout. Rejects with its last error line when it fails, is missing or takes too long. */
export function run(file: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { timeoutMs, env, cwd } = options;
  const settings = {
    timeout: timeoutMs,
    killSignal: "SIGKILL",
    maxBuffer: 16 * 1024 * 1024,
    ...(env && { env: { ...env } }),
    ...(cwd !== undefined && { cwd }),
  } as const;
  return new Promise((resolve, reject) => {
    execFile(file, [...args], settings, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(failure(file, error, stderr, timeoutMs), { cause: error }));
    });
  });
}

function failure(
  file: string,
  error: Error & { killed?: boolean },
  stderr: string,
  timeoutMs: number,
): string {
  if (error.killed === true) return `${file} did not finish within ${timeoutMs / 1000} s`;
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  return lines.at(-1)?.trim() ?? error.message;
}
