/** `/webhooks/:platform/:store`: wiring between HTTP and `receive`, which does the work. */
import { type Context, Hono } from "hono";
import type { Env } from "../env.ts";
import { type ErrorCode, HubError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { REQUEST_ID_HEADER, requestIdOf } from "../request-id.ts";
import { readIncoming, readRequest } from "./body.ts";
import { answerTo } from "./outcome.ts";
import { type InboundRequest, type ReceiveDeps, type Received, receive } from "./receive.ts";
import { createShops } from "./shops.ts";
import { createKeys } from "./signature/keys.ts";
import { noFetch, type PlatformFetch } from "./signature/platform-fetch.ts";

export interface IngestDeps
  extends Omit<ReceiveDeps, "shops" | "keys" | "platformFetch" | "allowValidation"> {
  readonly metrics: Metrics;
  readonly log: Logger;
  /** The way out to platforms, for keys and tokens; without it whatever needs one is refused. */
  readonly platformFetch?: PlatformFetch;
}

/** Seconds after which a platform may try again; spread, so that all do not come back at once. */
const RETRY_AFTER_SECONDS = { min: 5, spread: 25 };
const IS_TEMPORARY: ReadonlySet<ErrorCode> = new Set(["unavailable", "overloaded", "store_overloaded"]);
/** How often the log says that webhooks are turned away. */
const TELL_EVERY_MS = 1000;
/** How often one host is fetched because a request asks for it. */
const VALIDATION_EVERY_MS = 5000;

export function createIngestRoutes(deps: IngestDeps): Hono<Env> {
  const { platformFetch = noFetch, now, metrics, log } = deps;
  const receiving: ReceiveDeps = {
    ...deps,
    platformFetch,
    shops: createShops(deps.stores),
    keys: createKeys({ fetch: platformFetch, now }),
    allowValidation: createPace(VALIDATION_EVERY_MS, now),
  };
  const mayTell = createPace(TELL_EVERY_MS, now);
  const routes = new Hono<Env>();
  const receiveWebhook = async (c: Context<Env>) => {
    const startedAt = performance.now();
    const request = inbound(c);
    const received = await receive(request, receiving);
    const label = deps.findPlatform(request.platform) ? request.platform : "unknown";
    const { error, log: level, many } = answerTo(received.outcome);
    metrics.requests.inc({ platform: label, outcome: received.outcome });
    if (!error) metrics.answerSeconds.observe({ platform: label }, (performance.now() - startedAt) / 1000);
    const isTold = many === undefined || mayTell(received.outcome);
    if (isTold && log.isLevelEnabled(level))
      log[level](describe(c, label, received, startedAt), "webhook received");
    if (error) throw refusal(error);
    return answer(c, received);
  };
  for (const path of ["/:platform", "/:platform/:store", "/:platform/:store/:tail{.+}"]) {
    routes.on(["POST", "GET"], path, receiveWebhook);
  }
  return routes;
}

function inbound(c: Context<Env>): InboundRequest {
  const incoming = c.env?.incoming;
  const raw = c.req.raw;
  return {
    requestId: requestIdOf(c),
    method: c.req.method,
    platform: c.req.param("platform") ?? "",
    store: c.req.param("store"),
    tail: c.req.param("tail"),
    target: targetOf(incoming?.url, raw),
    header: (name) => c.req.header(name),
    headerCount: incoming ? incoming.rawHeaders.length / 2 : [...raw.headers.keys()].length,
    readBody: (limits) => (incoming ? readIncoming(incoming, limits) : readRequest(raw, limits)),
  };
}

/** Path and query as they came: some platforms sign them, and `URL` would spell some letters in another way. */
function targetOf(sent: string | undefined, { url }: Request): string {
  if (sent?.startsWith("/")) return sent;
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}

/**
 * No answer is ever a page: what is repeated from a request must not run in a browser. Made without Hono's context, so that
 * the headers reach Node as they stand here and need no object of their own.
 */
function answer(c: Context<Env>, { answer: given }: Received): Response {
  const id = { [REQUEST_ID_HEADER]: requestIdOf(c) };
  if (given === undefined || given.body === "") return new Response("", { headers: id });
  return new Response(given.body, {
    headers: {
      ...id,
      "Content-Type": given.contentType ?? "text/plain; charset=utf-8",
      "X-Content-Type-Options": "nosniff",
    },
  });
}

/** What the log learns. Neither the address nor its query: both may hold secrets. */
function describe(
  c: Context<Env>,
  platform: string,
  { outcome, webhooks, reason }: Received,
  startedAt: number,
) {
  const [first] = webhooks ?? [];
  return {
    requestId: requestIdOf(c),
    platform,
    outcome,
    ...(reason ? { reason } : {}),
    ...(first
      ? { webhookId: first.id, store: first.store, topic: first.topic, bytes: first.body.length }
      : {}),
    ...(webhooks !== undefined && webhooks.length > 1 ? { webhooks: webhooks.length } : {}),
    durationMs: Math.round((performance.now() - startedAt) * 10) / 10,
  };
}

function refusal(code: ErrorCode): HubError {
  if (!IS_TEMPORARY.has(code)) return new HubError(code);
  const { min, spread } = RETRY_AFTER_SECONDS;
  return new HubError(code, { retryAfterSeconds: min + Math.floor(Math.random() * spread) });
}

/** Whether something named so was last allowed long enough ago. The names come from declarations. */
function createPace(everyMs: number, now: () => number): (name: string) => boolean {
  const last = new Map<string, number>();
  return (name) => {
    if (now() - (last.get(name) ?? Number.NEGATIVE_INFINITY) < everyMs) return false;
    last.set(name, now());
    return true;
  };
}
