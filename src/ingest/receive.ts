/**
 * One request to a webhook address, step by step: find the store, read the body, answer a handshake, verify, store, and
 * only then say yes. Nothing is parsed before it is verified.
 */
import { createHash } from "node:crypto";
import { uuidv7 } from "uuidv7";
import type { Metrics } from "../metrics.ts";
import type { Ping, Platform } from "../normalizers/platform.ts";
import type { Source } from "../normalizers/scheme.ts";
import type { Webhook } from "../webhook.ts";
import type { Body, BodyLimits } from "./body.ts";
import type { Inbox } from "./inbox/inbox.ts";
import type { IngestOutcome } from "./outcome.ts";
import type { Rejections } from "./rejections.ts";
import type { SecretBox } from "../secret-box.ts";
import { type RejectionReason, type SignedRequest, verify } from "./signature/verify.ts";
import { activeSecrets, type Store, type Stores } from "./stores.ts";

export interface ReceiveDeps {
  readonly stores: Stores;
  readonly inbox: Inbox;
  readonly findPlatform: (id: string) => Platform | undefined;
  readonly secretBox: SecretBox;
  readonly rejections: Rejections;
  readonly metrics: Pick<Metrics, "rejections" | "dedupeFallbacks">;
  readonly bodyBytesMax: number;
  /** How long a body may take to arrive; 10 seconds without it. */
  readonly bodyTimeoutMs?: number;
  readonly now: () => number;
}

export interface InboundRequest {
  readonly requestId: string;
  readonly method: string;
  readonly platform: string;
  readonly store: string;
  readonly header: (name: string) => string | undefined;
  readonly headerCount: number;
  readonly readBody: (limits: BodyLimits) => Promise<Body>;
}

export interface Received {
  readonly outcome: IngestOutcome;
  readonly webhook?: Webhook;
  readonly reason?: string;
  /** Body of a handshake's answer. */
  readonly answer?: string;
}

const HEADERS_MAX = 100;
const BODY_TIMEOUT_MS = 10_000;
const WAIT_MS_MAX = 30_000;
const TOPIC_LENGTH_MAX = 256;
const HEADER_LENGTH_MAX = 1024;

/** Handles one request; never throws for anything that a sender can do. */
export async function receive(request: InboundRequest, deps: ReceiveDeps): Promise<Received> {
  const platform = deps.findPlatform(request.platform);
  if (!deps.stores.isReady()) return { outcome: "unavailable", reason: "the stores are not read yet" };
  const store = platform && deps.stores.find(request.store);
  if (store === undefined || store.platform !== platform?.id) {
    reject(request, deps, "no_store");
    return { outcome: "no_store" };
  }

  const limit = exceededLimit(request, deps.bodyBytesMax);
  if (limit) return { outcome: limit };
  const { bodyBytesMax: bytesMax, bodyTimeoutMs: timeoutMs = BODY_TIMEOUT_MS } = deps;
  const body = await request.readBody({ bytesMax, timeoutMs });
  if (body.kind === "aborted") return { outcome: "too_slow", reason: "the sender went away" };
  if (body.kind !== "read") return { outcome: body.kind };

  const handshake = platform.handshakes
    ?.filter((candidate) => candidate.kind === "ping")
    .find((candidate) => isPing(candidate, request, body.bytes));
  if (handshake) return { outcome: "handshake", answer: handshake.answer.body };
  const refusal = checkSender(platform, store, { header: request.header, body: body.bytes }, deps);
  if (refusal) {
    reject(request, deps, refusal);
    return { outcome: "not_verified", reason: refusal };
  }
  if (body.bytes.length === 0) return { outcome: "empty_body" };

  const webhook = describe(platform, store, request, body.bytes, deps);
  const appended = await deps.inbox.append(webhook, waitMs(platform));
  return appended.kind === "unavailable"
    ? { outcome: "unavailable", reason: appended.reason, webhook }
    : { outcome: appended.kind, webhook };
}

