/** The inbox on JetStream. Under load several webhooks share one message; the server syncs per message, not per byte. */
import { setTimeout as sleep } from "node:timers/promises";
import { LRUCache } from "lru-cache";
import type { Metrics } from "../../metrics.ts";
import type { Broker } from "../../nats/connect.ts";
import type { ReadFloor } from "../../nats/floor.ts";
import type { Lane, Names } from "../../nats/names.ts";
import { PublishError } from "../../nats/publisher.ts";
import { encodeWebhooks, type Webhook } from "../../webhook.ts";
import { createGroupCommit, type GroupCommit } from "./group-commit.ts";
import type { Appended, Inbox } from "./inbox.ts";
import { createLanes } from "./lanes.ts";
import { createRoom } from "./room.ts";

export interface InboxOptions {
  readonly broker: Pick<Broker, "publisher" | "whenConnected">;
  readonly readFloor: ReadFloor;
  readonly names: Names;
  readonly metrics: Pick<Metrics, "waiting" | "groupSize">;
  /** More waiting webhooks than this are turned away. */
  readonly waitingMax: number;
}

interface Entry {
  readonly webhook: Webhook;
  readonly key: string;
  readonly since: number;
  readonly deadlineAt: number;
  readonly settle: (result: Appended) => void;
}

const GROUP_LIMITS = { itemsMax: 64, bytesMax: 400_000 };
/** Groups of a lane on their way at once. */
const PROMPT_FLYING_MAX = 2;
const BULK_FLYING_MAX = 1;
const RETRY_MS = 100;
const RECENT_MAX = 50_000;

/** Creates the inbox; its room bounds what it holds in memory. */
export function createJetStreamInbox(options: InboxOptions): Inbox {
  const { metrics, waitingMax } = options;
  /** Keys stored by this process; the stream's own window sees only messages of one webhook. */
  const recent = new LRUCache<string, true>({ max: RECENT_MAX });
  /** What is being stored now: the same delivery, come again meanwhile, shares its fate. */
  const underWay = new Map<string, Promise<Appended>>();
  const room = createRoom(waitingMax, Date.now);
  const storing = createStoring(options, (group) => {
    for (const { key } of group) recent.set(key, true);
    room.noteStored(group.length, Date.now() - (group[0]?.since ?? 0));
  });
  return {
    refusal: room.refusal,
    append: async (webhook, waitMs) => {
      const key = `${webhook.store}:${webhook.dedupeKey}`;
      if (recent.has(key)) return { kind: "duplicate" };
      const earlier = underWay.get(key);
      if (earlier) return asRepeated(await within(earlier, waitMs));
      const refusal = room.refusal(webhook.store);
      if (refusal) return refusal;
      room.enter(webhook.store, webhook.body.length);
      metrics.waiting.set(room.held());
      const done = new Promise<Appended>((resolve) => {
        const since = Date.now();
        storing.add({
          webhook,
          key,
          since,
          deadlineAt: since + waitMs,
          settle: (result) => {
            // Until now the message held its bytes, even if nobody waits for the answer any more.
            room.leave(webhook.store, webhook.body.length);
            metrics.waiting.set(room.held());
            underWay.delete(key);
            resolve(result);
          },
        });
      });
      underWay.set(key, done);
      return within(done, waitMs);
    },
    drain: storing.idle,
  };
}

/** Groups what it is given by lane and stores it. */
function createStoring(
  options: InboxOptions,
  onStored: (group: readonly Entry[]) => void,
): Pick<GroupCommit<Entry>, "add" | "idle"> {
  const { names, readFloor } = options;
  const lanes = createLanes(names, readFloor, Date.now);
  const open = (lane: Lane, flyingMax: number) =>
    createGroupCommit<Entry>(
      { ...GROUP_LIMITS, flyingMax },
      ({ webhook }) => webhook.body.length,
      async (group) => {
        const { result, sequence } = await storeGroup(group, lane, options);
        if (sequence !== undefined) {
          lanes.noteStored(lane, sequence);
          onStored(group);
        }
        for (const { settle } of group) settle(result);
      },
    );
  const prompt = open(names.prompt, PROMPT_FLYING_MAX);
  const bulk = new Map(names.bulk.map((lane) => [lane, open(lane, BULK_FLYING_MAX)]));
  return {
    add: (entry) => (bulk.get(lanes.choose(entry.webhook)) ?? prompt).add(entry),
    idle: async () => {
      for (const { idle } of [prompt, ...bulk.values()]) await idle();
    },
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

interface StoredGroup {
  readonly result: Appended;
  /** Undefined when it is not known to be stored. */
  readonly sequence?: number;
}

/** Tries until it is stored or nobody in the group waits any longer; always with one message id. */
async function storeGroup(
  group: readonly Entry[],
  lane: Lane,
  { broker, metrics }: InboxOptions,
): Promise<StoredGroup> {
  const webhooks = group.map(({ webhook }) => webhook);
  const message = encodeWebhooks(webhooks);
  const headers = { "Nats-Msg-Id": messageId(group), "Entrepot-Stores": countByStore(webhooks) };
  metrics.groupSize.observe(group.length);
  const deadlineAt = Math.max(...group.map((entry) => entry.deadlineAt));
  let reason = "no connection to NATS";
  for (;;) {
    const left = deadlineAt - Date.now();
    if (left <= 0 || !(await broker.whenConnected(left))) return { result: { kind: "unavailable", reason } };
    try {
      const { duplicate, sequence } = await broker.publisher.publish(
        subjectOf(webhooks, lane),
        message,
        headers,
      );
      return { result: { kind: duplicate && group.length === 1 ? "duplicate" : "stored" }, sequence };
    } catch (error) {
      reason = String(error);
      if (!isTemporary(error)) return { result: { kind: "unavailable", reason } };
      await sleep(RETRY_MS);
    }
  }
}

/** One webhook alone is known to the stream by its own key, so that a retry through another process is recognized. */
function messageId(group: readonly Entry[]): string {
  const [first] = group;
  return group.length === 1 ? `webhook:${first?.key}` : `group:${first?.webhook.id}`;
}

function subjectOf(webhooks: readonly Webhook[], lane: Lane): string {
  const [first] = webhooks;
  const isOne = webhooks.every(
    ({ store, platform }) => store === first?.store && platform === first.platform,
  );
  return first && isOne ? lane.subject(first.platform, first.store) : lane.mixedSubject;
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
