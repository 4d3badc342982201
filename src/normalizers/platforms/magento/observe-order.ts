import { type Observation, observed, patched } from "../../platform.ts";
import { isWholeOrder, type OrderPayload, statusesOf, toOrder } from "./order.ts";
import { bornAt, type Seen, versionOf } from "./values.ts";

/** The state of an order that was sent or read whole. */
export function observeOrder(body: OrderPayload, seen: Seen): Observation[] {
  return [
    observed("order", {
      id: body.entity_id,
      version: versionOf(body, seen),
      state: toOrder(body, seen),
      bornAt: bornAt(body),
      ...(seen.isNew === undefined ? {} : { isNew: seen.isNew }),
      ...(seen.news === undefined ? {} : { news: seen.news }),
    }),
  ];
}

/** Of an order that was sent with a list of chosen fields: all of it where they are enough, else what they say for sure. */
export function observeSomeOrder(body: OrderPayload, seen: Seen): Observation[] {
  if (isWholeOrder(body)) return observeOrder(body, seen);
  const entity = { id: body.entity_id, version: versionOf(body, seen) };
  const known = { number: body.increment_id, ...statusesOf(body) };
  return (["number", "platformStatus", "status", "paymentStatus", "fulfillmentStatus"] as const).flatMap(
    (path) => (known[path] == null ? [] : [patched("order", { ...entity, path, value: known[path] })]),
  );
}
