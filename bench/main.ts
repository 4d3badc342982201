/**
 * `npm run bench`: the hub against a hand-written handler, on the same server, in turn; then delivery to endpoints. Exits
 * with 1 when an accepted webhook did not become exactly one event, or an event did not arrive once.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { findServerBinary } from "../src/nats/embedded/binary.ts";
import { deliveryText, runDelivery } from "./delivery.ts";
import { importText, runImport } from "./import.ts";
import { describeMachine } from "./machine.ts";
import { type Options, readOptions, USAGE } from "./options.ts";
import { overloadText, runOverload } from "./overload.ts";
import { readSelfTimes } from "./profile.ts";
import { classText, machineText, toJson } from "./report.ts";
import { type ClassResult, runRounds } from "./rounds.ts";
import { type RunTools, runContestant } from "./run.ts";
import { createWorkspace } from "./workspace.ts";

const IMPORTED_PRODUCTS = 50_000;
const PROFILE_DIR = "bench-profile";
const FUNCTIONS_SHOWN = 25;

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(`${USAGE}\n`);
  else await bench(options);
  // Whatever a helper left open must not keep this process: the exit handler of the workspace ends it.
  process.exit();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}

async function bench(options: Options): Promise<void> {
  if (!options.skipBuild) build();
  const binary = await findServerBinary({ env: process.env, report });
  const tools: RunTools = { workspace: createWorkspace(), natsBinary: binary.path };
  const machine = describeMachine(binary.version);
  const print = (text: string) => options.json || process.stdout.write(`${text}\n`);
  print(machineText(machine));

  if (options.overload || options.import) return benchLimits(options, print, tools);

  const results: ClassResult[] = [];
  for (const [index, durability] of (options.rounds > 0 ? options.classes : []).entries()) {
    // What many stores cost is processor time, so one class tells it.
    const manyStores = index === 0 ? options.stores : 0;
    const result = await runRounds({ options, durability, manyStores, report }, tools);
    print(`\n${classText(result, manyStores)}`);
    results.push(result);
  }
  const { seconds, subscriptions } = options;
  const delivery =
    subscriptions > 0 ? await runDelivery({ seconds, subscriptions }, report, tools) : undefined;
  if (delivery) print(`\n${deliveryText(delivery)}`);
  const profile = options.profile ? await profileHub(options, tools) : undefined;
  if (profile) print(`\n${profileText(profile)}`);
  if (options.json)
    process.stdout.write(`${JSON.stringify({ ...toJson(machine, results), delivery, profile })}\n`);
  tellProblems([...results.flatMap((result) => result.problems), ...(delivery?.problems ?? [])]);
}

/** What happens when more comes than can be done. */
async function benchLimits(
  { overload, overloadSeconds, import: withImport, classes, json }: Options,
  print: (text: string) => void,
  tools: RunTools,
): Promise<void> {
  for (const durability of classes) {
    const overloaded = overload
      ? await runOverload({ seconds: overloadSeconds, durability }, report, tools)
      : undefined;
    if (overloaded) print(`\n${overloadText(overloaded)}`);
    const imported = withImport
      ? await runImport({ products: IMPORTED_PRODUCTS, durability }, report, tools)
      : undefined;
    if (imported) print(`\n${importText(imported)}`);
    if (json) process.stdout.write(`${JSON.stringify({ overload: overloaded, import: imported })}\n`);
    tellProblems([...(overloaded?.problems ?? []), ...(imported?.problems ?? [])]);
  }
}

function tellProblems(problems: readonly string[]): void {
  for (const problem of problems) report(`FAIL ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}

function build(): void {
  report("builds dist/");
  execFileSync("npm", ["run", "--silent", "build"], { stdio: ["ignore", 2, 2] });
}

/** Progress and problems; stdout is for the figures. */
function report(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** One run of its own: a profiled hub is slower, so its figures do not count. */
async function profileHub(options: Options, tools: RunTools) {
  const dir = resolve(PROFILE_DIR);
  mkdirSync(dir, { recursive: true });
  const [durability = "relaxed"] = options.classes;
  const name = `hub-${durability}.cpuprofile`;
  const { connections, seconds } = options;
  const { full } = await runContestant(
    {
      contestant: "hub",
      durability,
      stores: 1,
      connections,
      seconds,
      halfLoad: false,
      profile: { dir, name },
    },
    tools,
  );
  const file = join(dir, name);
  const endedAt = full.startedAt + (full.accepted / full.rate) * 1000;
  const functions = await readSelfTimes(file, full.startedAt, endedAt);
  return { file, durability, rate: full.rate, functions: functions.slice(0, FUNCTIONS_SHOWN) };
}

function profileText(profile: Awaited<ReturnType<typeof profileHub>>): string {
  const { file, durability, rate, functions } = profile;
  return [
    `profile of the hub at full load (${durability}, ${Math.round(rate)}/s while profiled): ${file}`,
    "  self time of the functions that took most:",
    ...functions.map(
      ({ percent, name, where }) => `  ${percent.toFixed(1).padStart(5)} %  ${name}  ${where}`,
    ),
  ].join("\n");
}
