/** Runs verbs of the command line against an app in this process. */
import { vi } from "vitest";
import type { Verb } from "../../src/cli/usage.ts";
import { ADMIN_TOKEN, createTestApp, type TestApp, type TestAppOptions } from "../helpers/app.ts";

/** Requests of the command line go to the app; undo it with `vi.unstubAllGlobals`. */
export function hub(options: TestAppOptions = {}): TestApp {
  const test = createTestApp(options);
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => test.app.request(new Request(url, init)));
  return test;
}

/** What the verb prints. */
export async function runVerb(
  verb: Verb,
  args: string[],
  env: Record<string, string> = { ENTREPOT_TOKEN: ADMIN_TOKEN },
): Promise<string[]> {
  const printed: string[] = [];
  const print = (line: string) => void printed.push(line);
  await verb.run({ args, env, print, signal: new AbortController().signal });
  return printed;
}
