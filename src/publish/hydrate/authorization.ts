/** How requests to one store's API prove who asks: a header that never changes, or a token that is fetched and kept. */
import type { Api } from "../../normalizers/hydration.ts";
import type { ApiFailure } from "./request.ts";
import { fillHeader, type Values } from "./template.ts";
import { createTokens, type TokenDeps } from "./tokens.ts";

export type Authorized =
  | { readonly ok: true; readonly headers: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly failure: ApiFailure };

export interface Authorization {
  /** Throws `SetupProblem` when a setting or credential is missing. */
  readonly headers: () => Promise<Authorized>;
  /** The platform refused these headers. */
  readonly refused: (headers: Readonly<Record<string, string>>) => void;
  /** Whether other headers may come after a refusal. */
  readonly canRenew: boolean;
}

export interface AuthorizationDeps extends TokenDeps {
  /** Settings and credentials as they are now. */
  readonly values: () => Values;
}

export function createAuthorization(api: Api, deps: AuthorizationDeps): Authorization {
  const { auth } = api;
  if (auth.kind === "token") {
    const tokens = createTokens(auth, deps);
    const { prefix = "Bearer " } = auth;
    return {
      headers: async () => {
        const token = await tokens.get();
        return token.ok ? { ok: true, headers: { authorization: `${prefix}${token.value}` } } : token;
      },
      refused: ({ authorization = "" }) => tokens.refused(authorization.slice(prefix.length)),
      canRenew: true,
    };
  }
  const fixed = (): Readonly<Record<string, string>> => {
    const values = deps.values();
    if (auth.kind === "header") return { [auth.name.toLowerCase()]: fillHeader(auth.value, values) };
    const pair = `${fillHeader(auth.user, values)}:${fillHeader(auth.password, values)}`;
    return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
  };
  return { headers: async () => ({ ok: true, headers: fixed() }), refused: () => undefined, canRenew: false };
}
