/** Every metric with its labels. Label values come from closed lists: never ids, URLs or words from the wire. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

export interface Metrics {
  readonly registry: Registry;
  /** platform: registry ids or `unknown`; outcome: `INGEST_OUTCOMES`. */
  readonly requests: Counter<"platform" | "outcome">;
  /** reason: the rejection reasons of `ingest/signature/verify.ts`. */
  readonly rejections: Counter<"platform" | "reason">;
  /** platform; outcome: `WEBHOOK_OUTCOMES`. */
  readonly outcomes: Counter<"platform" | "outcome">;
  /** platform; result: `READ_RESULTS` of `publish/hydrate/gather.ts`. */
  readonly reads: Counter<"platform" | "result">;
  /** Thin webhooks told without what the platform's API would say, for want of credentials. */
  readonly partials: Counter<"platform">;
  /** Times that a webhook was put into the waiting room. */
  readonly waits: Counter<"platform">;
  /** resource: canonical resources and signals. */
  readonly events: Counter<"platform" | "resource">;
  /** From the first byte of a stored webhook to its answer. */
  readonly answerSeconds: Histogram<"platform">;
  /** How many webhooks went into one inbox message. */
  readonly groupSize: Histogram;
  readonly waiting: Gauge;
  readonly conflicts: Counter;
  readonly republished: Counter;
  /** A dedupe part that the platform should have sent was missing. */
  readonly dedupeFallbacks: Counter<"platform">;
  readonly connected: Gauge;
  /** result: the kinds of `subscriptions/deliver/attempt.ts`. */
  readonly deliveries: Counter<"result">;
  readonly deliverySeconds: Histogram;
}

export interface MetricsOptions {
  /** Those of the process, too. */
  readonly defaults?: boolean;
  /** Stands as a label on every figure. */
  readonly worker?: number | undefined;
}

/** A registry of its own per hub, so that several can run in one process. */
export function createMetrics({ defaults = false, worker }: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  if (worker !== undefined) registry.setDefaultLabels({ worker });
  const registers = [registry];
  if (defaults) collectDefaultMetrics({ register: registry });
  return {
    registry,
    ...createHydrationMetrics(registers),
    requests: new Counter({
      name: "entrepot_webhook_requests_total",
      help: "Requests to webhook addresses by outcome",
      labelNames: ["platform", "outcome"],
      registers,
    }),
    rejections: new Counter({
      name: "entrepot_webhook_rejections_total",
      help: "Requests that could not be verified, by reason",
      labelNames: ["platform", "reason"],
      registers,
    }),
    outcomes: new Counter({
      name: "entrepot_webhook_outcomes_total",
      help: "Stored webhooks by what they became",
      labelNames: ["platform", "outcome"],
      registers,
    }),
    events: new Counter({
      name: "entrepot_events_published_total",
      help: "Canonical events published",
      labelNames: ["platform", "resource"],
      registers,
    }),
    answerSeconds: new Histogram({
      name: "entrepot_webhook_answer_seconds",
      help: "Time to answer a stored webhook",
      labelNames: ["platform"],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    groupSize: new Histogram({
      name: "entrepot_inbox_group_size",
      help: "Webhooks in one inbox message",
      buckets: [1, 2, 4, 8, 16, 32, 64],
      registers,
    }),
    waiting: new Gauge({
      name: "entrepot_requests_waiting",
      help: "Webhooks that wait to be stored",
      registers,
    }),
    conflicts: new Counter({
      name: "entrepot_entity_conflicts_total",
      help: "Compare-and-set conflicts on entity rows",
      registers,
    }),
    republished: new Counter({
      name: "entrepot_events_republished_total",
      help: "Events published again because nobody knew whether they had been",
      registers,
    }),
    dedupeFallbacks: new Counter({
      name: "entrepot_dedupe_fallbacks_total",
      help: "Webhooks without the id that the platform normally sends",
      labelNames: ["platform"],
      registers,
    }),
    ...createDeliveryMetrics(registers),
    connected: new Gauge({ name: "entrepot_nats_connected", help: "1 while connected to NATS", registers }),
  };
}

function createHydrationMetrics(registers: Registry[]) {
  return {
    reads: new Counter({
      name: "entrepot_api_reads_total",
      help: "Requests to platform APIs by what came of them",
      labelNames: ["platform", "result"],
      registers,
    }),
    partials: new Counter({
      name: "entrepot_webhooks_partial_total",
      help: "Thin webhooks of stores without API credentials: their events are partial",
      labelNames: ["platform"],
      registers,
    }),
    waits: new Counter({
      name: "entrepot_webhooks_waited_total",
      help: "Thin webhooks put into the waiting room because the platform's API is slow, busy or broken",
      labelNames: ["platform"],
      registers,
    }),
  };
}

function createDeliveryMetrics(registers: Registry[]) {
  return {
    deliveries: new Counter({
      name: "entrepot_delivery_attempts_total",
      help: "Attempts to deliver events over HTTP, by what came of them",
      labelNames: ["result"],
      registers,
    }),
    deliverySeconds: new Histogram({
      name: "entrepot_delivery_attempt_seconds",
      help: "How long attempts to deliver took",
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers,
    }),
  };
}
