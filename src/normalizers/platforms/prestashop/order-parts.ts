/** Payments, credit slips and shipments of an order. */
import { normalizeDecimal, sumMoney, toMoney } from "../../canonical/money.ts";
import type { Order, Payment } from "../../canonical/order.ts";
import type { Fulfillment, Refund } from "../../canonical/shipping.ts";
import { encodeValue } from "../../hydration.ts";
import type { Shop } from "./envelope.ts";
import type { CarrierRow, OrderAnswers, PaymentRow, SlipRow } from "./order-answers.ts";
import { blankToNull, toExtra, toMoment } from "./webservice.ts";

/** What the parts are read with. */
export interface Frame {
  readonly shop: Shop;
  readonly currency: string | undefined;
  readonly orderId: string;
}

/** Only money that came: PrestaShop writes no row for an attempt. */
export function toPayment(
  row: PaymentRow,
  order: Pick<OrderAnswers["order"], "id_currency">,
  { shop, currency }: Frame,
): Payment {
  const isSameCurrency = row.id_currency == null || row.id_currency === order.id_currency;
  const at = toMoment(row.date_add, shop);
  return {
    id: row.id,
    kind: "sale",
    status: "succeeded",
    amount: isSameCurrency ? toMoney(row.amount, currency) : undefined,
    gateway: blankToNull(row.payment_method),
    createdAt: at,
    processedAt: at,
  };
}

/** A credit slip. It tells what was given back, as money or as a voucher. */
export function toRefund(row: SlipRow, { shop, currency, orderId }: Frame): Refund {
  return {
    id: row.id,
    orderId,
    createdAt: toMoment(row.date_add, shop),
    amount: slipAmount(row, currency),
    shipping: toMoney(row.total_shipping_tax_incl, currency),
    lineItems: row.associations?.order_slip_details?.map((line) => ({
      lineItemId: line.id_order_detail ?? undefined,
      quantity: line.product_quantity,
      subtotal: toMoney(line.amount_tax_incl, currency),
    })),
  };
}

/** Goods and shipping with tax; old rows have only `amount`, which leaves shipping out. */
function slipAmount(row: SlipRow, currency: string | undefined): Refund["amount"] {
  const parts = [row.total_products_tax_incl, row.total_shipping_tax_incl].map((part) =>
    toMoney(part, currency),
  );
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? toMoney(row.amount, currency) : sumMoney(known);
}

export interface Shipping {
  readonly carriers: OrderAnswers["carriers"];
  readonly fulfillmentStatus: Order["fulfillmentStatus"];
  readonly platformStatus: string | undefined;
  readonly destination: Order["shippingAddress"];
  readonly lineItems: Order["lineItems"];
}

/** The row exists from the order's beginning; it is a shipment when it was sent or has a tracking number. */
export function isShipment(
  row: CarrierRow,
  { fulfillmentStatus }: Pick<Shipping, "fulfillmentStatus">,
): boolean {
  return fulfillmentStatus !== "unfulfilled" || blankToNull(row.tracking_number) != null;
}

export function toFulfillment(row: CarrierRow, shipping: Shipping, { shop, orderId }: Frame): Fulfillment {
  const carrier = shipping.carriers?.find(({ id }) => id === row.id_carrier);
  const name = blankToNull(carrier?.name);
  const number = blankToNull(row.tracking_number) ?? undefined;
  // `@` stands for the number in a carrier's address: PrestaShop classes/order/OrderCarrier.php
  const url = number === undefined ? undefined : blankToNull(carrier?.url)?.replace("@", encodeValue(number));
  const weight = row.weight == null ? undefined : normalizeDecimal(row.weight);
  return {
    id: row.id,
    orderId,
    status: toShipmentStatus(shipping.fulfillmentStatus),
    platformStatus: shipping.platformStatus,
    createdAt: toMoment(row.date_add, shop),
    carrier: name,
    tracking: number === undefined ? [] : [{ number, url, carrier: name }],
    destination: shipping.destination,
    lineItems: shipping.lineItems?.map(({ id, productId, variantId, sku, title, quantity }) => ({
      lineItemId: id,
      productId,
      variantId,
      sku,
      title,
      quantity,
    })),
    extra: toExtra({ carrierId: row.id_carrier, weight: weight === "0" ? undefined : weight }),
  };
}

function toShipmentStatus(status: Order["fulfillmentStatus"]): NonNullable<Fulfillment["status"]> {
  if (status === "delivered") return "delivered";
  return status === "fulfilled" ? "shipped" : "pending";
}
