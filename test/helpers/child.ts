/** Processes that a test starts: whether they run, and that none of them outlives it. */
import type { ChildProcess } from "node:child_process";
import { expect } from "vitest";
import { markOf } from "../../src/nats/embedded/process.ts";
import { eventually } from "./eventually.ts";

/** Kills the child when this process exits, however that comes about. */
export function killAtExit(child: ChildProcess): void {
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
}

/** Whether it was started and has not ended. */
export function isRunning({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid !== undefined && exitCode === null && signalCode === null;
}

/** A process that has ended and was not asked how yet (a zombie) counts as ended. */
export async function isAlive(pid: number): Promise<boolean> {
  return (await markOf(pid)) !== undefined;
}

export async function gone(pid: number): Promise<void> {
  await eventually(async () => expect(await isAlive(pid)).toBe(false), { withinMs: 30_000 });
}
