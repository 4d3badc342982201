/** An inbox in memory, for tests and for trying a platform adapter without a broker. */
import { decodeWebhooks, encodeWebhooks, type Webhook } from "../../webhook.ts";
import type { Inbox } from "./inbox.ts";

export interface MemoryInbox extends Inbox {
  /** What was stored, in order, as a reader of the stream would get it. */
  readonly stored: () => Webhook[];
}

/** Creates an empty inbox. */
export function createMemoryInbox(): MemoryInbox {
  const messages: Uint8Array[] = [];
  const seen = new Set<string>();
  return {
    refusal: () => undefined,
    append: async (webhook) => {
      const key = `${webhook.store}:${webhook.dedupeKey}`;
      if (seen.has(key)) return { kind: "duplicate" };
      seen.add(key);
      messages.push(encodeWebhooks([webhook]));
      return { kind: "stored" };
    },
    drain: () => Promise.resolve(),
    stored: () => messages.flatMap(decodeWebhooks),
  };
}
