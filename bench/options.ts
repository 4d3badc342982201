/** What the command line asks for. */
import { parseArgs } from "node:util";
import { z } from "zod";

/** `strict` syncs every write to disk before its ack, `relaxed` every 100 ms. */
const CLASSES = ["relaxed", "strict"] as const;
export type DurabilityClass = (typeof CLASSES)[number];

export const USAGE = `npm run bench -- [options]: the hub against a hand-written handler
  --seconds N       length of each run at full load (5)
  --rounds N        rounds, medians are told; 0 leaves them out (3)
  --class C         relaxed, strict or both (both)
  --connections N   keep-alive connections, each with one request at a time (64)
  --stores N        how many stores the run with many stores has; 0 leaves it out (1000)
  --subscriptions N how many subscriptions the run with many has; 0 leaves delivery over HTTP out (1000)
  --overload        instead: twice what the machine can do, for as long as --overload-seconds says
  --overload-seconds N (120)
  --import          instead: orders beside another store's import of 50,000 products, and beside its flood of orders
  --profile         one run more, with a .cpuprofile of the hub in ./bench-profile
  --skip-build      takes dist/ as it is
  --json            one JSON object on stdout instead of tables`;

const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

const schema = z.object({
  seconds: z.coerce.number().min(0.5).max(600).default(5),
  rounds: whole(0, 99).default(3),
  class: z.enum([...CLASSES, "both"]).default("both"),
  connections: whole(1, 2000).default(64),
  stores: whole(0, 1_000_000).default(1000),
  subscriptions: whole(0, 10_000).default(1000),
  overload: z.boolean().default(false),
  "overload-seconds": whole(5, 3600).default(120),
  import: z.boolean().default(false),
  profile: z.boolean().default(false),
  "skip-build": z.boolean().default(false),
  json: z.boolean().default(false),
  help: z.boolean().default(false),
});

export interface Options {
  readonly seconds: number;
  readonly rounds: number;
  readonly classes: readonly DurabilityClass[];
  readonly connections: number;
  readonly stores: number;
  readonly subscriptions: number;
  readonly overload: boolean;
  readonly overloadSeconds: number;
  readonly import: boolean;
  readonly profile: boolean;
  readonly skipBuild: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

/** Throws an error whose message is for a person. */
export function readOptions(args: string[]): Options {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const { values } = parseArgs({
    args,
    options: {
      seconds: text,
      rounds: text,
      class: text,
      connections: text,
      stores: text,
      subscriptions: text,
      overload: flag,
      "overload-seconds": text,
      import: flag,
      profile: flag,
      "skip-build": flag,
      json: flag,
      help: flag,
    },
  });
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `--${path.join(".")}: ${message}`);
    throw new Error(`${problems.join("\n")}\n\n${USAGE}`);
  }
  const {
    class: chosen,
    "skip-build": skipBuild,
    "overload-seconds": overloadSeconds,
    ...rest
  } = parsed.data;
  return { ...rest, skipBuild, overloadSeconds, classes: chosen === "both" ? CLASSES : [chosen] };
}
