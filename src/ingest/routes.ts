/** `POST /webhooks/:platform/:store`: wiring between HTTP and `receive`, which does the work. */
import { type Context, Hono } from "hono";
import type { Env } from "../env.ts";
import { type ErrorCode, HubError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { readIncoming, readRequest } from "./body.ts";
import { answerTo } from "./outcome.ts";
import { type ReceiveDeps, type Received, receive } from "./receive.ts";

export interface IngestDeps extends ReceiveDeps {
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Seconds after which a platform may try again; spread, so that all do not come back at once. */
const RETRY_AFTER_SECONDS = { min: 5, spread: 25 };

export function createIngestRoutes(deps: IngestDeps): Hono<Env> {
  const { metrics, log } = deps;
  const routes = new Hono<Env>();
  routes.post("/:platform/:store", async function receiveWebhook(c) {
    const startedAt = performance.now();
    const { platform, store } = c.req.param();
    const received = await receive(inbound(c, platform, store), deps);
    const label = deps.findPlatform(platform) ? platform : "unknown";
    const { error, log: level } = answerTo(received.outcome);
    metrics.requests.inc({ platform: label, outcome: received.outcome });
    if (!error) metrics.answerSeconds.observe({ platform: label }, (performance.now() - startedAt) / 1000);
    if (log.isLevelEnabled(level)) log[level](describe(c, label, received, startedAt), "webhook received");
    if (error) throw refusal(error);
    return c.body(received.answer ?? "", 200);
  });
  return routes;
}

function inbound(c: Context<Env>, platform: string, store: string) {
  const incoming = c.env?.incoming;
  const raw = c.req.raw;
  return {
    requestId: c.get("requestId"),
    method: c.req.method,
    platform,
    store,
    header: (name: string) => c.req.header(name),
    headerCount: incoming ? incoming.rawHeaders.length / 2 : [...raw.headers.keys()].length,
    readBody: (limits: Parameters<typeof readRequest>[1]) =>
      incoming ? readIncoming(incoming, limits) : readRequest(raw, limits),
  };
}

function describe(
  c: Context<Env>,
  platform: string,
  { outcome, webhook, reason }: Received,
  startedAt: number,
) {
  return {
    requestId: c.get("requestId"),
    platform,
    outcome,
    ...(reason ? { reason } : {}),
    ...(webhook
      ? { webhookId: webhook.id, store: webhook.store, topic: webhook.topic, bytes: webhook.body.length }
      : {}),
    durationMs: Math.round((performance.now() - startedAt) * 10) / 10,
  };
}

function refusal(code: ErrorCode): HubError {
  if (code !== "unavailable" && code !== "overloaded") return new HubError(code);
  const { min, spread } = RETRY_AFTER_SECONDS;
  return new HubError(code, { retryAfterSeconds: min + Math.floor(Math.random() * spread) });
}
