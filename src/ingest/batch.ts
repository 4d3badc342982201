/** One request with several webhooks: each becomes a request of its own, its body the text of its part. */
import { decodeWritable, write } from "../normalizers/decode.ts";
import type { Wire } from "../normalizers/wire.ts";
import type { RequestView } from "./request.ts";
import { findPath, readSource } from "./source.ts";

const ITEMS_MAX = 1000;

/** The webhooks of a request; the request itself where it holds no list. Numbers keep their digits. */
export function splitBatch(wire: Wire, request: RequestView): readonly RequestView[] {
  const items = itemsOf(wire, request);
  if (items === undefined || wire.batch === undefined) return [request];
  const written = findPath(decodeWritable(request.body), wire.batch.json);
  if (!Array.isArray(written)) return [request];
  return items.map((item, at) => ({
    ...request,
    body: Buffer.from(write(written[at])),
    payload: () => item,
    spelled: () => item,
  }));
}

/** The shops that a request names: one for each of its webhooks. Decodes no more than it has to. */
export function shopsOf(wire: Wire, request: RequestView): readonly (string | undefined)[] {
  const source = wire.locate.store;
  if (source === undefined) return [];
  const items = itemsOf(wire, request);
  if (items === undefined) return [readSource(source, request)];
  return items.map((item) => readSource(source, request, () => item));
}

/** Undefined where the request is one webhook, or too many to be true. */
function itemsOf({ batch }: Wire, request: RequestView): readonly unknown[] | undefined {
  if (batch === undefined) return undefined;
  const items = findPath(request.payload(), batch.json);
  return Array.isArray(items) && items.length > 0 && items.length <= ITEMS_MAX ? items : undefined;
}