function exceededLimit(request: InboundRequest, bytesMax: number): IngestOutcome | undefined {
  if (request.headerCount > HEADERS_MAX) return "too_many_headers";
  const encoding = request.header("content-encoding");
  if (encoding !== undefined && encoding !== "identity") return "unsupported_encoding";
  return Number(request.header("content-length") ?? 0) > bytesMax ? "too_large" : undefined;
}

function isPing(handshake: Ping, request: InboundRequest, body: Uint8Array): boolean {
  return (
    request.method === handshake.method &&
    body.length <= handshake.bodyBytesMax &&
    handshake.absentHeaders.every((name) => request.header(name) === undefined) &&
    handshake.body.test(Buffer.from(body).toString("latin1"))
  );
}

function checkSender(
  platform: Platform,
  store: Store,
  request: SignedRequest,
  deps: ReceiveDeps,
): RejectionReason | undefined {
  const [scheme] = platform.schemes;
  if (scheme === undefined) return "no_secret";
  const secrets = openSecrets(store, deps);
  if (secrets === undefined) return "secret_unreadable";
  const verification = verify(scheme, request, secrets);
  if (!verification.ok) return verification.reason;
  // One app secret may sign for many shops, so the signature alone does not say whose webhook it is.
  const shop = platform.locate.store && read(platform.locate.store, request);
  return store.externalId !== undefined && store.externalId !== shop ? "wrong_shop" : undefined;
}

function openSecrets(store: Store, { secretBox, now }: ReceiveDeps): string[] | undefined {
  try {
    return activeSecrets(store, now()).map((sealed) => secretBox.open(sealed, store.name));
  } catch {
    return undefined;
  }
}

function describe(
  platform: Platform,
  store: Store,
  { header }: InboundRequest,
  body: Uint8Array,
  deps: ReceiveDeps,
): Webhook {
  const request = { header, body };
  const { topic, at, dedupe, keep = [] } = platform.locate;
  const parts = dedupe.map((source) => read(source, request));
  const isKnown = parts.length > 0 && parts.every((part) => part !== undefined && part !== "");
  if (!isKnown) deps.metrics.dedupeFallbacks.inc({ platform: platform.id });
  return {
    id: uuidv7(),
    platform: platform.id,
    store: store.name,
    topic: (read(topic, request) ?? "").slice(0, TOPIC_LENGTH_MAX),
    dedupeKey:
      isKnown && parts.join().length <= HEADER_LENGTH_MAX ? encodeURIComponent(parts.join()) : digest(body),
    receivedAt: new Date(deps.now()).toISOString(),
    sentAt: (at && read(at, request))?.slice(0, TOPIC_LENGTH_MAX) ?? "",
    via: "webhook",
    authenticity: "signature",
    headers: keepHeaders(keep, header),
    body,
  };
}

function keepHeaders(names: readonly string[], header: InboundRequest["header"]): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of names) {
    const value = header(name);
    if (value !== undefined) kept[name] = value.slice(0, HEADER_LENGTH_MAX);
  }
  return kept;
}

function read(source: Source, { header, body }: SignedRequest): string | undefined {
  if ("header" in source) return header(source.header);
  return "digest" in source ? digest(body) : undefined;
}

function digest(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("base64url");
}

/** The answer has to be back before the platform hangs up. */
function waitMs({ deadlineMs }: Platform): number {
  return Math.min(deadlineMs * 0.7, WAIT_MS_MAX);
}

function reject(request: InboundRequest, deps: ReceiveDeps, reason: RejectionReason | "no_store"): void {
  const { requestId, store } = request;
  const known = deps.findPlatform(request.platform) !== undefined;
  deps.rejections.add({
    at: new Date(deps.now()).toISOString(),
    requestId,
    platform: request.platform,
    store,
    reason,
  });
  if (reason !== "no_store")
    deps.metrics.rejections.inc({ platform: known ? request.platform : "unknown", reason });
}
