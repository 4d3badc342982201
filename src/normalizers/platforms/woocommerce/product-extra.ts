import type { Product } from "../../canonical/product.ts";
import type { MapContext } from "../../platform.ts";
import type { ProductPayload } from "./product.ts";
import { looseAmount, toExtra } from "./values.ts";

/** Weight and size come as bare numbers in units that only the shop's settings tell. */
export function toMeasures({ weight, dimensions }: ProductPayload, { options }: MapContext) {
  const value = weight == null ? undefined : looseAmount.parse(weight);
  const size = {
    length: dimensions?.length ?? undefined,
    width: dimensions?.width ?? undefined,
    height: dimensions?.height ?? undefined,
  };
  const isSized = Object.values(size).some((side) => side !== undefined);
  return {
    weight: value != null && options.weightUnit ? { value, unit: options.weightUnit } : undefined,
    dimensions: isSized ? { ...size, unit: options.dimensionUnit } : undefined,
  };
}

/** What has no canonical home, by a declared list. */
export function toProductExtra(body: ProductPayload, context: MapContext): Product["extra"] {
  return toExtra({
    catalogVisibility: body.catalog_visibility,
    featured: body.featured,
    virtual: body.virtual,
    downloadable: body.downloadable,
    purchasable: body.purchasable,
    externalUrl: body.external_url,
    taxStatus: body.tax_status,
    taxClass: body.tax_class,
    backorders: body.backorders,
    lowStockAmount: body.low_stock_amount,
    soldIndividually: body.sold_individually,
    weight: toMeasures(body, context).weight === undefined ? body.weight : undefined,
    shippingClass: body.shipping_class,
    shippingClassId: body.shipping_class_id,
    attributes: body.attributes
      ?.filter(({ name, variation, option }) => name && variation !== true && option == null)
      .map(({ name, options }) => ({ name, values: toTexts(options) })),
    groupedProductIds: body.grouped_products,
    upsellIds: body.upsell_ids,
    crossSellIds: body.cross_sell_ids,
    menuOrder: body.menu_order,
  });
}

/** The plain values of a list that plugins may have put anything in. */
export function toTexts(values: readonly unknown[] | undefined): string[] {
  return (values ?? []).filter((value) => typeof value !== "object").map(String);
}
