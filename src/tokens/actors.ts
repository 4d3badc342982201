/** Whose token it is. */
import { timingSafeEqual } from "node:crypto";
import type { Collection } from "../collection.ts";
import { type Actor, BOOTSTRAP, hashToken, type Token } from "./token.ts";

/** Finds the actor of a token's text; undefined when there is none or it has expired at `now`. */
export type FindActor = (text: string, now: number) => Actor | undefined;

/** Knows the tokens of the collection as they are at any moment, and the bootstrap token. */
export function createFindActor(tokens: Collection<Token>, bootstrapToken: string): FindActor {
  const bootstrapHash = hashToken(bootstrapToken);
  let byHash = indexByHash(tokens);
  tokens.onChange(() => {
    byHash = indexByHash(tokens);
  });
  return (text, now) => {
    const hash = hashToken(text);
    // A person may have chosen the bootstrap token, so that a hash that leaks by time could be tried out elsewhere.
    if (timingSafeEqual(Buffer.from(hash), Buffer.from(bootstrapHash)))
      return { name: BOOTSTRAP, scope: "admin" };
    // Here a look-up may take any time: it is by the hash of a random secret, and who learns a part of that has nothing.
    const token = byHash.get(hash);
    if (token === undefined || hasExpired(token, now)) return undefined;
    return { name: token.name, scope: token.scope };
  };
}

function indexByHash(tokens: Collection<Token>): Map<string, Token> {
  return new Map(tokens.list().map((token) => [token.hash, token]));
}

/** An end that cannot be read has passed. */
function hasExpired({ expiresAt }: Token, now: number): boolean {
  return expiresAt !== undefined && !(Date.parse(expiresAt) > now);
}
