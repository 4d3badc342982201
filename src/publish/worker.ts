/**
 * The second stage at work: takes messages from the inbox, processes the webhooks in them, writes down what each became
 * and acknowledges. Any number of processes share the consumer; a message that one of them leaves behind comes to another.
 */
import { type JetStreamClient, type JsMsg, millis } from "nats";
import type { Logger } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Names } from "../nats/names.ts";
import { readWebhooks, type Webhook } from "../webhook.ts";
import type { DeadLetters } from "../dead-letters/dead-letters.ts";
import type { Ledger } from "./ledger.ts";
import { listEntities, type OutcomeRecord } from "./outcome-record.ts";
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

/** Messages in hand at once. More would only wait inside the process. */
const IN_HAND_BYTES_MAX = 4_000_000;
const PULL = 64;

/** Starts working. Survives restarts of the broker; the consumer must exist. */
export async function startWorker(deps: WorkerDeps): Promise<Worker> {
  const consumer = await deps.js.consumers.get(deps.names.streams.inbox, deps.names.worker);
  const { config } = await consumer.info(true);
  const heartbeatMs = millis(config.ack_wait ?? 0) / 2;
  const messages = await consumer.consume({ max_messages: PULL, abort_on_missing_resource: true });
  const inHand = new Set<Promise<void>>();
  /** Those in hand that do more than wait for an API. */
  const busy = new Set<Promise<void>>();
  let bytesInHand = 0;
  const loop = (async () => {
    for await (const message of messages) {
      bytesInHand += message.data.length;
      const worked = new Promise<void>((resolve) => {
        const work = handleMessage(message, { heartbeatMs, onHeld: resolve }, deps).finally(() => {
          inHand.delete(work);
          resolve();
        });
        inHand.add(work);
      }).then(() => {
        bytesInHand -= message.data.length;
        busy.delete(worked);
      });
      busy.add(worked);
      while (bytesInHand >= IN_HAND_BYTES_MAX) await Promise.race(busy);
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

/** `onHeld` is called when all that is left of the message waits for APIs; what waits there has its own bounds. */
async function handleMessage(
  message: JsMsg,
  { heartbeatMs, onHeld }: { readonly heartbeatMs: number; readonly onHeld: () => void },
  deps: WorkerDeps,
): Promise<void> {
  const heartbeat = setInterval(() => message.working(), heartbeatMs);
  const { streamSequence, redeliveryCount } = message.info;
  try {
    const read = readWebhooks(message.data);
    const records = read.ok
      ? await handleWebhooks(read.webhooks, message, onHeld, deps)
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
  } finally {
    clearInterval(heartbeat);
  }
}

async function handleWebhooks(
  webhooks: readonly Webhook[],
  message: JsMsg,
  onHeld: () => void,
  deps: WorkerDeps,
): Promise<OutcomeRecord[]> {
  const { streamSequence: inboxSequence, redeliveryCount } = message.info;
  const waited = waitedOf(message);
  const countdown = createCountdown(webhooks.length, onHeld);
  const records = await Promise.all(
    webhooks.map(async (webhook) => {
      const step = countdown();
      const delivery = { inboxSequence, isRedelivered: redeliveryCount > 1, waited, onHeld: step };
      return handleWebhook(webhook, delivery, redeliveryCount, deps).finally(step);
    }),
  );
  return records.filter((record) => record !== undefined);
}

/** Gives out steps; each counts once, and `onZero` is called when as many as `count` were taken. */
function createCountdown(count: number, onZero: () => void): () => () => void {
  let left = count;
  return () => {
    let isTaken = false;
    return () => {
      if (isTaken) return;
      isTaken = true;
      left -= 1;
      if (left === 0) onZero();
    };
  };
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
