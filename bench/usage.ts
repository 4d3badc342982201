/** What a process has used so far, as Linux tells it; zeros elsewhere. */
import { readFile } from "node:fs/promises";

/** Linux counts in hundredths of a second for every program, whatever the kernel's own tick is. */
const TICKS_PER_SECOND = 100;

/** Processor time, user and system together, in microseconds. */
export async function cpuMicros(pid: number): Promise<number> {
  const stat = await read(`/proc/${pid}/stat`);
  // The name in parentheses may hold anything, so fields are counted from its end.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND) * 1e6;
}

/** Processor time of the whole machine since it started, what a host took away included, in microseconds. */
export async function machineCpuMicros(): Promise<number> {
  const [, user, nice, system, , , irq, softIrq, steal] = (await read("/proc/stat")).split(/\s+/);
  const ticks = [user, nice, system, irq, softIrq, steal].reduce((sum, part) => sum + Number(part ?? 0), 0);
  return (ticks / TICKS_PER_SECOND) * 1e6;
}

/** The most memory that it ever had resident, in megabytes. */
export async function memoryMaxMb(pid: number): Promise<number> {
  const kilobytes = /^VmHWM:\s+(\d+)/m.exec(await read(`/proc/${pid}/status`))?.[1];
  return Number(kilobytes ?? 0) / 1024;
}

/** What it has resident now, in megabytes. */
export async function memoryNowMb(pid: number): Promise<number> {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(await read(`/proc/${pid}/status`))?.[1];
  return Number(kilobytes ?? 0) / 1024;
}

/** The same of several processes together. */
export async function sumOf(
  pids: readonly number[],
  measure: (pid: number) => Promise<number>,
): Promise<number> {
  return (await Promise.all(pids.map(measure))).reduce((sum, value) => sum + value, 0);
}

/** A Node program and those of its children that are Node programs, too: the workers of a hub. */
export async function programsOf(pid: number): Promise<number[]> {
  const children = (await read(`/proc/${pid}/task/${pid}/children`)).trim().split(" ").filter(Boolean);
  const names = await Promise.all(children.map((child) => read(`/proc/${child}/comm`)));
  return [pid, ...children.map(Number).filter((_, index) => names[index]?.startsWith("node"))];
}

async function read(path: string): Promise<string> {
  return process.platform === "linux" ? await readFile(path, "utf8") : "";
}
