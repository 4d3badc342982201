/** Requests that belong to setting an address up: answered, never stored. */
import type { Challenge, Ping, Validation, Wire } from "../normalizers/wire.ts";
import { findTopic } from "../normalizers/registry.ts";
import type { Answer } from "./receive.ts";
import { answerRegistration, type RegistrationDeps } from "./registration.ts";
import type { RequestView } from "./request.ts";
import type { RejectionReason } from "./signature/outcome.ts";
import { readPath, readQuery, readSource } from "./source.ts";
import type { Store } from "./stores.ts";

export interface HandshakeDeps extends RegistrationDeps {
  /** Whether an address that a platform asks to have fetched may be fetched now. */
  readonly allowValidation: (host: string) => boolean;
}

export interface HandshakeRequest {
  readonly wire: Wire;
  /** Undefined where no store is known yet. */
  readonly store: Store | undefined;
  readonly view: RequestView;
  readonly method: string;
}

export type Handshaken =
  | { readonly kind: "answered"; readonly answer: Answer }
  | { readonly kind: "refused"; readonly reason: RejectionReason };

/** Handshakes are small; a larger body is no reason to decode it. */
const BODY_BYTES_MAX = 8192;
/** What is repeated holds no control characters, and no browser takes plain text for a page. */
const REPEATABLE = /^[\x20-\x7e]{1,1024}$/;

/** Undefined for a request that is none. */
export async function answerHandshake(
  request: HandshakeRequest,
  deps: HandshakeDeps,
): Promise<Handshaken | undefined> {
  for (const handshake of request.wire.handshakes ?? []) {
    const answered =
      handshake.kind === "ping"
        ? answerPing(handshake, request)
        : handshake.kind === "challenge"
          ? answerChallenge(handshake, request)
          : handshake.kind === "validation"
            ? await answerValidation(handshake, request, deps)
            : await answerRegistration(handshake, request, deps);
    if (answered !== undefined) return answered;
  }
  return undefined;
}

function answerPing(ping: Ping, { method, view }: HandshakeRequest): Handshaken | undefined {
  const isPing =
    method === ping.method &&
    view.body.length <= ping.bodyBytesMax &&
    ping.absentHeaders.every((name) => view.header(name) === undefined) &&
    ping.body.test(Buffer.from(view.body).toString("latin1"));
  return isPing ? { kind: "answered", answer: { body: ping.answer.body } } : undefined;
}

function answerChallenge(challenge: Challenge, request: HandshakeRequest): Handshaken | undefined {
  const { view, method } = request;
  if (method !== challenge.method || !mayBeHandshake(request)) return undefined;
  const isQuery = "query" in challenge.value;
  const name = "query" in challenge.value ? challenge.value.query : challenge.value.json;
  const value = isQuery ? readQuery(view.query, name) : readPath(view.payload(), name);
  if (value === undefined || !REPEATABLE.test(value)) return undefined;
  const answer =
    challenge.answer === "text"
      ? { contentType: "text/plain; charset=utf-8", body: value }
      : { contentType: "application/json", body: JSON.stringify({ [name]: value }) };
  return { kind: "answered", answer };
}

/** The address is the sender's, so only the platform's own hosts are fetched, and not often. */
async function answerValidation(
  validation: Validation,
  request: HandshakeRequest,
  deps: HandshakeDeps,
): Promise<Handshaken | undefined> {
  if (request.method !== validation.method || !mayBeHandshake(request)) return undefined;
  const text = readPath(request.view.payload(), validation.url.json);
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isOurs = url.origin === `https://${url.hostname}` && validation.hosts.includes(url.hostname);
  const isPlain = url.username === "" && url.password === "";
  if (!isOurs || !isPlain) return { kind: "refused", reason: "unknown_host" };
  if (!deps.allowValidation(url.hostname)) return { kind: "refused", reason: "keys_unavailable" };
  const answer = await deps.platformFetch(url.href);
  return answer !== undefined && answer.status < 400
    ? { kind: "answered", answer: { body: "" } }
    : { kind: "refused", reason: "keys_unavailable" };
}

/** A body that names a topic is news, whatever else it says. */
function mayBeHandshake({ view, wire, method }: HandshakeRequest): boolean {
  if (method === "GET") return true;
  return view.body.length <= BODY_BYTES_MAX && !isNews(wire, view);
}

/** The address may name the topic, and does so for handshakes too: that tells nothing. */
function isNews(wire: Wire, view: RequestView): boolean {
  const topic = readSource(wire.locate.topic, { ...view, topic: undefined });
  return topic !== undefined && findTopic(wire, topic) !== undefined;
}
