/**
 * Completes thin webhooks by reading the platform's API. Each store has its own queue, budget and health, and only so much
 * waits in the process; whatever would wait longer goes to the waiting room, so that a slow or broken API delays nobody
 * else's webhooks.
 */
import { LRUCache } from "lru-cache";
import type { Egress } from "../../egress/egress.ts";
import type { Api, Hydration } from "../../normalizers/hydration.ts";
import type { Observation } from "../../normalizers/platform.ts";
import { createCoalescer } from "./coalesce.ts";
import { type Gathered, gather, type ReadResult } from "./gather.ts";
import { createHolding } from "./holding.ts";
import { type HydrationPolicy, pauseAfter } from "./policy.ts";
import { createStoreApi, type StoreApi } from "./store-api.ts";
import type { Values } from "./template.ts";

/** How long and how often it was tried before. */
export interface Waited {
  /** Milliseconds since the epoch: when it first had to wait. */
  readonly since: number;
  readonly failures: number;
}

export interface HydrationTask {
  readonly platform: string;
  readonly store: string;
  readonly api: Api;
  /** Settings and credentials of the store at this moment. */
  readonly values: () => Values;
  readonly hydration: Hydration;
  /** What the webhook keeps in memory while it waits. */
  readonly bytes: number;
  readonly waited: Waited | undefined;
}

export type Hydrated =
  | { readonly kind: "observed"; readonly observations: readonly Observation[]; readonly readAt: string }
  | { readonly kind: "later"; readonly delayMs: number; readonly waited: Waited }
  | { readonly kind: "impossible"; readonly reason: string; readonly attempts: number };

export interface HydratorDeps {
  readonly egress: Pick<Egress, "dispatcher" | "opens">;
  /** See `TokenDeps`. */
  readonly changeCredentials: (
    store: string,
    change: (credentials: Values) => Values,
  ) => Promise<Values | undefined>;
  readonly policy: HydrationPolicy;
  readonly now: () => number;
  readonly random: () => number;
  readonly onRead: (platform: string, result: ReadResult) => void;
}

export interface Hydrator {
  /** Resolves at once with "later" when the webhook would wait too long or too much waits already. Never rejects. */
  readonly hydrate: (task: HydrationTask) => Promise<Hydrated>;
  /** Everything that waits resolves with "later". */
  readonly stop: () => void;
}

/** What is known of idle stores is forgotten, the longest unused first. */
const STORES_MAX = 2000;

export function createHydrator(deps: HydratorDeps): Hydrator {
  const { policy, now } = deps;
  const pauses = { firstMs: policy.pauseMsMin, maxMs: policy.pauseMsMax };
  const stopping = new AbortController();
  const holding = createHolding(now);
  const reads = createCoalescer<Gathered>();
  const apis = new LRUCache<string, StoreApi>({ max: STORES_MAX });

  const apiOf = ({ platform, store, api, values }: HydrationTask): StoreApi => {
    const name = `${platform}/${store}`;
    const known = apis.get(name);
    if (known) return known;
    const created = createStoreApi(api, {
      ...deps,
      values,
      changeCredentials: (change) => deps.changeCredentials(store, change),
      signal: stopping.signal,
    });
    apis.set(name, created);
    return created;
  };
  const gatherFor = async (task: HydrationTask, api: StoreApi, failures: number): Promise<Gathered> => {
    const { hydration, platform, store } = task;
    const onRead = (result: ReadResult) => deps.onRead(platform, result);
    const gathering = { ...deps, api, signal: stopping.signal, onRead };
    const shared = await reads.share(`${platform}/${store}/${hydration.key}`, (onStart) =>
      gather(hydration, { answers: {}, failures }, { ...gathering, onStart }),
    );
    if (shared.kind !== "answers") return shared;
    // Another topic of the same entity may need more than the one whose reads these were.
    return gather(hydration, { ...shared, failures }, { ...gathering, onStart: () => undefined });
  };
  const attempt = async (task: HydrationTask, waited: Waited): Promise<Gathered> => {
    const api = apiOf(task);
    const later = (waitMs: number): Gathered => {
      const reason = api.lastFailure();
      const { failures } = waited;
      return { kind: "later", waitMs, failures, ...(reason === undefined ? {} : { reason }) };
    };
    const waitMs = api.budget.waitMs();
    if (waitMs > policy.inHandMs) return later(waitMs);
    const held = holding.admit(task.store, task.bytes, 1000 / task.api.limits.perSecond);
    if (!held.isAdmitted) return later(held.delayMs);
    return gatherFor(task, api, waited.failures).finally(held.release);
  };
  return {
    hydrate: async (task) => {
      const waited = task.waited ?? { since: now(), failures: 0 };
      try {
        return judge(task.hydration, await attempt(task, waited), {
          ...waited,
          isTooLate: now() - waited.since >= policy.giveUpMs,
          pauseMs: (failures) => pauseAfter(failures, pauses, deps.random),
        });
      } catch (error) {
        const reason = `the adapter failed: ${error instanceof Error ? error.message : String(error)}`;
        return { kind: "impossible", reason, attempts: 1 };
      }
    },
    stop: () => {
      stopping.abort();
      for (const api of apis.values()) api.budget.stop();
    },
  };
}

interface Patience extends Waited {
  readonly isTooLate: boolean;
  readonly pauseMs: (failures: number) => number;
}

function judge(
  hydration: Hydration,
  gathered: Gathered,
  { since, failures: before, isTooLate, pauseMs }: Patience,
): Hydrated {
  switch (gathered.kind) {
    case "impossible":
      return { kind: "impossible", reason: gathered.reason, attempts: gathered.failures };
    case "later": {
      const { reason, failures, waitMs } = gathered;
      return isTooLate && reason !== undefined
        ? { kind: "impossible", reason, attempts: Math.max(1, failures) }
        : { kind: "later", delayMs: waitMs, waited: { since, failures } };
    }
    case "answers": {
      const mapped = hydration.map(gathered.answers, gathered.readAt);
      if (mapped.ok) {
        return { kind: "observed", observations: mapped.observations, readAt: gathered.readAt };
      }
      const failures = before + 1;
      return "again" in mapped && !isTooLate
        ? { kind: "later", delayMs: pauseMs(failures), waited: { since, failures } }
        : { kind: "impossible", reason: mapped.problem, attempts: failures };
    }
  }
}
