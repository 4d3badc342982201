/**
 * One request to a webhook address, step by step: find the store, see whether there is room for it, read the body, answer a
 * handshake, verify, store, and only then say yes. Before it is verified nothing is decoded but what says which store it is
 * and what was signed.
 */
import type { Platform } from "../normalizers/platform.ts";
import type { Wire } from "../normalizers/wire.ts";
import type { Webhook } from "../webhook.ts";
import { ANY_STORE } from "./address.ts";
import { type Addressee, findAddressee, locateAddressee, viewOf } from "./addressee.ts";
import type { Body, BodyLimits } from "./body.ts";
import { type CheckDeps, checkSender } from "./check-sender.ts";
import { describeWebhooks } from "./describe-webhooks.ts";
import { answerHandshake, type HandshakeDeps } from "./handshakes.ts";
import type { Inbox } from "./inbox/inbox.ts";
import type { IngestOutcome } from "./outcome.ts";
import type { Rejections } from "./rejections.ts";
import type { RequestView } from "./request.ts";
import type { Shops } from "./shops.ts";
import type { RejectionReason } from "./signature/outcome.ts";
import type { Stores } from "./stores.ts";
import type { Metrics } from "../metrics.ts";

export interface ReceiveDeps extends CheckDeps, HandshakeDeps {
  readonly stores: Stores;
  readonly shops: Shops;
  readonly inbox: Inbox;
  readonly findPlatform: (id: string) => Platform | undefined;
  readonly rejections: Rejections;
  readonly metrics: Pick<Metrics, "rejections" | "dedupeFallbacks">;
  /** What platforms call; some sign it. */
  readonly publicUrl: string;
  readonly bodyBytesMax: number;
  /** How long a body may take to arrive; 10 seconds without it. */
  readonly bodyTimeoutMs?: number;
}

export interface InboundRequest {
  readonly requestId: string;
  readonly method: string;
  readonly platform: string;
  /** Undefined where all shops of an app share one address. */
  readonly store: string | undefined;
  /** What follows the store in the address. May hold a secret: it is never logged. */
  readonly tail: string | undefined;
  /** Path and query as received. */
  readonly target: string;
  readonly header: (name: string) => string | undefined;
  readonly headerCount: number;
  readonly readBody: (limits: BodyLimits) => Promise<Body>;
}

export interface Answer {
  readonly contentType?: string;
  readonly body: string;
}

export interface Received {
  readonly outcome: IngestOutcome;
  /** What was stored: several for a batch. */
  readonly webhooks?: readonly Webhook[];
  readonly reason?: string;
  /** Body of the answer; empty without it. */
  readonly answer?: Answer;
}

const HEADERS_MAX = 100;
const BODY_TIMEOUT_MS = 10_000;
const WAIT_MS_MAX = 30_000;

/** Handles one request; never throws for anything that a sender can do. */
export async function receive(request: InboundRequest, deps: ReceiveDeps): Promise<Received> {
  const platform = deps.findPlatform(request.platform);
  if (!deps.stores.isReady()) return { outcome: "unavailable", reason: "the stores are not read yet" };
  const isShared = request.store === undefined || request.store === ANY_STORE;
  const addressed = platform && !isShared ? findAddressee(platform, request, deps) : undefined;
  if (platform === undefined || (!isShared && addressed === undefined))
    return refuse(request, deps, "no_store");

  const limit = exceededLimit(request, addressed?.store.name, deps);
  if (limit) return { outcome: limit };
  const body = await request.readBody({
    bytesMax: deps.bodyBytesMax,
    timeoutMs: deps.bodyTimeoutMs ?? BODY_TIMEOUT_MS,
  });
  if (body.kind === "aborted") return { outcome: "too_slow", reason: "the sender went away" };
  if (body.kind !== "read") return { outcome: body.kind };

  const addressee = addressed ?? locateAddressee(platform, request, body.bytes, deps);
  if (addressee === undefined) return answerShared(platform, request, body.bytes, deps);
  const view = viewOf(addressee.wire, request, body.bytes, deps);
  return view === undefined ? refuse(request, deps, "no_store") : take(addressee, view, request, deps);
}

