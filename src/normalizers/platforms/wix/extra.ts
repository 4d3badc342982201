/** Joins what goes under `extra`; undefined when there is nothing, so that an empty `extra` does not appear. */
export function joinExtra(
  ...parts: readonly (Readonly<Record<string, unknown>> | undefined)[]
): Record<string, unknown> | undefined {
  const all = parts.flatMap((part) => Object.entries(part ?? {}));
  const kept = all.filter(([, value]) => value !== undefined && value !== null && value !== "");
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
