/** How figures stand on a page: a name, then its values in columns. */
import type { Percentiles } from "./figures.ts";

export function tableRow(name: string, values: readonly string[]): string {
  return `  ${name.padEnd(60)}${values.map((value) => value.padStart(19)).join("")}`;
}

/** The median and the slow end, in milliseconds. */
export function p50AndP99({ p50, p99 }: Percentiles): string {
  return `${p50.toFixed(1)} / ${p99.toFixed(1)}`;
}
