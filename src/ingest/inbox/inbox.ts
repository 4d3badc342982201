/** Where verified webhooks are stored before the platform gets its answer. */
import type { Webhook } from "../../webhook.ts";
import type { Refusal } from "./room.ts";

export type Appended =
  /** Stored for good: every later step may fail and be repeated. */
  | { readonly kind: "stored" }
  /** Stored before, by an earlier try of the same delivery. */
  | { readonly kind: "duplicate" }
  /** Not known to be stored; the platform has to try again. */
  | { readonly kind: "unavailable"; readonly reason: string }
  /** Not even tried: too many are waiting, in all or of this store. */
  | Refusal;

export interface Inbox {
  /** Why a webhook of the store would be turned away now, asked before any work is done for it. */
  readonly refusal: (store: string) => Refusal | undefined;
  /** Stores a webhook; never throws. Gives up after `waitMs`. */
  readonly append: (webhook: Webhook, waitMs: number) => Promise<Appended>;
  /** Awaits what is being stored. */
  readonly drain: () => Promise<void>;
}
