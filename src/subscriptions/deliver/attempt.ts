/**
 * One try to deliver one event over HTTP. One timeout covers connecting, the answer and its body. The status line decides:
 * an endpoint that said 2xx has the event, whatever becomes of the body after it.
 */
import type { Dispatcher } from "undici";
import { VERSION } from "../../version.ts";
import { readAnswerText } from "./answer-text.ts";
import { type AttemptError, type Failure, failure, toFailure } from "./failure.ts";
import { parseRetryAfter } from "../../egress/retry-after.ts";
import { sign } from "./sign.ts";

export interface Delivery {
  readonly url: string;
  /** Of the subscription; those of the hub win. */
  readonly headers: Readonly<Record<string, string>>;
  /** Those that count now, in the clear. */
  readonly secrets: readonly string[];
  readonly event: { readonly id: string; readonly body: Uint8Array };
  readonly timeoutMs: number;
}

export interface AttemptDeps {
  readonly dispatcher: Dispatcher;
  readonly now: () => number;
}

interface Answer {
  readonly status: number;
  /** The beginning of the body, for the record. */
  readonly text: string;
}

export type Attempt = { readonly durationMs: number } & (
  | ({ readonly kind: "delivered" } & Answer)
  /** Another try may help. */
  | ({ readonly kind: "retry"; readonly retryAfterMs?: number | undefined } & Failure & Partial<Answer>)
  /** The endpoint wants no more events (410). */
  | ({ readonly kind: "gone" } & Answer)
  /** As the endpoint is set up now, no event can be delivered to it: it redirects, or it must not be connected to. */
  | ({ readonly kind: "refused" } & Failure & Partial<Answer>)
);

const CONTENT_TYPE = "application/cloudevents+json; charset=utf-8";
const USER_AGENT = `Entrepot/${VERSION}`;
/** Failures before an answer that trying again does not mend. */
const REFUSALS: readonly AttemptError[] = ["egress", "request"];

/** Never rejects. A timeout may leave the endpoint with the event all the same; the id tells it of the repetition. */
export async function attempt(delivery: Delivery, { dispatcher, now }: AttemptDeps): Promise<Attempt> {
  const startedAt = now();
  const deadline = startDeadline(delivery.timeoutMs);
  const durationMs = () => Math.max(0, now() - startedAt);
  try {
    const request = post(delivery, { dispatcher, startedAt, signal: deadline.signal });
    const response = await Promise.race([request, deadline.expired]);
    const text = await readAnswerText(response.body, Object.values(delivery.headers));
    const [retryAfter] = [response.headers["retry-after"]].flat();
    const retryAfterMs = parseRetryAfter(retryAfter, now());
    return { ...judge({ status: response.statusCode, text }, retryAfterMs), durationMs: durationMs() };
  } catch (error) {
    const failed = toFailure(error);
    const kind = REFUSALS.includes(failed.error) ? "refused" : "retry";
    return { kind, ...failed, durationMs: durationMs() };
  } finally {
    deadline.clear();
  }
}

/**
 * Whether the attempt speaks against the endpoint, not against this event: no answer, 5xx, 429, 408, or nothing can be
 * delivered there at all. Any other 4xx is an answer to this event, and the next event may get another.
 */
export function blamesEndpoint(result: Attempt): boolean {
  if (result.kind === "refused") return true;
  if (result.kind !== "retry" || result.error === "stopped") return false;
  const { status } = result;
  return status === undefined || status >= 500 || status === 429 || status === 408;
}

async function post(
  { url, headers, secrets, event }: Delivery,
  { dispatcher, startedAt, signal }: { dispatcher: Dispatcher; startedAt: number; signal: AbortSignal },
): Promise<Dispatcher.ResponseData> {
  const { origin, pathname, search } = new URL(url);
  const custom = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return dispatcher.request({
    origin,
    path: pathname + search,
    method: "POST",
    headers: {
      ...Object.fromEntries(custom),
      "content-type": CONTENT_TYPE,
      "user-agent": USER_AGENT,
      ...sign({ id: event.id, body: event.body, secrets, now: startedAt }),
    },
    body: event.body,
    signal,
  });
}

/** `Retry-After` is honoured with every status that may be tried again: who sends it means it. */
function judge(answer: Answer, retryAfterMs: number | undefined) {
  const { status } = answer;
  if (status < 300) return { kind: "delivered" as const, ...answer };
  if (status === 410) return { kind: "gone" as const, ...answer };
  const detail = String(status);
  return status < 400
    ? { kind: "refused" as const, ...failure("redirect", detail), ...answer }
    : { kind: "retry" as const, ...failure("status", detail), ...answer, retryAfterMs };
}

interface Deadline {
  readonly signal: AbortSignal;
  /** A request that still waits for its connection does not heed the signal; this rejects in any case. */
  readonly expired: Promise<never>;
  readonly clear: () => void;
}

function startDeadline(timeoutMs: number): Deadline {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = Object.assign(new Error("the attempt took too long"), { code: "ETIMEDOUT" });
      controller.abort(error);
      reject(error);
    }, timeoutMs);
  });
  return { signal: controller.signal, expired, clear: () => clearTimeout(timer) };
}
