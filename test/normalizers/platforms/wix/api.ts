/** What Wix's API answers about one order of the samples at each stage of its life. */
import type { LifeStage, SampleOptions } from "../../../../src/normalizers/wire.ts";
import { orderOf } from "../../../../src/normalizers/platforms/wix/samples/order.ts";

/** The answer to a read; undefined where the API has none. */
export function answers(stage: LifeStage, options: SampleOptions): (path: string) => unknown {
  const { id } = options;
  const known: Record<string, unknown> = {
    [`/ecom/v1/orders/${id}`]: { order: orderOf({ ...options, stage }) },
    [`/stores-reader/v1/products/${id}`]: { product: aProductV1(options) },
    [`/stores-reader/v2/inventoryItems/product/${id}/getVariants`]: {
      inventoryItem: anInventoryItem(options),
    },
  };
  return (path) => known[path];
}

function aProductV1({ id, at }: SampleOptions) {
  return {
    id,
    name: "Seesack",
    visible: true,
    lastUpdated: at,
    priceData: { currency: "EUR", price: 62.5, discountedPrice: 58.45 },
  };
}

function anInventoryItem({ id, at }: SampleOptions) {
  return {
    id: `i-${id}`,
    productId: id,
    trackQuantity: true,
    lastUpdated: at,
    variants: [
      { variantId: "v-1", inStock: false, quantity: 0 },
      { variantId: "v-2", inStock: true, quantity: 2 },
    ],
  };
}
