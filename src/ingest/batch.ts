/** One request with several webhooks: each becomes a request of its own, its body the text of its part. */
import { parse, stringify } from "lossless-json";
import type { Wire } from "../normalizers/platform.ts";
import type { RequestView } from "./request.ts";
import { findPath } from "./source.ts";

const ITEMS_MAX = 1000;

/** The webhooks of a request; the request itself where it holds no list. Numbers keep their digits. */
export function splitBatch({ batch }: Wire, request: RequestView): readonly RequestView[] {
  if (batch === undefined) return [request];
  const items = findPath(request.payload(), batch.json);
  if (!Array.isArray(items) || items.length === 0 || items.length > ITEMS_MAX) return [request];
  // The same text was decoded before, so it is JSON and no deeper than the decoder allows.
  const spelled = findPath(parse(Buffer.from(request.body).toString("utf8")), batch.json);
  if (!Array.isArray(spelled)) return [request];
  return items.map((item: unknown, at) => ({
    ...request,
    body: Buffer.from(stringify(spelled[at]) ?? "null"),
    payload: () => item,
    spelled: () => item,
  }));
}
