/** What the verbs print: columns for people, one JSON object a line for programs. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
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
