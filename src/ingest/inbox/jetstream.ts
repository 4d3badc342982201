/** The inbox on JetStream. Under load several webhooks share one message; the server syncs per message, not per byte. */
import { setTimeout as sleep } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import type { Metrics } from "../../metrics.ts";
import type { Broker } from "../../nats/connect.ts";
import type { Names } from "../../nats/names.ts";
import { PublishError } from "../../nats/publisher.ts";
import { encodeWebhooks, type Webhook } from "../../webhook.ts";
import { createGroupCommit } from "./group-commit.ts";
import type { Appended, Inbox } from "./inbox.ts";

export interface InboxOptions {
  readonly broker: Pick<Broker, "publisher" | "whenConnected">;
  readonly names: Names;
  readonly metrics: Pick<Metrics, "waiting" | "groupSize">;
  /** More waiting webhooks than this are turned away. */
  readonly waitingMax: number;
}

interface Entry {
  readonly webhook: Webhook;
  readonly key: string;
  readonly deadlineAt: number;
  readonly settle: (result: Appended) => void;
}

const GROUP_LIMITS = { itemsMax: 64, bytesMax: 400_000, flyingMax: 2 };
const WAITING_BYTES_MAX = 64_000_000;
const RETRY_MS = 100;
const RECENT_MAX = 50_000;

/** Creates the inbox; `waitingMax` and 64 MB bound what it holds in memory. */
export function createJetStreamInbox(options: InboxOptions): Inbox {
  const { metrics, waitingMax } = options;
  /** Keys stored by this process; the stream's own window sees only messages of one webhook. */
  const recent = new LRUCache<string, true>({ max: RECENT_MAX });
  /** What is being stored now: the same delivery, come again meanwhile, shares its fate. */
  const underWay = new Map<string, Promise<Appended>>();
  const held = { count: 0, bytes: 0 };
  const groups = createGroupCommit<Entry>(
    GROUP_LIMITS,
    ({ webhook }) => webhook.body.length,
    async (group) => {
      const result = await storeGroup(group, options);
      for (const { key, settle } of group) {
        if (result.kind === "stored" || result.kind === "duplicate") recent.set(key, true);
        settle(result);
      }
    },
  );
  const hold = (count: 1 | -1, { body }: Webhook) => {
    held.count += count;
    held.bytes += count * body.length;
    metrics.waiting.set(held.count);
  };
  return {
    append: async (webhook, waitMs) => {
      const key = `${webhook.store}:${webhook.dedupeKey}`;
      if (recent.has(key)) return { kind: "duplicate" };
      const earlier = underWay.get(key);
      if (earlier) return asRepeated(await within(earlier, waitMs));
      if (held.count >= waitingMax || held.bytes > WAITING_BYTES_MAX) return { kind: "overloaded" };
      hold(1, webhook);
      const done = new Promise<Appended>((resolve) => {
        groups.add({
          webhook,
          key,
          deadlineAt: Date.now() + waitMs,
          settle: (result) => {
            // Until now the message held its bytes, even if nobody waits for the answer any more.
            hold(-1, webhook);
            underWay.delete(key);
            resolve(result);
          },
        });
      });
      underWay.set(key, done);
      return within(done, waitMs);
    },
    drain: groups.idle,
  };
}

function asRepeated(earlier: Appended): Appended {
  return earlier.kind === "stored" ? { kind: "duplicate" } : earlier;
}

/** What comes of it in time. */
function within(done: Promise<Appended>, waitMs: number): Promise<Appended> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ kind: "unavailable", reason: "not stored in time" }), waitMs);
    void done.then((result) => {
      clearTimeout(timer);
      resolve(result);
    });
  });
}

/** Tries until it is stored or nobody in the group waits any longer; always with one message id. */
async function storeGroup(
  group: readonly Entry[],
  { broker, names, metrics }: InboxOptions,
): Promise<Appended> {
  const webhooks = group.map(({ webhook }) => webhook);
  const message = encodeWebhooks(webhooks);
  const headers = { "Nats-Msg-Id": messageId(group), "Entrepot-Stores": countByStore(webhooks) };
  metrics.groupSize.observe(group.length);
  const deadlineAt = Math.max(...group.map((entry) => entry.deadlineAt));
  let reason = "no connection to NATS";
  for (;;) {
    const left = deadlineAt - Date.now();
    if (left <= 0 || !(await broker.whenConnected(left))) return { kind: "unavailable", reason };
    try {
      const { duplicate } = await broker.publisher.publish(subjectOf(webhooks, names), message, headers);
      return { kind: duplicate && group.length === 1 ? "duplicate" : "stored" };
    } catch (error) {
      reason = String(error);
      if (!isTemporary(error)) return { kind: "unavailable", reason };
      await sleep(RETRY_MS);
    }
  }
}

/** One webhook alone is known to the stream by its own key, so that a retry through another process is recognized. */
function messageId(group: readonly Entry[]): string {
  const [first] = group;
  return group.length === 1 ? `webhook:${first?.key}` : `group:${first?.webhook.id}`;
}

function subjectOf(webhooks: readonly Webhook[], names: Names): string {
  const [first] = webhooks;
  const isOne = webhooks.every(
    ({ store, platform }) => store === first?.store && platform === first.platform,
  );
  return first && isOne ? names.inboxSubject(first.platform, first.store) : names.inboxMixedSubject;
}

/** `acme=3,other=1`: how many webhooks of which store, readable without the message's body. */
function countByStore(webhooks: readonly Webhook[]): string {
  const counts = new Map<string, number>();
  for (const { store } of webhooks) counts.set(store, (counts.get(store) ?? 0) + 1);
  return [...counts].map(([store, count]) => `${store}=${count}`).join(",");
}

function isTemporary(error: unknown): boolean {
  return error instanceof PublishError && ["disconnected", "timeout", "no_stream"].includes(error.failure);
}
