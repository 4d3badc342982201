/** Stock of a catalogue of version 3: one item for each variant and location. */
import { z } from "zod";
import type { Stock } from "../../canonical/product.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { orNull } from "../../fields.ts";
import { count, flag, id, idOrNone, objectOf, text } from "../../payload.ts";
import { type MapContext, type Observation, observed, patched } from "../../platform.ts";
import { type DomainEvent, versionOf } from "./envelope.ts";

const inventoryItem = z.object({
  id,
  updatedDate: text,
  productId: idOrNone,
  variantId: idOrNone,
  locationId: idOrNone,
  quantity: count,
  inStock: flag,
  trackQuantity: flag,
  availabilityStatus: text,
  product: objectOf(z.object({ variantSku: text })),
});
type InventoryItem = z.output<typeof inventoryItem>;

/** The item, or the action that holds it beside the reason of the change. */
export const inventoryPayload = z.preprocess(
  (body) =>
    typeof body === "object" && body !== null && "currentEntity" in body ? body.currentEntity : body,
  inventoryItem,
);

/** An item may be ordered before it is there: it can be sold, but not shipped. */
const STATUS: Readonly<Record<string, NonNullable<Stock["status"]>>> = {
  IN_STOCK: "in_stock",
  OUT_OF_STOCK: "out_of_stock",
  PREORDER: "backorder",
};

export function observeInventory(event: DomainEvent<InventoryItem>, context: MapContext): Observation[] {
  const { body } = event;
  return [
    observed("stock", {
      id: body.id,
      version: versionOf(event, context, body.updatedDate),
      state: {
        inventoryItemId: body.id,
        variantId: body.variantId ?? undefined,
        productId: body.productId ?? undefined,
        sku: orNull(body.product?.variantSku),
        locationId: body.locationId ?? undefined,
        available: body.quantity ?? null,
        status: statusOf(body),
        tracked: body.trackQuantity,
        stocked: true,
        updatedAt: toTimestamp(body.updatedDate),
      },
    }),
  ];
}

function statusOf({ availabilityStatus: word, inStock }: InventoryItem): Stock["status"] {
  if (word && Object.hasOwn(STATUS, word)) return STATUS[word];
  return inStock === undefined ? undefined : stockWord(inStock);
}

export const stockStatusPayload = z.object({ inStock: z.boolean() });

/** The action tells one thing about the item; its other topics tell the rest. */
export function observeStockStatus(
  event: DomainEvent<z.output<typeof stockStatusPayload>>,
  context: MapContext,
): Observation[] {
  if (event.entityId === undefined) return [];
  const version = versionOf(event, context);
  const value = stockWord(event.body.inStock);
  return [patched("stock", { id: event.entityId, version, path: "status", value })];
}

/** The location no longer holds the variant. */
export function observeInventoryDeletion(event: DomainEvent<unknown>, context: MapContext): Observation[] {
  if (event.entityId === undefined) return [];
  const version = versionOf(event, context);
  return [patched("stock", { id: event.entityId, version, path: "stocked", value: false })];
}

export function stockWord(inStock: boolean): NonNullable<Stock["status"]> {
  return inStock ? "in_stock" : "out_of_stock";
}
