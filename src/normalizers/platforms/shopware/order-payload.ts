/** An order as business events carry it and as `POST /api/search/order` gives it. */
import { z } from "zod";
import { count, id, idOrNone, listOf, requiredCount, text } from "../../payload.ts";
import { addressPayload } from "./address.ts";
import { calculatedPrice, float, state, translated } from "./values.ts";

const looseId = idOrNone.catch(undefined);
const named = z.object({ name: text, technicalName: text, translated }).nullish().catch(undefined);
const times = { createdAt: text, updatedAt: text };

const lineItem = z.object({
  id,
  identifier: text,
  productId: looseId,
  parentId: looseId,
  type: text,
  label: text,
  quantity: requiredCount,
  unitPrice: float,
  totalPrice: float,
  price: calculatedPrice,
  payload: z
    .object({ productNumber: text, code: text, manufacturerNumber: text, options: z.unknown().optional() })
    .nullish()
    .catch(undefined),
  ...times,
});
export type LineItemPayload = z.output<typeof lineItem>;

const refund = z.object({
  id,
  reason: text,
  externalReference: text,
  amount: calculatedPrice,
  stateMachineState: state,
  ...times,
});
export type RefundPayload = z.output<typeof refund>;

const transaction = z.object({
  id,
  amount: calculatedPrice,
  stateMachineState: state,
  paymentMethod: named,
  captures: listOf(z.object({ id, refunds: listOf(refund).catch(undefined) })).catch(undefined),
  ...times,
});
export type TransactionPayload = z.output<typeof transaction>;

const delivery = z.object({
  id,
  trackingCodes: listOf(z.string()).catch(undefined),
  stateMachineState: state,
  shippingMethod: named,
  shippingCosts: calculatedPrice,
  shippingOrderAddress: addressPayload,
  positions: listOf(
    z.object({ orderLineItemId: looseId, price: z.object({ quantity: count }).nullish().catch(undefined) }),
  ).catch(undefined),
  ...times,
});
export type DeliveryPayload = z.output<typeof delivery>;

export const orderPayload = z.object({
  id,
  orderNumber: text,
  orderDateTime: text,
  ...times,
  amountTotal: float,
  amountNet: float,
  positionPrice: float,
  shippingTotal: float,
  taxStatus: text,
  price: calculatedPrice,
  currency: z.object({ isoCode: text }).nullish().catch(undefined),
  currencyFactor: float,
  customerComment: text,
  affiliateCode: text,
  campaignCode: text,
  salesChannelId: looseId,
  languageId: looseId,
  billingAddressId: looseId,
  stateMachineState: state,
  orderCustomer: z
    .object({
      customerId: looseId,
      email: text,
      firstName: text,
      lastName: text,
      company: text,
      customerNumber: text,
    })
    .nullish()
    .catch(undefined),
  billingAddress: addressPayload,
  addresses: listOf(z.unknown()).catch(undefined),
  lineItems: listOf(lineItem),
  transactions: listOf(transaction),
  deliveries: listOf(delivery),
});
export type OrderPayload = z.output<typeof orderPayload>;

/** What a read has to bring beside the order itself. */
export const ORDER_ASSOCIATIONS = {
  currency: {},
  stateMachineState: {},
  orderCustomer: {},
  lineItems: {},
  billingAddress: { associations: { country: {}, countryState: {} } },
  transactions: {
    associations: {
      stateMachineState: {},
      paymentMethod: {},
      captures: { associations: { refunds: { associations: { stateMachineState: {} } } } },
    },
  },
  deliveries: {
    associations: {
      stateMachineState: {},
      shippingMethod: {},
      positions: {},
      shippingOrderAddress: { associations: { country: {}, countryState: {} } },
    },
  },
} as const;

/**
 * Whether a business event carries all that a read would bring. Which associations are loaded differs from event to event, and
 * a state replaces what is known.
 */
export function isWhole(order: OrderPayload): boolean {
  const { transactions, deliveries, lineItems, currency, stateMachineState } = order;
  const parts = [...(transactions ?? []), ...(deliveries ?? [])];
  return (
    lineItems !== undefined &&
    transactions !== undefined &&
    deliveries !== undefined &&
    currency?.isoCode != null &&
    stateMachineState?.technicalName != null &&
    order.billingAddress != null &&
    parts.every((part) => part.stateMachineState?.technicalName != null)
  );
}
