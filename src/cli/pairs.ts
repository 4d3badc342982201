/** `key=value` options. */
import { readFileSync } from "node:fs";
import { UsageError } from "./usage.ts";

/** Of several with one name the last counts. */
export function readPairs(given: readonly string[] | undefined, option: string): Record<string, string> {
  return Object.fromEntries((given ?? []).map((pair) => readPair(pair, option)));
}

/** The same where a value may stand elsewhere, out of sight of other users: in `@file`, or `-` for standard input. */
export function readSecretPairs(
  given: readonly string[] | undefined,
  option: string,
): Record<string, string> {
  const pairs = Object.entries(readPairs(given, option));
  return Object.fromEntries(pairs.map(([name, value]) => [name, readValue(name, value, option)]));
}

function readPair(pair: string, option: string): [string, string] {
  const at = pair.indexOf("=");
  if (at < 1) throw new UsageError(`${option} needs key=value.`);
  return [pair.slice(0, at), pair.slice(at + 1)];
}

function readValue(name: string, value: string, option: string): string {
  if (value !== "-" && !value.startsWith("@")) return value;
  try {
    return readFileSync(value === "-" ? 0 : value.slice(1), "utf8").trimEnd();
  } catch {
    throw new UsageError(`${option} ${name}: what it names cannot be read.`);
  }
}
