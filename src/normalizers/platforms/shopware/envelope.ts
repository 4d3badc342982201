/**
 * The envelope of app webhooks: https://developer.shopware.com/docs/guides/plugins/apps/webhook.html
 * Entity-written events are thin (a list of what was written), business events carry the whole entity.
 */
import { z } from "zod";
import { fromMillis, toVersion } from "../../canonical/time.ts";
import { listOf, text } from "../../payload.ts";
import type { MapContext } from "../../platform.ts";

/** Everything else is a draft, which the admin page makes while somebody edits an order. */
const LIVE_VERSION = "0fa91ce3e96a4bc2be4bd9ce752c3425";
const ID = /^[0-9a-f]{32}$/i;
/** The API gives at most this many of a search. */
const IDS_MAX = 100;

const source = z.object({ url: text, shopId: text, eventId: text }).optional().catch(undefined);
const timestamp = z.number().int().positive().optional().catch(undefined);

const written = z.object({
  entity: text,
  operation: text,
  primaryKey: z.union([z.string(), z.object({ id: z.string(), versionId: text })]),
  updatedFields: listOf(z.string()).catch(undefined),
  versionId: text,
});

/** A list that keeps its keys where the shop filtered it, and is then an object: shopware/shopware WebhookManager. */
export const writtenBody = z.object({ data: z.object({ payload: listOf(written) }), source, timestamp });
export type WrittenBody = z.output<typeof writtenBody>;

/** A business event, or one without any payload. */
export function businessBody<S extends z.ZodType>(payload: S) {
  return z.object({ data: z.object({ payload }), source, timestamp });
}

export const plainBody = z.object({ source, timestamp });

export interface Change {
  readonly id: string;
  readonly isNew: boolean;
  readonly isDeleted: boolean;
}

/** What was written to live versions, one entry for each id; the last operation counts. */
export function changesOf({ data }: WrittenBody): Change[] {
  const changes = new Map<string, Change>();
  for (const { operation, primaryKey, versionId } of data.payload ?? []) {
    const key =
      typeof primaryKey === "string"
        ? { id: primaryKey, versionId }
        : { ...primaryKey, versionId: primaryKey.versionId ?? versionId };
    const isLive = key.versionId == null || key.versionId.toLowerCase() === LIVE_VERSION;
    if (!isLive || !ID.test(key.id)) continue;
    const before = changes.get(key.id);
    const isNew = operation === "insert" || before?.isNew === true;
    changes.set(key.id, { id: key.id, isNew, isDeleted: operation === "delete" });
  }
  return [...changes.values()];
}

/** Lists that one search can answer. */
export function chunksOf(ids: readonly string[]): string[][] {
  const sorted = [...ids].sort();
  return Array.from({ length: Math.ceil(sorted.length / IDS_MAX) }, (_, at) =>
    sorted.slice(at * IDS_MAX, (at + 1) * IDS_MAX),
  );
}

/** The version of what states no change time: when the webhook was sent. */
export function versionOfBody(
  { timestamp: seconds }: z.output<typeof plainBody>,
  { at }: MapContext,
): string {
  const told = seconds !== undefined && seconds < 253_402_300_800 ? fromMillis(seconds * 1000) : at;
  return toVersion(told) ?? toVersion(at) ?? "";
}
