/** Why an attempt did not deliver: a closed list, fit for metric labels. */
import { EgressRefused } from "../../egress/egress.ts";
import { SecretError } from "./sign.ts";

const DETAIL_LENGTH_MAX = 200;

export const ATTEMPT_ERRORS = {
  timeout: "There was no answer in time.",
  dns: "The name of the endpoint was not resolved.",
  connect: "There was no connection to the endpoint.",
  reset: "The connection ended before the answer.",
  tls: "There was no secure connection to the endpoint.",
  protocol: "The answer is not proper HTTP.",
  status: "The endpoint did not take the event.",
  redirect: "The endpoint redirects, and redirects are not followed.",
  egress: "The endpoint's address is not permitted.",
  /** URL, headers or secrets are wrong although they were checked. */
  request: "The request could not be made.",
  /** Not the endpoint's doing. */
  stopped: "The hub stopped in the middle of the attempt.",
  unknown: "The attempt failed for a reason that the hub does not know.",
} as const satisfies Record<string, string>;

export type AttemptError = keyof typeof ATTEMPT_ERRORS;

/** Codes of Node, OpenSSL and undici; the first that fits counts. */
const CODES: readonly (readonly [AttemptError, RegExp])[] = [
  ["dns", /^(ENOTFOUND|ENODATA|ESERVFAIL|EAI_\w+|ERR_INVALID_IP_ADDRESS)$/],
  ["timeout", /^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/],
  [
    "connect",
    /^(ECONNREFUSED|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|EACCES|EPERM|EINVAL)$/,
  ],
  ["reset", /^(ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET)$/],
  ["tls", /^(EPROTO$|ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_|HOSTNAME_)/],
  ["protocol", /^(HPE_\w+|HTTPParserError|UND_ERR_HEADERS_OVERFLOW)$/],
  ["request", /^(UND_ERR_INVALID_ARG|UND_ERR_NOT_SUPPORTED|ERR_INVALID_URL)$/],
  ["stopped", /^(UND_ERR_DESTROYED|UND_ERR_CLOSED)$/],
];

export interface Failure {
  readonly error: AttemptError;
  /** For the record: the text of the list and what is known beneath. Holds no secrets. */
  readonly reason: string;
}

/** What a thrown error says about an attempt. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof EgressRefused) return failure("egress", thrown.addressClass);
  if (thrown instanceof SecretError) return failure("request", thrown.message);
  const code = codeOf(thrown);
  const [error] = CODES.find(([, pattern]) => pattern.test(code)) ?? [];
  return error === undefined
    ? failure("unknown", String(thrown).slice(0, DETAIL_LENGTH_MAX))
    : failure(error, code);
}

/** Not all of undici's errors have a code; those have a name. */
function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return "";
  return "code" in thrown && typeof thrown.code === "string" ? thrown.code : thrown.name;
}

export function failure(error: AttemptError, detail?: string): Failure {
  const text = ATTEMPT_ERRORS[error];
  return { error, reason: detail === undefined ? text : `${text.slice(0, -1)} (${detail}).` };
}
