/** Tokens in a bucket. */
import type { KV } from "nats";
import type { Collection } from "../collection.ts";
import type { Logger } from "../log.ts";
import { openCollection } from "../nats/collection.ts";
import { type Token, tokenRecord } from "./token.ts";

/** Opens the tokens and resolves when all of them have been read. */
export async function openTokens(kv: KV, log: Logger): Promise<Collection<Token>> {
  return openCollection({
    kv,
    record: tokenRecord,
    log,
    onUnreadable: (name) => log.error({ name }, "token record cannot be read"),
  });
}