async function take(
  { platform, store, wire }: Addressee,
  view: RequestView,
  request: InboundRequest,
  deps: ReceiveDeps,
): Promise<Received> {
  if (wire.handshakes !== undefined) {
    const answered = await answerHandshake({ wire, store, view, method: request.method }, deps);
    if (answered?.kind === "answered") return { outcome: "handshake", answer: answered.answer };
    if (answered?.kind === "refused") return refuse(request, deps, answered.reason, store.name);
  }
  if (request.method !== "POST") return refuse(request, deps, "no_store");
  const checking = checkSender(wire, store, view, deps);
  const checked = checking instanceof Promise ? await checking : checking;
  if (!checked.ok) return refuse(request, deps, checked.reason, store.name);
  if (view.body.length === 0) return { outcome: "empty_body" };

  const { webhooks, fallbacks } = describeWebhooks({ platform, store, wire, view, ...checked }, deps.now());
  if (fallbacks > 0) deps.metrics.dedupeFallbacks.inc({ platform: platform.id }, fallbacks);
  return keep(webhooks, wire, deps);
}

/** All of a batch, or the sender is told to come again: what was kept is recognized then. */
async function keep(webhooks: readonly Webhook[], wire: Wire, { inbox }: ReceiveDeps): Promise<Received> {
  const appended = await Promise.all(webhooks.map((webhook) => inbox.append(webhook, waitMs(wire))));
  const failed = appended.find(({ kind }) => kind !== "stored" && kind !== "duplicate");
  if (failed !== undefined) {
    return failed.kind === "unavailable"
      ? { outcome: "unavailable", reason: failed.reason, webhooks }
      : { outcome: failed.kind, webhooks };
  }
  const outcome = appended.some(({ kind }) => kind === "stored") ? "stored" : "duplicate";
  return { outcome, webhooks, ...(wire.answer ? { answer: wire.answer } : {}) };
}

/**
 * Requests that no store was found for: of a platform that sends all shops to one address, only what needs no store is
 * answered. The refusal is that of a wrong signature, so that nobody can find out which shops are connected.
 */
async function answerShared(
  platform: Platform,
  request: InboundRequest,
  body: Uint8Array,
  deps: ReceiveDeps,
): Promise<Received> {
  const view = viewOf(platform, request, body, deps);
  const isPossible = view !== undefined && platform.locate.store !== undefined;
  const answered = isPossible
    ? await answerHandshake({ wire: platform, store: undefined, view, method: request.method }, deps)
    : undefined;
  if (answered?.kind === "answered") return { outcome: "handshake", answer: answered.answer };
  return refuse(request, deps, isPossible && request.method === "POST" ? "unknown_shop" : "no_store");
}

/** What can be refused before the body is read; first of all what there is no room for, which costs nothing more. */
function exceededLimit(
  request: InboundRequest,
  store: string | undefined,
  { inbox, bodyBytesMax }: ReceiveDeps,
): IngestOutcome | undefined {
  const refusal = store === undefined ? undefined : inbox.refusal(store);
  if (refusal) return refusal.kind;
  if (request.headerCount > HEADERS_MAX) return "too_many_headers";
  const encoding = request.header("content-encoding");
  if (encoding !== undefined && encoding !== "identity") return "unsupported_encoding";
  return Number(request.header("content-length") ?? 0) > bodyBytesMax ? "too_large" : undefined;
}

/** The answer has to be back before the platform hangs up. */
function waitMs({ deadlineMs }: Wire): number {
  return Math.min(deadlineMs * 0.7, WAIT_MS_MAX);
}

/** Where the platform's keys cannot be had, trying again helps; everything else is final. */
function refuse(
  { requestId, platform, ...request }: InboundRequest,
  deps: ReceiveDeps,
  reason: RejectionReason | "no_store",
  store = request.store ?? ANY_STORE,
): Received {
  const known = deps.findPlatform(platform) !== undefined;
  deps.rejections.add({ at: new Date(deps.now()).toISOString(), requestId, platform, store, reason });
  if (reason === "no_store") return { outcome: "no_store" };
  deps.metrics.rejections.inc({ platform: known ? platform : "unknown", reason });
  return { outcome: reason === "keys_unavailable" ? "unavailable" : "not_verified", reason };
}
