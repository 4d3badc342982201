/** Answers of the Webservice about one product. */
import { z } from "zod";
import { amount, count, flag, id, idOrNone, listOf, objectOf, text } from "../../payload.ts";
import { localized, many, one } from "./webservice.ts";

const looseId = idOrNone.catch(undefined);
const numbered = listOf(z.object({ id: looseId })).catch(undefined);

const productRow = z.object({
  id,
  reference: text,
  ean13: text,
  upc: text,
  price: amount,
  wholesale_price: amount,
  id_tax_rules_group: looseId,
  id_manufacturer: looseId,
  manufacturer_name: text,
  id_default_image: looseId,
  active: flag,
  /** 0: a row that the page made and nobody saved. */
  state: flag,
  available_for_order: flag,
  visibility: text,
  condition: text,
  type: text,
  product_type: text,
  weight: amount,
  width: amount,
  height: amount,
  depth: amount,
  minimal_quantity: count,
  on_sale: flag,
  date_add: text,
  date_upd: text,
  name: localized,
  link_rewrite: localized,
  description: localized,
  description_short: localized,
  associations: objectOf(z.object({ categories: numbered, images: numbered })).catch(undefined),
});
export type ProductRow = z.output<typeof productRow>;

/** `price` is an impact on the product's price, and so is `weight`. */
const combinationRow = z.object({
  id,
  id_product: idOrNone,
  reference: text,
  ean13: text,
  upc: text,
  price: amount,
  weight: amount,
  default_on: flag,
  associations: objectOf(z.object({ product_option_values: numbered, images: numbered })).catch(undefined),
});
export type CombinationRow = z.output<typeof combinationRow>;

const stockRow = z.object({
  id,
  id_product: idOrNone,
  id_product_attribute: idOrNone,
  id_shop: idOrNone,
  id_shop_group: idOrNone,
  quantity: count,
  out_of_stock: text,
});
export type StockRow = z.output<typeof stockRow>;

/** A reduction; 0 in `id_*` means all. Field names: PrestaShop classes/SpecificPrice.php */
const specificPriceRow = z.object({
  id,
  id_product_attribute: looseId,
  id_shop: looseId,
  id_cart: looseId,
  id_currency: looseId,
  id_country: looseId,
  id_group: looseId,
  id_customer: looseId,
  price: amount,
  from_quantity: count,
  reduction: amount,
  reduction_tax: flag,
  reduction_type: text,
  from: text,
  to: text,
});
export type SpecificPriceRow = z.output<typeof specificPriceRow>;

export const combinationAnswer = one("combination", "combinations", z.object({ id_product: idOrNone }));
export const combinationsAnswer = many("combinations", combinationRow);
export const optionValuesAnswer = many(
  "product_option_values",
  z.object({ id, id_attribute_group: looseId, name: localized }),
);

export const productAnswers = z.object({
  product: one("product", "products", productRow),
  combinations: combinationsAnswer,
  stocks: many("stock_availables", stockRow),
  specificPrices: many("specific_prices", specificPriceRow),
  optionValues: optionValuesAnswer.optional(),
  options: many("product_options", z.object({ id, name: localized, public_name: localized })).optional(),
});
export type ProductAnswers = z.output<typeof productAnswers>;
