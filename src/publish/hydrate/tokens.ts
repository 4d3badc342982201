/**
 * Tokens that are fetched with a store's credentials and kept for as long as they live. One fetch serves all that wait.
 *
 * A refresh token that may be used once is replaced in the store's record together with the token, before the token is
 * used. Of several processes the one whose change of the record comes first decides: the others find that the credential
 * is no longer the one they used, and take what stands there.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Api } from "../../normalizers/hydration.ts";
import type { ApiAnswer, ApiFailure, ApiRequest } from "./request.ts";
import { fill, type Values } from "./template.ts";

type TokenAuth = Extract<Api["auth"], { kind: "token" }>;

export type Token =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly failure: ApiFailure };

export interface TokenDeps {
  readonly values: () => Values;
  /** Where the token is fetched; throws `SetupProblem`. */
  readonly tokenUrl: (url: string) => URL;
  readonly request: (request: ApiRequest) => Promise<ApiAnswer>;
  /**
   * Changes the credentials in the store's record and resolves with those that stand there then; undefined when there is no
   * such store. `change` sees the newest ones and is repeated when another process was faster.
   */
  readonly changeCredentials: (change: (credentials: Values) => Values) => Promise<Values | undefined>;
  readonly now: () => number;
}

export interface Tokens {
  readonly get: () => Promise<Token>;
  /** The platform does not take this token; it is not given again. */
  readonly refused: (token: string) => void;
}

interface Kept {
  readonly value: string;
  readonly expiresAt: number;
  /** What it was fetched with. */
  readonly basis: string;
}

/** Stand among the credentials of a store whose refresh token may be used once. */
const TOKEN = "_token";
const EXPIRES_AT = "_tokenExpiresAt";
/** A token is not used in the last part of its life: clocks differ, and a request takes time. */
const MARGIN = 0.1;
const MARGIN_MS_MAX = 60_000;
const TRIES_MAX = 4;
const TRY_AGAIN_MS = 250;

export function createTokens(auth: TokenAuth, deps: TokenDeps): Tokens {
  let kept: Kept | undefined;
  let useless: string | undefined;
  let pending: Promise<Token> | undefined;

  const current = (values: Values): string | undefined => {
    const known = auth.refresh === undefined ? kept : storedToken(values);
    if (known === undefined || known.value === useless || known.expiresAt <= deps.now()) return undefined;
    return auth.refresh !== undefined || known.basis === basisOf(auth, values) ? known.value : undefined;
  };
  const fetchToken = async (): Promise<Token> => {
    const values = deps.values();
    const answer = await ask(auth, values, deps);
    if (!answer.ok) return answer;
    if (auth.refresh !== undefined) return { ok: true, value: answer.token.value };
    kept = answer.token;
    return { ok: true, value: kept.value };
  };
  return {
    get: async () => {
      const known = current(deps.values());
      if (known !== undefined) return { ok: true, value: known };
      pending ??= (
        auth.refresh === undefined ? fetchToken() : refresh(auth, auth.refresh, deps, () => useless)
      )
        .then((token) => {
          if (token.ok) useless = undefined;
          return token;
        })
        .finally(() => {
          pending = undefined;
        });
      return pending;
    },
    refused: (token) => {
      useless = token;
    },
  };
}

type Refresh = NonNullable<TokenAuth["refresh"]>;

/** Uses the refresh token; when another process has used it before, takes what that one has stored. */
async function refresh(
  auth: TokenAuth,
  { credential }: Refresh,
  deps: TokenDeps,
  useless: () => string | undefined,
): Promise<Token> {
  let values = deps.values();
  for (let tries = 1; ; tries += 1) {
    const used = values[credential];
    const answer = await ask(auth, values, deps);
    if (answer.ok) {
      const { token, next } = answer;
      const stored = await deps.changeCredentials((current) =>
        current[credential] === used
          ? {
              ...current,
              [credential]: next ?? used ?? "",
              [TOKEN]: token.value,
              [EXPIRES_AT]: String(token.expiresAt),
            }
          : current,
      );
      return { ok: true, value: stored?.[TOKEN] ?? token.value };
    }
    if (answer.failure.kind !== "unauthorized" || tries === TRIES_MAX) return answer;
    // Whoever used it first may not have written down yet what came of it.
    await sleep(TRY_AGAIN_MS * (tries - 1));
    const newest = await deps.changeCredentials((current) => current);
    if (newest === undefined) return answer;
    const known = storedToken(newest);
    const isOfUse = known !== undefined && known.value !== useless() && known.expiresAt > deps.now();
    if (isOfUse && newest[credential] !== used) return { ok: true, value: known.value };
    values = { ...values, ...newest };
  }
}

type Asked =
  | { readonly ok: true; readonly token: Kept; readonly next: string | undefined }
  | { readonly ok: false; readonly failure: ApiFailure };

async function ask(auth: TokenAuth, values: Values, deps: TokenDeps): Promise<Asked> {
  const body = bodyOf(auth, values);
  const isForm = auth.encoding === "form";
  const answer = await deps.request({
    url: deps.tokenUrl(auth.url),
    method: "POST",
    headers: { "content-type": isForm ? "application/x-www-form-urlencoded" : "application/json" },
    body: isForm ? new URLSearchParams(body).toString() : JSON.stringify(body),
  });
  if (!answer.ok) return { ok: false, failure: asTokenFailure(answer.failure) };
  const fields = z.record(z.string(), z.unknown()).safeParse(answer.value);
  const value = fields.data?.[auth.tokenField ?? "access_token"];
  if (typeof value !== "string" || !/^[\x21-\x7e]+$/.test(value)) {
    return { ok: false, failure: { kind: "unauthorized", reason: "token: the answer holds none" } };
  }
  const life = Number(auth.lifeField === undefined ? Number.NaN : fields.data?.[auth.lifeField]);
  const lifeMs = (Number.isFinite(life) && life > 0 ? life : auth.lifeSeconds) * 1000;
  const next = auth.refresh === undefined ? undefined : fields.data?.[auth.refresh.field];
  return {
    ok: true,
    token: {
      value,
      expiresAt: deps.now() + lifeMs - Math.min(MARGIN_MS_MAX, lifeMs * MARGIN),
      basis: basisOf(auth, values),
    },
    next: typeof next === "string" ? next : undefined,
  };
}

/** Whatever a token's address answers with 4xx, the credentials do not do; OAuth says so with 400. */
function asTokenFailure({ kind, reason, retryAfterMs }: ApiFailure): ApiFailure {
  const isRefused = kind === "refused" || kind === "gone";
  return { kind: isRefused ? "unauthorized" : kind, reason: `token: ${reason}`, retryAfterMs };
}

function storedToken(values: Values): Kept | undefined {
  const value = values[TOKEN];
  return value === undefined ? undefined : { value, expiresAt: Number(values[EXPIRES_AT]), basis: "" };
}

function bodyOf(auth: TokenAuth, values: Values): Record<string, string> {
  return Object.fromEntries(Object.entries(auth.body).map(([name, text]) => [name, fill(text, values)]));
}

function basisOf(auth: TokenAuth, values: Values): string {
  return JSON.stringify(bodyOf(auth, values));
}
