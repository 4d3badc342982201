/** The fourth stage without NATS: the real lifecycle and routes over consumers, access and attempts in memory. */
import { createMemoryCollection } from "../../src/collection.ts";
import type { DeadLetters } from "../../src/dead-letters/dead-letters.ts";
import type { Logger } from "../../src/log.ts";
import { createNames } from "../../src/nats/names.ts";
import type { CanonicalEvent } from "../../src/normalizers/canonical/event.ts";
import { platforms } from "../../src/normalizers/registry.ts";
import type { SecretBox } from "../../src/secret-box.ts";
import type { Access, AccessOffer, AccessState, Grant } from "../../src/subscriptions/access.ts";
import type { Consumers, Position } from "../../src/subscriptions/consumers.ts";
import type { AttemptRecord, Attempts } from "../../src/subscriptions/deliver/attempts.ts";
import { createEgress } from "../../src/egress/egress.ts";
import type { Direct } from "../../src/subscriptions/direct.ts";
import { createLifecycle } from "../../src/subscriptions/lifecycle/lifecycle.ts";
import type { LifecycleDeps } from "../../src/subscriptions/lifecycle/records.ts";
import { compileMatch } from "../../src/subscriptions/match.ts";
import type { SubscriptionRouteDeps } from "../../src/subscriptions/routes.ts";
import type { ConsumerRef, Subscription } from "../../src/subscriptions/subscription.ts";
import { anEvent } from "./event.ts";

const names = createNames("");

export interface MemoryConsumer {
  readonly ref: ConsumerRef;
  isPaused: boolean;
  readonly createdAt: string;
  position: Position;
}

export interface MemoryConsumers extends Consumers {
  readonly all: Map<string, MemoryConsumer>;
  /** The sequence that the next event of a stream gets. */
  next: number;
  /** Set to make the server one that cannot pause, or that is away. */
  refusal: Error | undefined;
}

export const FRESH: Position = {
  deliveries: 0,
  pending: 0,
  unsettled: 0,
  redelivered: 0,
  ackFloor: 0,
  delivered: 0,
};

export function createMemoryConsumers(now: () => number): MemoryConsumers {
  const all = new Map<string, MemoryConsumer>();
  const positionsOf = (stream: string) =>
    [...all.values()]
      .filter(({ ref }) => ref.stream === stream)
      .map(({ ref, position, createdAt }) => [ref.name, { ...position, createdAt }] as const);
  const memory: MemoryConsumers = {
    all,
    next: 1,
    refusal: undefined,
    nextSequence: async () => memory.next,
    ensure: async (ref) => {
      if (memory.refusal) throw memory.refusal;
      const known = all.get(ref.name);
      if (known && JSON.stringify(known.ref) !== JSON.stringify(ref)) throw new Error(`${ref.name} is taken`);
      if (known) return;
      const createdAt = new Date(now()).toISOString();
      all.set(ref.name, { ref, isPaused: false, createdAt, position: FRESH });
    },
    remove: async ({ name }) => void all.delete(name),
    position: async ({ name }) => all.get(name)?.position,
    positions: async (stream) => new Map(positionsOf(stream)),
    oldestUnsettledAt: async ({ name }) =>
      (all.get(name)?.position.pending ?? 0) > 0 ? `2026-11-01T11:00:0${name.length % 10}.000Z` : undefined,
    pause: async ({ name }) => {
      if (memory.refusal) throw memory.refusal;
      const consumer = all.get(name);
      if (consumer) consumer.isPaused = true;
    },
    resume: async ({ name }) => {
      const consumer = all.get(name);
      if (consumer) consumer.isPaused = false;
    },
  };
  return memory;
}

export interface MemoryAccess extends Access {
  /** What each subscriber reaches now, by subscription. */
  readonly reached: Map<string, { consumers: string[]; users: string[] }>;
}

