/**
 * `npm run bench`: the hub against a hand-written handler, what size costs, several processes, delivery. Exits with 1 when an
 * accepted webhook did not become exactly one event, or an event did not arrive once.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { findServerBinary } from "../src/nats/embedded/binary.ts";
import { type Measured, writeDocument } from "./document.ts";
import { describeMachine } from "./machine.ts";
import { type Options, readOptions, USAGE } from "./options.ts";
import { readSelfTimes } from "./profile.ts";
import { machineText } from "./report.ts";
import { type RunTools, runContestant } from "./run.ts";
import { RUNS } from "./sections.ts";
import { createWorkspace } from "./workspace.ts";

const DOCUMENT = "docs/performance.md";
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

  const measured: Measured[] = [];
  const results: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const name of options.sections) {
    const startedAt = performance.now();
    const outcome = await RUNS[name]({ options, report, tools });
    report(`${name} took ${Math.round((performance.now() - startedAt) / 1000)} s`);
    print(`\n${outcome.text}`);
    measured.push({ name, text: outcome.text });
    results[name] = outcome.result;
    problems.push(...outcome.problems);
  }
  const profile = options.profile ? await profileHub(options, tools) : undefined;
  if (profile) print(`\n${profileText(profile)}`);
  if (options.json) process.stdout.write(`${JSON.stringify({ machine, ...results, profile })}\n`);
  for (const problem of problems) report(`FAIL ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
  else if (options.write) await write(measured, machineText(machine));
}

async function write(measured: readonly Measured[], machine: string): Promise<void> {
  const before = await readFile(DOCUMENT, "utf8").catch(() => "");
  await mkdir(dirname(DOCUMENT), { recursive: true });
  await writeFile(DOCUMENT, writeDocument(before, measured, machine, new Date()));
  report(`wrote ${DOCUMENT}`);
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
