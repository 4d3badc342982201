/**
 * One request to a platform's API through the guarded way out: one timeout for everything, no redirect, an answer of
 * limited size, decoded without loss. Failures name a status or an error code, never credentials or bodies.
 */
import type { Dispatcher } from "undici";
import { EgressRefused } from "../../egress/egress.ts";
import { parseRetryAfter } from "../../egress/retry-after.ts";
import { decodeJson } from "../../normalizers/decode.ts";
import { VERSION } from "../../version.ts";

export interface ApiRequest {
  readonly url: URL;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface RequestDeps {
  readonly dispatcher: Dispatcher;
  readonly timeoutMs: number;
  readonly now: () => number;
  /** Aborted when the hub stops. */
  readonly signal: AbortSignal;
}

export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

export interface ApiFailure {
  readonly kind:
    | "gone"
    /** Trying again may help. */
    | "again"
    /** The platform wants fewer requests. */
    | "limited"
    | "unauthorized"
    /** Trying again does not help. */
    | "refused";
  readonly reason: string;
  readonly retryAfterMs?: number | undefined;
  /** The platform knows who asks, and refuses this thing (403). */
  readonly isForbidden?: boolean;
}

export type ApiAnswer = { readonly headers: AnswerHeaders } & (
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly failure: ApiFailure }
);

const ANSWER_BYTES_MAX = 8_000_000;
const NO_CONTENT = 204;

/** Never rejects. An answer without a body (204) is null. */
export async function requestApi(request: ApiRequest, deps: RequestDeps): Promise<ApiAnswer> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), deps.timeoutMs);
  const signal = AbortSignal.any([deps.signal, timeout.signal]);
  try {
    return await raceAbort(exchange(request, deps, signal), signal);
  } catch (error) {
    const failure = timeout.signal.aborted
      ? ({ kind: "again", reason: "no answer in time" } as const)
      : toFailure(error);
    return { ok: false, headers: {}, failure };
  } finally {
    clearTimeout(timer);
  }
}

async function exchange(
  { url, method, headers, body }: ApiRequest,
  { dispatcher, now }: RequestDeps,
  signal: AbortSignal,
): Promise<ApiAnswer> {
  const answer = await dispatcher.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method,
    headers: { accept: "application/json", ...headers, "user-agent": `Entrepot/${VERSION}` },
    ...(body === undefined ? {} : { body }),
    signal,
  });
  const { statusCode } = answer;
  const isOk = statusCode >= 200 && statusCode < 300;
  if (!isOk) {
    await answer.body.dump();
    const [retryAfter] = [answer.headers["retry-after"]].flat();
    const failure = judge(statusCode, parseRetryAfter(retryAfter, now()));
    return { ok: false, headers: answer.headers, failure };
  }
  return { headers: answer.headers, ...(await readValue(statusCode, answer.body)) };
}

async function readValue(
  status: number,
  body: Dispatcher.ResponseData["body"],
): Promise<{ ok: true; value: unknown } | { ok: false; failure: ApiFailure }> {
  if (status === NO_CONTENT) {
    await body.dump();
    return { ok: true, value: null };
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > ANSWER_BYTES_MAX) {
      const reason = `answered more than ${ANSWER_BYTES_MAX} bytes`;
      return { ok: false, failure: { kind: "refused", reason } };
    }
    chunks.push(part);
  }
  const decoded = decodeJson(Buffer.concat(chunks));
  if (decoded.ok) return { ok: true, value: decoded.value };
  // A page of a proxy in front of the API; the API itself answers in JSON.
  return { ok: false, failure: { kind: "again", reason: `answered ${status}, but ${decoded.problem}` } };
}

function judge(status: number, retryAfterMs: number | undefined): ApiFailure {
  const reason = `answered ${status}`;
  if (status === 429) return { kind: "limited", reason, retryAfterMs };
  if (status === 401 || status === 403) return { kind: "unauthorized", reason, isForbidden: status === 403 };
  if (status === 404 || status === 410) return { kind: "gone", reason };
  if (status >= 500 || status === 408 || status === 425) return { kind: "again", reason, retryAfterMs };
  return { kind: "refused", reason: status < 400 ? `${reason}: redirects are not followed` : reason };
}

function toFailure(error: unknown): ApiFailure {
  if (error instanceof EgressRefused) return { kind: "refused", reason: `address refused: ${error.message}` };
  if (!(error instanceof Error)) return { kind: "again", reason: "no answer" };
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  const isOurs = code === "UND_ERR_INVALID_ARG" || code === "UND_ERR_NOT_SUPPORTED";
  return { kind: isOurs ? "refused" : "again", reason: `no answer (${code})` };
}

/** A request that still waits for its connection does not heed the signal; this does. */
function raceAbort<T>(running: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new DOMException("stopped", "AbortError"));
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    running.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
