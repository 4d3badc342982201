/** Answers of the Webservice about one order. Secrets (`secure_key`) are not read. */
import { z } from "zod";
import { amount, count, flag, id, idOrNone, listOf, objectOf, requiredCount, text } from "../../payload.ts";
import { addressAnswer, countriesAnswer, regionsAnswer } from "./address.ts";
import { customerAnswer } from "./customer-row.ts";
import { localized, many, one } from "./webservice.ts";

const looseId = idOrNone.catch(undefined);

/** What was bought, as both the order's rows and its details have it. */
const bought = {
  id,
  product_id: idOrNone,
  product_attribute_id: idOrNone,
  product_name: text,
  product_quantity: requiredCount,
  product_reference: text,
  product_ean13: text,
  unit_price_tax_incl: amount,
  unit_price_tax_excl: amount,
};

const orderRow = z.object({
  id,
  reference: text,
  id_cart: looseId,
  id_customer: looseId,
  id_address_delivery: looseId,
  id_address_invoice: looseId,
  id_currency: looseId,
  id_lang: looseId,
  id_shop: looseId,
  id_shop_group: looseId,
  current_state: looseId,
  valid: flag,
  module: text,
  payment: text,
  invoice_number: text,
  invoice_date: text,
  delivery_number: text,
  delivery_date: text,
  date_add: text,
  date_upd: text,
  total_discounts_tax_incl: amount,
  total_discounts_tax_excl: amount,
  total_paid_tax_incl: amount,
  total_paid_tax_excl: amount,
  total_products: amount,
  total_products_wt: amount,
  total_shipping_tax_incl: amount,
  total_shipping_tax_excl: amount,
  total_wrapping_tax_incl: amount,
  total_wrapping_tax_excl: amount,
  conversion_rate: amount,
  gift: flag,
  gift_message: text,
  note: text,
  associations: objectOf(z.object({ order_rows: listOf(z.object(bought)) })),
});
export type OrderRow = z.output<typeof orderRow>;

/** `product_price` is the catalogue's and not read: what was paid stands in `unit_price_*`. */
const detailRow = z.object({
  ...bought,
  product_quantity_refunded: count,
  product_quantity_return: count,
  product_supplier_reference: text,
  product_upc: text,
  product_weight: amount,
  id_customization: looseId,
  original_product_price: amount,
  total_price_tax_incl: amount,
  total_price_tax_excl: amount,
});
export type DetailRow = z.output<typeof detailRow>;

const slipRow = z.object({
  id,
  amount,
  total_products_tax_incl: amount,
  total_shipping_tax_incl: amount,
  date_add: text,
  date_upd: text,
  associations: objectOf(
    z.object({
      order_slip_details: listOf(
        z.object({
          id: looseId,
          id_order_detail: looseId,
          product_quantity: requiredCount,
          amount_tax_excl: amount,
          amount_tax_incl: amount,
        }),
      ),
    }),
  ),
});
export type SlipRow = z.output<typeof slipRow>;

const carrierRow = z.object({
  id,
  id_carrier: looseId,
  tracking_number: text,
  weight: amount,
  date_add: text,
});
export type CarrierRow = z.output<typeof carrierRow>;

const paymentRow = z.object({
  id,
  id_currency: looseId,
  amount,
  payment_method: text,
  transaction_id: text,
  date_add: text,
});
export type PaymentRow = z.output<typeof paymentRow>;

export const orderAnswer = one("order", "orders", orderRow);
export const slipAnswer = one("order_slip", "order_slips", z.object({ id_order: id }));
export const orderCarrierAnswer = one("order_carrier", "order_carriers", z.object({ id_order: id }));
export const orderCarriersAnswer = many("order_carriers", carrierRow);

export const orderAnswers = z.object({
  order: orderAnswer,
  details: many("order_details", detailRow),
  histories: many("order_histories", z.object({ id, id_order_state: looseId, date_add: text })),
  shipments: orderCarriersAnswer,
  payments: many("order_payments", paymentRow),
  slips: many("order_slips", slipRow),
  orderStates: many(
    "order_states",
    z.object({
      id,
      name: localized,
      paid: flag,
      shipped: flag,
      delivery: flag,
      logable: flag,
      invoice: flag,
    }),
  ),
  customer: customerAnswer.optional(),
  deliveryAddress: addressAnswer.optional(),
  invoiceAddress: addressAnswer.optional(),
  currency: one("currency", "currencies", z.object({ iso_code: text })).optional(),
  countries: countriesAnswer.optional(),
  regions: regionsAnswer.optional(),
  carriers: many("carriers", z.object({ id, name: text, url: text })).optional(),
});
export type OrderAnswers = z.output<typeof orderAnswers>;
