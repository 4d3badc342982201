/** Lines, shipping and fees of an order: https://developer.bigcommerce.com/docs/rest-management/orders/order-products */
import { z } from "zod";
import { addDecimals, negateMoney, sumMoney, toMoney } from "../../canonical/money.ts";
import type { Order } from "../../canonical/order.ts";
import type { Money } from "../../canonical/scalars.ts";
import { filled, orAbsent, orNull } from "../../fields.ts";
import { amount, count, id, idOrNone, listOf, requiredCount, text } from "../../payload.ts";
import { pagesOf } from "./values.ts";

/** How the shop shows its prices, and in which currency. */
export interface Basis {
  readonly currency: string | undefined;
  readonly isTaxIncluded: boolean;
}

const lineAnswer = z.object({
  id,
  product_id: idOrNone,
  variant_id: idOrNone,
  order_address_id: idOrNone,
  name: text,
  sku: text,
  upc: text,
  brand: text,
  type: text,
  price_ex_tax: amount,
  price_inc_tax: amount,
  total_ex_tax: amount,
  total_inc_tax: amount,
  total_tax: amount,
  quantity: requiredCount,
  quantity_shipped: count,
  quantity_refunded: count,
  refund_amount: amount,
  is_bundled_product: z.unknown().optional(),
  parent_order_product_id: idOrNone,
  wrapping_name: text,
  wrapping_message: text,
  wrapping_cost_inc_tax: amount,
  wrapping_cost_ex_tax: amount,
  event_name: text,
  event_date: text,
  external_id: text,
  bin_picking_number: text,
  applied_discounts: listOf(z.object({ id: text, amount, name: text, code: text, target: text })),
  product_options: listOf(z.object({ display_name: text, display_value: text })),
});
export const linesAnswer = pagesOf(lineAnswer);
type Line = z.output<typeof lineAnswer>;

/** An amount that is written with and without tax, in the shop's own way to show it. */
export function pick(
  { isTaxIncluded, currency }: Basis,
  incTax: string | null | undefined,
  exTax: string | null | undefined,
): Money | undefined {
  return toMoney(isTaxIncluded ? incTax : exTax, currency);
}

export function toLineItems(lines: readonly Line[], basis: Basis): Order["lineItems"] {
  return lines.map((line) => toLineItem(line, basis));
}

function toLineItem(line: Line, basis: Basis): NonNullable<Order["lineItems"]>[number] {
  const discounts = (line.applied_discounts ?? []).flatMap((discount) => {
    const money = toMoney(discount.amount, basis.currency);
    return money ? [{ code: orAbsent(discount.code), title: orAbsent(discount.name), amount: money }] : [];
  });
  const discount = sumMoney(discounts.map((each) => each.amount));
  const before = pick(basis, line.total_inc_tax, line.total_ex_tax);
  return {
    id: line.id,
    productId: line.product_id,
    variantId: line.variant_id,
    sku: orNull(line.sku),
    gtin: orNull(line.upc),
    title: line.name ?? undefined,
    vendor: orNull(line.brand),
    quantity: line.quantity,
    fulfilledQuantity: line.quantity_shipped ?? undefined,
    refundedQuantity: line.quantity_refunded ?? undefined,
    unitPrice: pick(basis, line.price_inc_tax, line.price_ex_tax),
    discount,
    tax: toMoney(line.total_tax, basis.currency),
    total: before && discount ? sumMoney([before, negateMoney(discount)]) : before,
    discounts: discounts.length === 0 ? undefined : discounts,
    requiresShipping: line.type === "physical" ? true : line.type === "digital" ? false : undefined,
    giftCard: line.type === "giftcertificate" ? true : undefined,
    attributes: line.product_options?.map(({ display_name, display_value }) => ({
      name: display_name ?? "",
      value: display_value ?? "",
    })),
    extra: filled({
      type: line.type,
      orderAddressId: line.order_address_id,
      parentOrderProductId: line.parent_order_product_id,
      refundAmount: positive(toMoney(line.refund_amount, basis.currency)),
      wrappingName: line.wrapping_name,
      wrappingMessage: line.wrapping_message,
      wrappingCost: positive(pick(basis, line.wrapping_cost_inc_tax, line.wrapping_cost_ex_tax)),
      eventName: line.event_name,
      eventDate: line.event_date,
      externalId: line.external_id,
      binPickingNumber: line.bin_picking_number,
    }),
  };
}

export const feesAnswer = listOf(
  z.object({
    id,
    type: text,
    display_name_customer: text,
    cost_ex_tax: amount,
    // The reference spells it both ways: https://developer.bigcommerce.com/docs/rest-management/orders#get-an-order
    cost_exc_tax: amount,
    cost_inc_tax: amount,
    cost_tax: amount,
  }),
).catch(undefined);

export function toFeeLines(fees: z.output<typeof feesAnswer>, basis: Basis): Order["feeLines"] {
  return fees?.flatMap((fee) => {
    const cost = pick(basis, fee.cost_inc_tax, fee.cost_ex_tax ?? fee.cost_exc_tax);
    const title = orAbsent(fee.display_name_customer) ?? orAbsent(fee.type);
    return cost === undefined
      ? []
      : [{ id: fee.id, title, amount: cost, tax: toMoney(fee.cost_tax, basis.currency) }];
  });
}

/** Exact a - b - c ...; what is absent counts as nothing. */
export function less(from: string, ...amounts: readonly (string | null | undefined)[]): string {
  return amounts.reduce<string>(
    (left, each) => (each ? addDecimals(left, each.startsWith("-") ? each.slice(1) : `-${each}`) : left),
    from,
  );
}

/** Zero tells nothing in a list of what is special about a line. */
function positive(money: Money | undefined): Money | undefined {
  return money !== undefined && /[1-9]/.test(money.amount) ? money : undefined;
}
