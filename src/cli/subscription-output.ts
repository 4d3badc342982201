/** Subscriptions for people: what was made, and how one is doing. */
import { z } from "zod";

const base = z.looseObject({
  name: z.string(),
  state: z.string(),
  deliver: z.string(),
  url: z.string().optional(),
  events: z.array(z.string()),
});

export const shortView = base.extend({ pending: z.number(), unsettled: z.number() });

export const shownView = base.extend({
  stopped: z.object({ at: z.string(), reason: z.string() }).optional(),
  statistics: z.looseObject({
    pending: z.number(),
    unsettled: z.number(),
    delivered: z.number(),
    dead: z.number(),
    failed: z.number().optional(),
    waiting: z.number().optional(),
    oldestUnsettledAt: z.string().optional(),
    lastDeliveredAt: z.string().optional(),
    lastError: z.object({ at: z.string(), error: z.string(), status: z.number().optional() }).optional(),
  }),
  notes: z.array(z.string()).optional(),
});

const issuedView = base.extend({
  secret: z.string().optional(),
  credentials: z.string().optional(),
  servers: z.array(z.string()).optional(),
  consumers: z.array(z.object({ stream: z.string(), name: z.string(), filter: z.string() })).optional(),
  needed: z.array(z.string()).optional(),
  notes: z.array(z.string()).optional(),
});

export function printIssued(
  answer: unknown,
  { isJson, print }: { isJson: boolean; print: (line: string) => void },
): void {
  if (isJson) {
    print(JSON.stringify(answer));
    return;
  }
  const issued = issuedView.parse(answer);
  const { name, deliver, url, events, secret, credentials, servers = [], consumers = [] } = issued;
  print(`${name} gets ${events.join(", ")}${deliver === "http" ? ` at ${url}` : " over NATS"}.`);
  if (secret) print(`Deliveries are signed with this secret, which is shown only now:\n  ${secret}`);
  if (deliver === "nats") {
    print(`Servers: ${servers.join(", ")}`);
    for (const each of consumers) print(`  consumer ${each.name} on ${each.stream}: ${each.filter}`);
  }
  if (credentials) {
    print(
      `Credentials, shown only now (--json gives all of it as a file for entrepot/client):\n${credentials}`,
    );
  }
  for (const line of issued.needed ?? []) print(`Needed: ${line}`);
  for (const note of issued.notes ?? []) print(`Note: ${note}`);
}

export function printShown(shown: z.infer<typeof shownView>, print: (line: string) => void): void {
  const { statistics: now, stopped } = shown;
  print(`${shown.name}: ${shown.state}${stopped ? ` since ${stopped.at} (${stopped.reason})` : ""}`);
  print(`  events     ${shown.events.join(", ")}`);
  print(`  deliver    ${shown.url ?? shown.deliver}`);
  print(`  delivered  ${now.delivered}${now.lastDeliveredAt ? `, last at ${now.lastDeliveredAt}` : ""}`);
  const oldest = now.oldestUnsettledAt ? `, the oldest from ${now.oldestUnsettledAt}` : "";
  print(`  pending    ${now.pending} and ${now.unsettled} unsettled${oldest}`);
  if (now.failed !== undefined)
    print(`  failed     ${now.failed} attempts, ${now.waiting ?? 0} events wait for another`);
  print(`  dead       ${now.dead}`);
  if (now.lastError) {
    const { at, error, status } = now.lastError;
    print(`  last error ${error}${status === undefined ? "" : ` ${status}`} at ${at}`);
  }
  for (const note of shown.notes ?? []) print(`  note       ${note}`);
}
