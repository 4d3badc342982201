/**
 * The second stage at work: takes messages from the inbox, processes the webhooks in them, writes down what each became
 * and acknowledges. Any number of processes share the consumers; a message that one of them leaves behind comes to another.
 */
import { type JetStreamClient, type JsMsg, millis } from "nats";
import { keepConsuming } from "../nats/consume.ts";
import type { Logger } from "../log.ts";
import { once } from "../once.ts";
import type { Metrics } from "../metrics.ts";
import type { Lane, Names } from "../nats/names.ts";
import { readWebhooks, type Webhook } from "../webhook.ts";
import type { DeadLetters } from "../dead-letters/dead-letters.ts";
import type { Ledger } from "./ledger.ts";
import { listEntities, type OutcomeRecord } from "./outcome-record.ts";
import { createHands, type Hand } from "./hands.ts";
import { waitedOf } from "./hydrate/waiting-room.ts";
import type { Delivery, Processed } from "./process.ts";
import { setAside } from "./set-aside.ts";
import { settleFailure } from "./settle.ts";

export interface WorkerDeps {
  readonly js: JetStreamClient;
  readonly names: Names;
  readonly process: (webhook: Webhook, delivery: Delivery) => Promise<Processed>;
  readonly deadLetter: DeadLetters["add"];
  readonly ledger: Pick<Ledger, "record">;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, "outcomes">;
  /** The inbox can no longer be read, for a reason that does not go away by waiting. */
  readonly onBroken: (error: unknown) => void;
}

export interface Worker {
  /** Takes no new messages and awaits those in hand. */
  readonly stop: () => Promise<void>;
}

/** Messages on their way to the process. Those of the bulk lanes wait there for their turn, so they are few. */
const PROMPT_PULL = 32;
const BULK_PULL = 2;
/** Webhooks of one bulk message at work at once, so that others get a turn in between. */
const BULK_WIDTH = 12;

/** Starts working. Survives restarts of the broker; the consumers must exist. */
export async function startWorker(deps: WorkerDeps): Promise<Worker> {
  const { prompt, bulk } = deps.names;
  const hands = createHands(() => performance.now());
  const lanes = [
    await openLane({ lane: prompt, hand: hands.prompt, pull: PROMPT_PULL }, deps),
    ...(await Promise.all(
      bulk.map((lane) => openLane({ lane, hand: hands.bulk, pull: BULK_PULL, width: BULK_WIDTH }, deps)),
    )),
  ];
  return {
    stop: async () => {
      await Promise.all(lanes.map(({ stop }) => stop()));
    },
  };
}

interface LanePlan {
  readonly lane: Lane;
  readonly hand: Hand;
  readonly pull: number;
  readonly width?: number;
}

/** Takes from one lane as the hand allows. */
async function openLane(
  { lane, hand, pull, width = Number.POSITIVE_INFINITY }: LanePlan,
  deps: WorkerDeps,
): Promise<Worker> {
  const consumer = await deps.js.consumers.get(deps.names.streams.inbox, lane.worker);
  const { config } = await consumer.info(true);
  const heartbeatMs = millis(config.ack_wait ?? 0) / 2;
  const messages = await keepConsuming(consumer, { max_messages: pull });
  const inHand = new Set<Promise<void>>();
  const loop = (async () => {
    for await (const message of messages) {
      const bytes = message.data.length;
      const heartbeat = setInterval(() => message.working(), heartbeatMs);
      await hand.take(bytes);
      const onHeld = once(() => hand.put(bytes));
      const work = handleMessage(message, { width, onHeld }, deps).finally(() => {
        clearInterval(heartbeat);
        inHand.delete(work);
        onHeld();
      });
      inHand.add(work);
    }
  })();
  loop.catch(deps.onBroken);
  return {
    stop: async () => {
      messages.stop();
      await loop;
      await Promise.all(inHand);
    },
  };
}

interface Handling {
  /** How many webhooks are at work at once. */
  readonly width: number;
  /** Called when all that is left of the message waits for APIs; what waits there has its own bounds. */
  readonly onHeld: () => void;
}

