/** What the verbs print: columns for people, one JSON object a line for programs. */
import { visibleOnOneLine } from "../visible.ts";

/** Cells may hold texts from outside: a row stays one. */
export function table(head: readonly string[], cells: readonly (readonly string[])[]): string {
  const rows = cells.map((row) => row.map(visibleOnOneLine));
  const widths = head.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => (row[at] ?? "").length)),
  );
  return [head, ...rows].map((row) => columns(row, widths)).join("\n");
}

export function printJson(items: readonly unknown[], print: (line: string) => void): void {
  for (const item of items) print(JSON.stringify(item));
}

function columns(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, at) => cell.padEnd(widths[at] ?? 0))
    .join("  ")
    .trimEnd();
}
