/** What the command line asks for. */
import { parseArgs } from "node:util";
import { z } from "zod";
import { SECTION_NAMES, type SectionName } from "./section-names.ts";

/** `strict` syncs every write to disk before its ack, `relaxed` every 100 ms. */
const CLASSES = ["relaxed", "strict"] as const;
export type DurabilityClass = (typeof CLASSES)[number];

export const USAGE = `npm run bench -- [options]
  --flow            the hub against a hand-written handler
  --delivery        delivery to HTTP endpoints; these two are run when no section is named
  --scale           many stores, subscriptions and entities against one of each; start-up
  --workers         one process against two
  --copies          streams kept once against three times, in a cluster on this machine
  --overload        twice what the machine can do
  --import          orders beside another store's import of 50,000 products, and beside its flood of orders
  --all             all sections
  --write           writes what was measured into docs/performance.md
  --seconds N       length of each run at full load (5)
  --rounds N        rounds, medians are told (3)
  --class C         relaxed, strict or both (both)
  --connections N   keep-alive connections, each with one request at a time (64)
  --stores N        how many stores the flow's run with many stores has; 0 leaves it out (1000)
  --subscriptions N how many subscriptions delivery's run with many has (1000)
  --overload-seconds N  how long --overload goes on (120)
  --fraction F      this part of the sizes of --scale, for a quick look (1)
  --profile         one run more, with a .cpuprofile of the hub in ./bench-profile; alone when no section is named
  --skip-build      takes dist/ as it is
  --json            one JSON object on stdout instead of tables`;

const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

const flags = {
  flow: z.boolean().default(false),
  scale: z.boolean().default(false),
  workers: z.boolean().default(false),
  copies: z.boolean().default(false),
  delivery: z.boolean().default(false),
  overload: z.boolean().default(false),
  import: z.boolean().default(false),
  all: z.boolean().default(false),
  write: z.boolean().default(false),
  profile: z.boolean().default(false),
  "skip-build": z.boolean().default(false),
  json: z.boolean().default(false),
  help: z.boolean().default(false),
};
const values = {
  seconds: z.coerce.number().min(0.5).max(600).default(5),
  rounds: whole(1, 99).default(3),
  class: z.enum([...CLASSES, "both"]).default("both"),
  connections: whole(1, 2000).default(64),
  stores: whole(0, 1_000_000).default(1000),
  subscriptions: whole(1, 10_000).default(1000),
  "overload-seconds": whole(5, 3600).default(120),
  fraction: z.coerce.number().gt(0).max(10).default(1),
};
const schema = z.object({ ...flags, ...values });

export interface Options {
  readonly sections: readonly SectionName[];
  readonly write: boolean;
  readonly seconds: number;
  readonly rounds: number;
  readonly classes: readonly DurabilityClass[];
  readonly connections: number;
  readonly stores: number;
  readonly subscriptions: number;
  readonly "overload-seconds": number;
  readonly fraction: number;
  readonly profile: boolean;
  readonly skipBuild: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

const UNASKED: readonly SectionName[] = ["flow", "delivery"];

/** Throws an error whose message is for a person. */
export function readOptions(args: string[]): Options {
  const typed = (names: object, type: "string" | "boolean") =>
    Object.fromEntries(Object.keys(names).map((name) => [name, { type }]));
  const given = parseArgs({ args, options: { ...typed(flags, "boolean"), ...typed(values, "string") } });
  const parsed = schema.safeParse(given.values);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `--${path.join(".")}: ${message}`);
    throw new Error(`${problems.join("\n")}\n\n${USAGE}`);
  }
  const { class: chosen, "skip-build": skipBuild, ...rest } = parsed.data;
  const named = SECTION_NAMES.filter((name) => rest.all || rest[name]);
  const sections = named.length > 0 || rest.profile ? named : UNASKED;
  return { ...rest, sections, skipBuild, classes: chosen === "both" ? CLASSES : [chosen] };
}