async function handleMessage(message: JsMsg, handling: Handling, deps: WorkerDeps): Promise<void> {
  const { streamSequence, redeliveryCount } = message.info;
  try {
    const read = readWebhooks(message.data);
    const records = read.ok
      ? await handleWebhooks(read.webhooks, message, handling, deps)
      : await setAside(message, read.problem, deps);
    await deps.ledger.record(streamSequence, records);
    message.ack();
  } catch (error) {
    const settlement = settleFailure(error, redeliveryCount);
    const context = { err: error, inboxSequence: streamSequence, attempt: redeliveryCount };
    if (settlement.kind === "retry") {
      deps.log.warn({ ...context, delayMs: settlement.delayMs }, "webhooks deferred");
      message.nak(settlement.delayMs);
    } else {
      deps.log.error(
        context,
        "inbox message set aside: it stays in the stream, but nothing can be made of it",
      );
      message.term();
    }
  }
}

async function handleWebhooks(
  webhooks: readonly Webhook[],
  message: JsMsg,
  handling: Handling,
  deps: WorkerDeps,
): Promise<OutcomeRecord[]> {
  const { streamSequence: inboxSequence, redeliveryCount } = message.info;
  const waited = waitedOf(message);
  const isRedelivered = redeliveryCount > 1;
  const records = await inWindow(webhooks, handling, (webhook, onHeld) =>
    handleWebhook(webhook, { inboxSequence, isRedelivered, waited, onHeld }, redeliveryCount, deps),
  );
  return records.filter((record) => record !== undefined);
}

/** Handles all, begun in order, so many at once; one that is held makes way for the next. */
async function inWindow<T>(
  webhooks: readonly Webhook[],
  { width, onHeld }: Handling,
  handle: (webhook: Webhook, onHeld: () => void) => Promise<T>,
): Promise<T[]> {
  const results: Promise<T>[] = [];
  const handleNext = async (): Promise<void> => {
    for (let webhook = webhooks[results.length]; webhook !== undefined; webhook = webhooks[results.length]) {
      await new Promise<void>((makeWay) => {
        const result = handle(webhook, makeWay).finally(makeWay);
        // What failed is told when all have been begun.
        result.catch(() => undefined);
        results.push(result);
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, webhooks.length) }, handleNext));
  onHeld();
  return Promise.all(results);
}

/** Undefined while the webhook waits for its platform's API: its outcome is told when it comes back. */
async function handleWebhook(
  webhook: Webhook,
  delivery: Delivery,
  attempt: number,
  deps: WorkerDeps,
): Promise<OutcomeRecord | undefined> {
  const { log, metrics } = deps;
  const processed = await deps
    .process(webhook, delivery)
    .catch(async (error: unknown): Promise<Processed> => {
      if (settleFailure(error, attempt).kind === "retry") throw error;
      const reason = `processing failed ${attempt} times: ${error instanceof Error ? error.message : String(error)}`;
      const { inboxSequence } = delivery;
      await deps.deadLetter(webhook, { reason, attempts: attempt, inboxSequence });
      return { outcome: "dead_lettered", events: 0, reason };
    });
  const { outcome, events, reason, entities } = processed;
  const { id, platform, store, topic, receivedAt } = webhook;
  if (outcome === "waiting") {
    log.debug({ webhookId: id, platform, store, topic, reason }, "webhook waits");
    return undefined;
  }
  metrics.outcomes.inc({ platform, outcome });
  const level = outcome === "dead_lettered" || outcome === "unknown_topic" ? "warn" : "info";
  if (log.isLevelEnabled(level)) {
    log[level](
      { webhookId: id, platform, store, topic, outcome, events, ...(reason ? { reason } : {}) },
      "webhook processed",
    );
  }
  return {
    webhook: id,
    store,
    topic,
    receivedAt,
    outcome,
    events,
    ...(reason ? { reason } : {}),
    ...(entities ? listEntities(entities) : {}),
  };
}
