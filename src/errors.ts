/**
 * Every error that the hub shows to somebody, in one table. `detail` goes to the log only; `publicText` is all that the
 * caller learns. The table in the README is compared with this one by a test.
 */
export const ERRORS = {
  not_found: { status: 404, publicText: "There is nothing here." },
  unauthorized: { status: 401, publicText: "A valid bearer token is needed." },
  forbidden: { status: 403, publicText: "The token may only read." },
  too_many_attempts: { status: 429, publicText: "Too many wrong tokens came from this address." },
  not_verified: { status: 401, publicText: "The request could not be verified." },
  bad_request: { status: 400, publicText: "The request is not understood." },
  empty_body: { status: 400, publicText: "The request has no body." },
  unsupported_encoding: { status: 415, publicText: "The body must be sent without content encoding." },
  too_large: { status: 413, publicText: "The body is too large." },
  too_many_headers: { status: 431, publicText: "The request has too many headers." },
  too_slow: { status: 408, publicText: "The body did not arrive in time." },
  conflict: { status: 409, publicText: "It does not fit what is there." },
  unavailable: { status: 503, publicText: "Nothing was stored; try again later." },
  overloaded: { status: 503, publicText: "Too many requests are waiting; try again later." },
  store_overloaded: {
    status: 429,
    publicText: "Too many requests of this store are waiting; try again later.",
  },
  internal: { status: 500, publicText: "Something went wrong inside the hub." },
} as const satisfies Record<string, { status: number; publicText: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** A broken promise or a refused request, with the code that decides the answer. */
export class HubError extends Error {
  readonly code: ErrorCode;
  /** Told to the caller beside the table's text: which field, which value. Never holds secrets or personal data. */
  readonly explain: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    options: { cause?: unknown; detail?: string; explain?: string; retryAfterSeconds?: number } = {},
  ) {
    super(options.detail ?? options.explain ?? ERRORS[code].publicText, { cause: options.cause });
    this.name = "HubError";
    this.code = code;
    this.explain = options.explain;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The body of an error answer: RFC 9457 problem details. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail?: string;
  readonly requestId: string;
}

/** The problem document of an error; an unknown error says nothing of what it holds. */
export function toProblem(error: unknown, requestId: string): Problem {
  const code = error instanceof HubError ? error.code : "internal";
  const { status, publicText } = ERRORS[code];
  const detail = error instanceof HubError ? error.explain : undefined;
  return { type: "about:blank", title: publicText, status, code, ...(detail ? { detail } : {}), requestId };
}
