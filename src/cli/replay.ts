import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { z } from "zod";
import { createApi } from "./api.ts";
import { UsageError, type Verb } from "./usage.ts";

const OPTIONS = {
  to: { type: "string" },
  store: { type: "string" },
  type: { type: "string" },
  entity: { type: "string" },
  since: { type: "string" },
  until: { type: "string" },
  "dry-run": { type: "boolean" },
  json: { type: "boolean" },
} as const;

const stretch = z.object({ events: z.number(), next: z.number().optional() });

export const replay: Verb = {
  usage:
    "replay --to SUBSCRIPTION [--store NAME] [--type order.*] [--entity ID] [--since TIME] [--until TIME] [--dry-run]",
  summary: "Send published events to one subscription again, marked via: replay",
  run: async ({ args, env, print }) => {
    const { values } = parseArgs({ args, options: OPTIONS, allowPositionals: false });
    const { to, json, "dry-run": dryRun = false, ...query } = values;
    if (to === undefined) throw new UsageError(`Usage: ${replay.usage}`);
    const api = createApi(env);
    const replayId = randomUUID();
    const path = `/api/subscriptions/${encodeURIComponent(to)}/replay`;
    let events = 0;
    for (let after: number | undefined = 0; after !== undefined; ) {
      const answer: z.infer<typeof stretch> = stretch.parse(
        await api.call("POST", path, { ...query, after, replayId, dryRun }),
      );
      events += answer.events;
      after = answer.next;
    }
    if (json) return print(JSON.stringify({ subscription: to, replayId, events, dryRun }));
    print(
      dryRun ? `${events} events would be sent to ${to} again.` : `${events} events are sent to ${to} again.`,
    );
  },
};
