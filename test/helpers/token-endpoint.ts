/** Where a platform gives tokens for client credentials, and what its API lets in: the newest token, until it is revoked. */
import type { FakeAnswer, FakeRequest, FakeRoute } from "./fake-api.ts";

export interface TokenEndpoint {
  /** Answers with the next token, or 401 to another body than the one that is expected. */
  readonly route: FakeRoute;
  readonly authorize: (request: FakeRequest) => boolean;
  /** The token that was given last counts no longer. */
  readonly revoke: () => void;
  /** How many were given. */
  readonly given: () => number;
}

export function aTokenEndpoint(
  expected: Readonly<Record<string, string>>,
  { prefix = "Bearer ", lifeSeconds }: { readonly prefix?: string; readonly lifeSeconds: number },
): TokenEndpoint {
  let given = 0;
  let isRevoked = false;
  return {
    route: ({ body }): FakeAnswer => {
      if (body !== JSON.stringify(expected)) return { status: 401, body: { error: "invalid_client" } };
      given += 1;
      isRevoked = false;
      return { body: { access_token: `T-${given}`, expires_in: lifeSeconds } };
    },
    authorize: ({ headers }) => !isRevoked && headers.authorization === `${prefix}T-${given}`,
    revoke: () => {
      isRevoked = true;
    },
    given: () => given,
  };
}
