import { z } from "zod";
import { multiplyMoney } from "../../canonical/money.ts";
import type { LineItem } from "../../canonical/order.ts";
import { filled, orAbsent, orNull } from "../../fields.ts";
import { amount, flag, id, idOrNone, listOf, requiredCount, text } from "../../payload.ts";
import { toAmount } from "./values.ts";

/** A line of an order or of a cart: https://docs.ecwid.com/api-reference/rest-api/orders/get-order */
export const lineItem = z.object({
  id: id.optional(),
  productId: idOrNone,
  combinationId: idOrNone,
  categoryId: idOrNone,
  name: text,
  sku: text,
  quantity: requiredCount,
  price: amount,
  tax: amount,
  couponAmount: amount,
  isShippingRequired: flag,
  isGiftCard: flag,
  taxes: listOf(z.object({ name: text, value: amount, total: amount })).catch(undefined),
  selectedOptions: listOf(z.object({ name: text, value: text })).catch(undefined),
});

export function toLineItem(line: z.output<typeof lineItem>, currency: string | undefined): LineItem {
  const unitPrice = toAmount(line.price, currency);
  return {
    id: line.id,
    productId: line.productId,
    variantId: line.combinationId,
    sku: orNull(line.sku),
    title: orAbsent(line.name),
    quantity: line.quantity,
    unitPrice,
    discount: toAmount(line.couponAmount, currency),
    tax: toAmount(line.tax, currency),
    total: unitPrice && line.couponAmount == null ? multiplyMoney(unitPrice, line.quantity) : undefined,
    taxLines: line.taxes?.map((tax) => ({
      title: orAbsent(tax.name),
      amount: toAmount(tax.total, currency),
    })),
    requiresShipping: line.isShippingRequired,
    giftCard: line.isGiftCard,
    attributes: line.selectedOptions?.map(({ name, value }) => ({ name: name ?? "", value: value ?? "" })),
    extra: filled({ categoryId: line.categoryId }),
  };
}
