/** `inventory.count.updated`: counts of several variations, locations and states; only `IN_STOCK` can be sold. */
import { z } from "zod";
import { toTimestamp } from "../../canonical/time.ts";
import { versionFrom } from "../../fields.ts";
import { count, id, idOrNone, text } from "../../payload.ts";
import { type MapContext, type Observation, observed } from "../../platform.ts";
import { envelope } from "./envelope.ts";

/** https://developer.squareup.com/reference/square/objects/InventoryCount; the quantity is a decimal as text. */
export const inventoryPayload = envelope({
  inventory_counts: z.array(
    z.object({
      catalog_object_id: id,
      location_id: idOrNone,
      state: text,
      quantity: count,
      calculated_at: text,
    }),
  ),
});

/** The envelope's `data.id` is of the message, not of anything that is counted. */
export function observeCounts(
  { data }: z.output<typeof inventoryPayload>,
  context: MapContext,
): Observation[] {
  return data.object.inventory_counts
    .filter(({ state }) => state === "IN_STOCK")
    .map(({ catalog_object_id: variantId, location_id: location, quantity, calculated_at }) =>
      observed("stock", {
        id: location ? `${variantId}@${location}` : variantId,
        version: versionFrom(context, calculated_at),
        state: {
          inventoryItemId: variantId,
          variantId,
          locationId: location ?? undefined,
          available: quantity ?? null,
          updatedAt: toTimestamp(calculated_at),
        },
        reference: variantId,
      }),
    );
}
