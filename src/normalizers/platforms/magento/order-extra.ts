/** What an order says beyond the canonical fields, by a declared list. */
import type { Order } from "../../canonical/order.ts";
import type { Currencies } from "./order-lines.ts";
import type { OrderPayload } from "./order.ts";
import { toAmounts, toExtra } from "./values.ts";

export function toOrderExtra(body: OrderPayload, { currency, base }: Currencies): Order["extra"] {
  return toExtra({
    state: body.state,
    storeId: body.store_id,
    storeName: onOneLine(body.store_name),
    quoteId: body.quote_id,
    isVirtual: body.is_virtual,
    customerGroupId: body.customer_group_id,
    customerTaxId: body.customer_taxvat,
    customerIpAddress: body.remote_ip,
    appliedRuleIds: body.applied_rule_ids,
    transactionId: body.payment?.last_trans_id,
    ...toAmounts(
      {
        subtotal: body.subtotal,
        subtotalInclTax: body.subtotal_incl_tax,
        subtotalInvoiced: body.subtotal_invoiced,
        shippingInclTax: body.shipping_incl_tax,
        shippingDiscount: body.shipping_discount_amount,
        shippingRefunded: body.shipping_refunded,
        discountTaxCompensation: body.discount_tax_compensation_amount,
        adjustmentPositive: body.adjustment_positive,
        adjustmentNegative: body.adjustment_negative,
        totalInvoiced: body.total_invoiced,
        totalCanceled: body.total_canceled,
        totalOnlineRefunded: body.total_online_refunded,
        totalOfflineRefunded: body.total_offline_refunded,
        paymentAmountOrdered: body.payment?.amount_ordered,
        paymentAmountPaid: body.payment?.amount_paid,
      },
      currency,
    ),
    ...(base === undefined || base === currency ? {} : toBase(body, base)),
    // Without a currency we know there is no canonical money; what was said stands here.
    platformCurrency: currency === undefined ? body.order_currency_code : undefined,
    platformTotal: currency === undefined ? body.grand_total : undefined,
  });
}

/** The shop keeps its books in the base currency. */
function toBase(body: OrderPayload, base: string): Record<string, unknown> {
  return {
    baseCurrency: base,
    baseToOrderRate: body.base_to_order_rate,
    base: toAmounts(
      {
        subtotal: body.base_subtotal,
        discount: body.base_discount_amount,
        shipping: body.base_shipping_amount,
        tax: body.base_tax_amount,
        total: body.base_grand_total,
        paid: body.base_total_paid,
        refunded: body.base_total_refunded,
        outstanding: body.base_total_due,
      },
      base,
    ),
  };
}

/** Website, store and view stand on lines of their own. */
function onOneLine(name: string | null | undefined): string | undefined {
  return name
    ?.split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" / ");
}