/** Hands out users `U1`, `U2` ... whose credentials are `creds-of-U1` and so on. */
export function createMemoryAccess(now: () => number, offer: AccessOffer = { kind: "given" }): MemoryAccess {
  const reached: MemoryAccess["reached"] = new Map();
  let users = 0;
  const open = ({ name, consumers }: Grant, state: AccessState): AccessState => {
    reached.set(name, {
      consumers: consumers.map((each) => each.name),
      users: state.users.map(({ key }) => key),
    });
    return state;
  };
  const addUser = (grant: Grant, state: AccessState) => {
    users += 1;
    const user = { key: `U${users}`, createdAt: new Date(now()).toISOString() };
    const next = open(grant, { ...state, users: [user, ...state.users] });
    return { state: next, credentials: `creds-of-${user.key}` };
  };
  return {
    reached,
    offer,
    servers: () => ["nats://hub.example.com:4222"],
    apiPrefix: "hub.API",
    reserve: async () => undefined,
    reserved: async () => undefined,
    canRevoke: offer.kind === "given",
    grant: async (grant) => addUser(grant, { account: `A-${grant.name}`, users: [], revoked: [] }),
    update: async (grant, state) => open(grant, state),
    rotate: async (grant, state, overlapSeconds) => {
      const expiresAt = new Date(now() + overlapSeconds * 1000).toISOString();
      return addUser(grant, { ...state, users: state.users.map((user) => ({ ...user, expiresAt })) });
    },
    expire: async (grant, state) => {
      const at = new Date(now()).toISOString();
      const isOver = ({ expiresAt }: { expiresAt?: string | undefined }) =>
        expiresAt !== undefined && expiresAt <= at;
      const revoked = state.users.filter(isOver).map(({ key }) => ({ key, at }));
      const left = state.users.filter((user) => !isOver(user));
      return open(grant, { ...state, users: left, revoked: [...state.revoked, ...revoked] });
    },
    revoke: async ({ name }) => void reached.delete(name),
    restore: async (grants) => {
      for (const { grant, state } of grants) open(grant, state);
    },
  };
}

export interface MemoryStage {
  readonly deps: LifecycleDeps & { consumers: MemoryConsumers; access: MemoryAccess };
  readonly routes: SubscriptionRouteDeps;
  readonly attempts: Attempts;
  /** What was addressed to one subscription, oldest first. */
  readonly sent: { readonly subscription: string; readonly event: CanonicalEvent }[];
  /** Names of subscriptions whose waiting deliveries and direct events were dropped. */
  readonly cleared: { readonly waiting: string[]; readonly direct: string[] };
}

export interface MemoryStageOptions {
  readonly now: () => number;
  readonly log: Logger;
  readonly secretBox: SecretBox;
  readonly deadLetters: Pick<DeadLetters, "count">;
  readonly subscriptions?: readonly Subscription[];
  readonly events?: readonly CanonicalEvent[];
  readonly attempts?: readonly AttemptRecord[];
  readonly offer?: AccessOffer | undefined;
  readonly isStore?: (name: string) => boolean;
}

export function createMemoryStage(options: MemoryStageOptions): MemoryStage {
  const { now, log, secretBox, deadLetters, isStore = () => true } = options;
  const consumers = createMemoryConsumers(now);
  const access = createMemoryAccess(now, options.offer);
  const cleared: MemoryStage["cleared"] = { waiting: [], direct: [] };
  const sent: MemoryStage["sent"] = [];
  const attempts = createMemoryAttempts(options.attempts);
  const noteCleared = async (name: string) => void cleared.waiting.push(name);
  const deps = {
    subscriptions: createMemoryCollection(options.subscriptions),
    consumers,
    access,
    waiting: { clear: noteCleared, forget: noteCleared },
    clearDirect: async (name: string) => void cleared.direct.push(name),
    isUnreadable: (name: string) => name === "unreadable",
    secretBox,
    names,
    now,
  };
  const routes: SubscriptionRouteDeps = {
    subscriptions: deps.subscriptions,
    lifecycle: createLifecycle(deps),
    direct: createMemoryDirect(sent, options.events),
    inputChecks: { platforms: Object.values(platforms), egress: createEgress({ allow: [] }), now },
    views: { access, names, isStore },
    statistics: { consumers, attempts, waiting: { count: async () => 3 }, deadLetters },
    names,
    log,
  };
  return { deps, routes, attempts, sent, cleared };
}

