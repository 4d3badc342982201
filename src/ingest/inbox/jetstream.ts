/**
 * The inbox on JetStream. Under load several webhooks share one message (a group commit): a webhook that comes while
 * others are being stored waits for the next message; one that comes alone never waits.
 */
import { LRUCache } from "lru-cache";
import type { Metrics } from "../../metrics.ts";
import type { Broker } from "../../nats/connect.ts";
import type { Names } from "../../nats/names.ts";
import { PublishError } from "../../nats/publisher.ts";
import { encodeWebhooks, type Webhook } from "../../webhook.ts";
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
  isSettled: boolean;
}

const GROUP_MAX = 64;
const GROUP_BYTES_MAX = 1_000_000;
const WAITING_BYTES_MAX = 64_000_000;
/** Messages on their way at once. Fewer make bigger groups, more hide the time of one sync behind another. */
const FLYING_MAX = 2;
const RETRY_MS = 100;
const RECENT_MAX = 50_000;

/** Creates the inbox; `waitingMax` and 64 MB bound what it holds in memory. */
export function createJetStreamInbox({ broker, names, metrics, waitingMax }: InboxOptions): Inbox {
  /** Keys stored by this process; the stream's own window sees only messages of one webhook. */
  const recent = new LRUCache<string, true>({ max: RECENT_MAX });
  let waiting: Entry[] = [];
  let held = 0;
  let heldBytes = 0;
  let flying = 0;
  let whenIdle: (() => void)[] = [];

  const append = (webhook: Webhook, waitMs: number): Promise<Appended> => {
    const key = `${webhook.store}:${webhook.dedupeKey}`;
    if (recent.has(key)) return Promise.resolve({ kind: "duplicate" });
    if (held >= waitingMax || heldBytes > WAITING_BYTES_MAX) return Promise.resolve({ kind: "overloaded" });
    held += 1;
    heldBytes += webhook.body.length;
    metrics.waiting.set(held);
    return new Promise((resolve) => {
      const timer = setTimeout(
        () => entry.settle({ kind: "unavailable", reason: "not stored in time" }),
        waitMs,
      );
      const entry: Entry = {
        webhook,
        key,
        deadlineAt: Date.now() + waitMs,
        isSettled: false,
        settle: (result) => {
          if (entry.isSettled) return;
          entry.isSettled = true;
          clearTimeout(timer);
          held -= 1;
          heldBytes -= webhook.body.length;
          metrics.waiting.set(held);
          resolve(result);
        },
      };
      waiting.push(entry);
      flush();
    });
  };

  const flush = (): void => {
    while (flying < FLYING_MAX && waiting.length > 0) {
      const group = takeGroup();
      if (group.length === 0) continue;
      flying += 1;
      void store(group).finally(() => {
        flying -= 1;
        flush();
        if (flying === 0) for (const wake of whenIdle.splice(0)) wake();
      });
    }
  };

  const takeGroup = (): Entry[] => {
    const group: Entry[] = [];
    let bytes = 0;
    let taken = 0;
    for (const entry of waiting) {
      bytes += entry.webhook.body.length;
      if (group.length === GROUP_MAX || (group.length > 0 && bytes > GROUP_BYTES_MAX)) break;
      taken += 1;
      if (!entry.isSettled) group.push(entry);
    }
    waiting = waiting.slice(taken);
    return group;
  };

  /** Tries until it is stored or nobody in the group waits any longer; always with one message id. */
  const store = async (group: readonly Entry[]): Promise<void> => {
    const webhooks = group.map(({ webhook }) => webhook);
    const message = encodeWebhooks(webhooks);
    const headers = { "Nats-Msg-Id": messageId(group), "Entrepot-Stores": countByStore(webhooks) };
    metrics.groupSize.observe(group.length);
    const deadlineAt = Math.max(...group.map((entry) => entry.deadlineAt));
    for (;;) {
      const left = deadlineAt - Date.now();
      if (left <= 0 || !(await broker.whenConnected(left))) return;
      try {
        const { duplicate } = await broker.publisher.publish(subjectOf(webhooks, names), message, headers);
        const isRepeat = duplicate && group.length === 1;
        for (const entry of group) {
          recent.set(entry.key, true);
          entry.settle(isRepeat ? { kind: "duplicate" } : { kind: "stored" });
        }
        return;
      } catch (error) {
        if (!isTemporary(error)) {
          for (const entry of group) entry.settle({ kind: "unavailable", reason: String(error) });
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  };

  return {
    append,
    drain: async () => {
      if (flying > 0 || waiting.length > 0) await new Promise<void>((resolve) => whenIdle.push(resolve));
    },
  };
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
