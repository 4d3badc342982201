/** Reads a .cpuprofile: which functions took the time themselves, in a part of the recording. */
import { readFile } from "node:fs/promises";
import { z } from "zod";

interface FunctionTime {
  readonly name: string;
  readonly where: string;
  /** Of the recorded part, idle time included, in percent. */
  readonly percent: number;
}

const schema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
    }),
  ),
  /** Microseconds of the monotonic clock. */
  startTime: z.number(),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

/** Self time by function, most first, between two moments of the monotonic clock in milliseconds. */
export async function readSelfTimes(file: string, fromMs: number, toMs: number): Promise<FunctionTime[]> {
  const { nodes, startTime, samples, timeDeltas } = schema.parse(JSON.parse(await readFile(file, "utf8")));
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<string, { name: string; where: string; micros: number }>();
  let [now, total] = [startTime, 0];
  for (const [index, node] of samples.entries()) {
    now += timeDeltas[index] ?? 0;
    const micros = timeDeltas[index + 1] ?? 0;
    const frame = frames.get(node);
    if (frame === undefined || now < fromMs * 1000 || now > toMs * 1000) continue;
    const name = frame.functionName || "(anonymous)";
    const where = frame.url === "" ? "" : `${shorten(frame.url)}:${frame.lineNumber + 1}`;
    const entry = times.get(`${name} ${where}`) ?? { name, where, micros: 0 };
    entry.micros += micros;
    total += micros;
    times.set(`${name} ${where}`, entry);
  }
  return [...times.values()]
    .sort((a, b) => b.micros - a.micros)
    .map(({ micros, ...rest }) => ({ ...rest, percent: (micros / total) * 100 }));
}

function shorten(url: string): string {
  return url.replace(/^.*\/node_modules\//, "").replace(/^.*\/dist\//, "dist/");
}
