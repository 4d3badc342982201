/** A verified request -> the webhooks that are stored. */
import { uuidv7 } from "uuidv7";
import type { Authenticity } from "../normalizers/canonical/event.ts";
import { fromMillis } from "../normalizers/canonical/time.ts";
import type { Platform } from "../normalizers/platform.ts";
import type { Wire } from "../normalizers/wire.ts";
import type { Webhook } from "../webhook.ts";
import { splitBatch } from "./batch.ts";
import type { RequestView } from "./request.ts";
import { digest, readSource } from "./source.ts";
import type { Store } from "./stores.ts";

export interface VerifiedRequest {
  readonly platform: Platform;
  readonly store: Store;
  readonly wire: Wire;
  readonly view: RequestView;
  readonly authenticity: Authenticity;
}

const TOPIC_LENGTH_MAX = 256;
const HEADER_LENGTH_MAX = 1024;

/** `fallbacks` counts those whose dedupe key is their digest because a part of the declared one is missing. */
export function describeWebhooks(
  request: VerifiedRequest,
  now: number,
): { webhooks: Webhook[]; fallbacks: number } {
  const receivedAt = new Date(now).toISOString();
  let fallbacks = 0;
  const keys = new Set<string>();
  const webhooks = splitBatch(request.wire, request.view).map((view) => {
    const parts = request.wire.locate.dedupe.map((source) => readSource(source, view));
    const isKnown = parts.length > 0 && parts.every((part) => part !== undefined && part !== "");
    if (!isKnown) fallbacks += 1;
    const key = isKnown ? parts.join() : "";
    const own = isKnown && key.length <= HEADER_LENGTH_MAX ? encodeKey(key) : digest(view.body);
    // Of a batch that shares one id, no webhook may pass for a retry of another.
    const dedupeKey = keys.has(own) ? `${own}.${digest(view.body)}` : own;
    keys.add(own);
    return describe(request, view, { dedupeKey, receivedAt });
  });
  return { webhooks, fallbacks };
}

function describe(
  { platform, store, wire, authenticity }: VerifiedRequest,
  view: RequestView,
  found: { readonly dedupeKey: string; readonly receivedAt: string },
): Webhook {
  const { topic, at, keep = [] } = wire.locate;
  return {
    id: uuidv7(),
    platform: platform.id,
    store: store.name,
    ...(store.variant === undefined ? {} : { variant: store.variant }),
    topic: (readSource(topic, view) ?? "").slice(0, TOPIC_LENGTH_MAX),
    ...found,
    sentAt: toMoment((at && readSource(at, view)) ?? "").slice(0, TOPIC_LENGTH_MAX),
    via: "webhook",
    authenticity,
    headers: keepHeaders(keep, view.header),
    body: view.body,
  };
}

/** A body may hold half of a surrogate pair, which no address can. */
function encodeKey(key: string): string {
  return encodeURIComponent(Buffer.from(key, "utf8").toString("utf8"));
}

/** Seconds or milliseconds since 1970 become a moment that reads as one; any other spelling stays. */
export function toMoment(text: string): string {
  if (/^\d{10}$/.test(text)) return fromMillis(Number(text) * 1000);
  return /^\d{13}$/.test(text) ? fromMillis(Number(text)) : text;
}

function keepHeaders(names: readonly string[], header: RequestView["header"]): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of names) {
    const value = header(name);
    if (value !== undefined) kept[name] = value.slice(0, HEADER_LENGTH_MAX);
  }
  return kept;
}