function createMemoryDirect(
  sent: MemoryStage["sent"],
  events: readonly CanonicalEvent[] = [],
): Pick<Direct, "test" | "replay"> {
  return {
    test: async ({ name: subscription }, type = "order.created") => {
      const event = anEvent(1, { type, id: "test:order:test-1:1", test: true });
      sent.push({ subscription, event });
      return event;
    },
    replay: async (subscription, { dryRun, entity, type, after }) => {
      const matches = compileMatch(subscription);
      const isOfType = compileMatch({ events: [type ?? "*"] });
      const found = events
        .slice(after, after + 2)
        .filter((event) => matches(event) && isOfType(event) && (entity ?? event.subject) === event.subject);
      if (!dryRun) sent.push(...found.map((event) => ({ subscription: subscription.name, event })));
      return { events: found.length, ...(after + 2 < events.length ? { next: after + 2 } : {}) };
    },
  };
}

function createMemoryAttempts(initial: readonly AttemptRecord[] = []): Attempts {
  const records = [...initial];
  const of = (subscription: string | undefined, result: "ok" | "failed" | undefined) =>
    records.filter(
      (each) =>
        (subscription === undefined || each.subscription === subscription) &&
        (result === undefined || (result === "ok") === (each.outcome === "delivered")),
    );
  return {
    record: async (attempt) => void records.push(attempt),
    page: async ({ subscription, result, entity, eventId }, after, limit) => {
      const found = of(subscription, result).filter(
        (each) => (entity ?? each.entity) === each.entity && (eventId ?? each.eventId) === each.eventId,
      );
      const attempts = found.slice(after, after + limit);
      return after + limit < found.length ? { attempts, next: after + limit } : { attempts };
    },
    last: async (subscription, result) => of(subscription, result).at(-1),
    failingSince: async (subscription) => of(subscription, "failed")[0]?.at,
    count: async (subscription, result) => of(subscription, result).length,
  };
}

export function anAttempt(overrides: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    subscription: "crm",
    eventId: "acme:order:1001:1",
    type: "order.created",
    entity: "acme:order:1001",
    attempt: 1,
    at: "2026-11-01T11:59:00.000Z",
    durationMs: 12,
    outcome: "delivered",
    status: 204,
    ...overrides,
  };
}

/** A subscription of which nothing counts but what is given. */
export function aBareSubscription(overrides: Partial<Subscription> = {}): Subscription {
  const at = "2026-11-01T10:00:00.000Z";
  return {
    name: "crm",
    events: ["order.*"],
    startAt: "now",
    state: "active",
    createdAt: at,
    updatedAt: at,
    activeSince: at,
    deliver: "http",
    consumers: [],
    ...overrides,
  };
}

/** An HTTP subscription as it is kept; its consumers are not on the server. */
export function aSubscription(secretBox: SecretBox, overrides: Partial<Subscription> = {}): Subscription {
  const { name = "crm" } = overrides;
  const bare = aBareSubscription({ name });
  return {
    ...bare,
    endpoint: {
      url: "https://crm.example.com/hook",
      headers: {},
      ordered: false,
      timeoutMs: 15_000,
      concurrency: 8,
      retrySeconds: [5, 300],
      disableAfterSeconds: 432_000,
      secrets: [
        { sealed: secretBox.seal(ENDPOINT_SECRET, `subscription:${name}`), createdAt: bare.createdAt },
      ],
    },
    consumers: [
      { stream: "COMMERCE", name: `${name}_00000001`, filter: "commerce.*.*.order.*", from: 1 },
      { stream: "DIRECT", name: `${name}_00000002`, filter: `direct.${name}`, from: 1 },
    ],
    ...overrides,
  };
}

export const ENDPOINT_SECRET = `whsec_${Buffer.from("endpoint-secret-of-the-tests-32b").toString("base64")}`;
