/** A subscription as the admin API shows it: without secrets, and with what a subscriber needs to know. */
import { z } from "@hono/zod-openapi";
import { VALUE_KINDS } from "../matching/values.ts";
import type { Names } from "../nats/names.ts";
import type { Access } from "./access.ts";
import { planFilters } from "./filters.ts";
import { consumerRef, STATES, startAt, type Subscription, subscriptionName } from "./subscription.ts";
import { wherePaths, whereSchema } from "./where.ts";

const secretView = z.object({ createdAt: z.string(), expiresAt: z.string().optional() });
const consumerView = consumerRef.omit({ from: true }).extend({
  whole: z.boolean().openapi({
    description: "It carries every event of its resources, so that a gap in a sequence means loss.",
  }),
});

export const subscriptionView = z
  .object({
    name: subscriptionName,
    state: z.enum(STATES),
    stopped: z.object({ at: z.string(), reason: z.string() }).optional(),
    events: z.array(z.string()),
    stores: z.array(z.string()).optional(),
    platforms: z.array(z.string()).optional(),
    where: whereSchema.optional().openapi({ type: "object" }),
    wherePaths: z
      .record(
        z.string(),
        z.object({ keys: z.array(z.string()), kind: z.enum([...VALUE_KINDS, "structure"]) }),
      )
      .optional()
      .openapi({
        description:
          "Where the paths of `where` stand in an event and how their values compare, for the client library.",
      }),
    startAt: startAt.meta({ example: "now" }),
    createdAt: z.string(),
    updatedAt: z.string(),
    deliver: z.enum(["nats", "http"]),
    url: z.string().optional(),
    headers: z.array(z.string()).optional().openapi({ description: "Names only." }),
    ordered: z.boolean().optional(),
    timeoutMs: z.number().optional(),
    concurrency: z.number().optional(),
    ratePerSecond: z.number().optional(),
    retrySeconds: z.array(z.number()).optional(),
    disableAfterSeconds: z.number().optional(),
    secrets: z.array(secretView).optional(),
    servers: z.array(z.string()).optional().openapi({ description: "Where a NATS subscriber connects." }),
    apiPrefix: z.string().optional().openapi({ description: "JetStream API prefix for its client." }),
    stream: z.string().optional(),
    consumers: z.array(consumerView).optional(),
    users: z.array(secretView).optional(),
    needed: z.array(z.string()).optional().openapi({
      description: "What the operator of the cluster has to do: the hub cannot give credentials.",
    }),
    notes: z.array(z.string()).optional().openapi({ description: "What is worth knowing about it." }),
  })
  .openapi("Subscription");
export type SubscriptionView = z.infer<typeof subscriptionView>;

export const issuedView = subscriptionView
  .extend({
    secret: z.string().optional().openapi({ description: "Signs deliveries; shown only now." }),
    credentials: z
      .string()
      .optional()
      .openapi({ description: "Text of the subscriber's .creds file; shown only now." }),
  })
  .openapi("IssuedSubscription");

export interface ViewDeps {
  readonly access: Pick<Access, "offer" | "servers" | "apiPrefix">;
  readonly names: Names;
  readonly isStore: (name: string) => boolean;
}

export function toView(subscription: Subscription, deps: ViewDeps): SubscriptionView {
  const { consumers, access, endpoint, activeSince: _activeSince, ...plain } = subscription;
  const notes = notesOn(subscription, deps);
  return {
    ...plain,
    ...(endpoint ? endpointView(endpoint) : natsView(subscription, deps)),
    ...(notes.length > 0 ? { notes } : {}),
  };
}

function endpointView({ headers, secrets, ...plain }: NonNullable<Subscription["endpoint"]>) {
  return { ...plain, headers: Object.keys(headers), secrets: secrets.map(datesOf) };
}

function natsView(subscription: Subscription, { access, names }: ViewDeps) {
  const { offer } = access;
  const { consumers, access: state } = subscription;
  const plan = planFilters(subscription, "exact", names);
  const whole = plan.ok ? plan.filters.filter((each) => each.whole).map(({ filter }) => filter) : [];
  return {
    servers: [...access.servers()],
    apiPrefix: access.apiPrefix,
    stream: names.streams.commerce,
    ...(subscription.where ? { wherePaths: toPaths(subscription.where) } : {}),
    consumers: consumers.map(({ from: _from, ...each }) => ({ ...each, whole: whole.includes(each.filter) })),
    ...(state ? { users: state.users.map(datesOf) } : {}),
    ...(offer.kind === "operator" ? { needed: [...offer.needed(consumers)] } : {}),
  };
}

function toPaths(where: NonNullable<Subscription["where"]>) {
  return Object.fromEntries(
    Object.entries(wherePaths(where)).map(([path, { keys, kind }]) => [path, { keys: [...keys], kind }]),
  );
}

function datesOf({ createdAt, expiresAt }: { createdAt: string; expiresAt?: string | undefined }) {
  return { createdAt, ...(expiresAt ? { expiresAt } : {}) };
}

function notesOn({ deliver, where, stores = [] }: Subscription, { isStore }: ViewDeps): string[] {
  const missing = stores
    .filter((name) => !isStore(name))
    .map((name) => `no store named ${name} is connected`);
  return deliver === "nats" && where
    ? [...missing, "where is applied by the client library; the consumers themselves carry all the events"]
    : missing;
}
