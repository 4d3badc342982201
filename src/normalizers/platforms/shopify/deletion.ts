import { z } from "zod";
import { id } from "../../payload.ts";
import { deleted, type MapContext, type Observation } from "../../platform.ts";
import { identified } from "./gid.ts";
import { versionOf } from "./text.ts";

/** `orders/delete`, `products/delete`, `draft_orders/delete` ...: the id and nothing else. */
export const deletedPayload = identified(z.object({ id }));

/** A deletion carries no time of its own. */
export function observeDeletion(
  resource: "order" | "draft_order" | "product" | "customer" | "inventory_item",
) {
  return (payload: z.output<typeof deletedPayload>, context: MapContext): Observation[] => [
    deleted(resource, payload.id, versionOf(context)),
  ];
}
