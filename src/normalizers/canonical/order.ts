import { z } from "zod";
import { address } from "./address.ts";
import {
  attributes,
  currencyCode,
  decimal,
  entityId,
  extra,
  money,
  quantity,
  timestamp,
  weight,
} from "./scalars.ts";

export const taxLine = z.object({
  title: z.string().optional(),
  rate: decimal.optional().describe("0.06 is six per cent."),
  amount: money.optional(),
  compound: z.boolean().optional(),
});

export const discountAllocation = z.object({
  code: z.string().optional(),
  title: z.string().optional(),
  amount: money,
});

export const lineItem = z.object({
  id: entityId.optional(),
  productId: entityId.nullish().describe("null for custom lines and deleted products."),
  variantId: entityId.nullish(),
  sku: z.string().nullish(),
  gtin: z.string().nullish(),
  title: z.string().optional(),
  variantTitle: z.string().nullish(),
  vendor: z.string().nullish(),
  quantity: quantity.describe("As ordered; a fraction where the store sells by weight."),
  currentQuantity: quantity.optional().describe("What is left after edits and refunds."),
  fulfillableQuantity: quantity.optional().describe("What is still to be shipped."),
  fulfilledQuantity: quantity.optional(),
  refundedQuantity: quantity.optional(),
  unitPrice: money
    .optional()
    .describe("Price of one before discounts; taxesIncluded tells whether it holds tax."),
  discount: money.optional().describe("All discounts of the line, those spread from the order included."),
  tax: money.optional(),
  total: money.optional().describe("unitPrice times quantity less discount."),
  taxLines: z.array(taxLine).optional(),
  discounts: z.array(discountAllocation).optional(),
  requiresShipping: z.boolean().optional(),
  taxable: z.boolean().optional(),
  giftCard: z.boolean().optional(),
  weight: weight.optional().describe("Of one piece."),
  fulfillmentStatus: z.string().nullish().describe("The platform's own word."),
  attributes: attributes.optional(),
  extra: extra.optional(),
});
export type LineItem = z.infer<typeof lineItem>;

export const shippingLine = z.object({
  id: entityId.optional(),
  title: z.string().nullish(),
  code: z.string().nullish(),
  carrier: z.string().nullish(),
  price: money.optional(),
  discountedPrice: money.optional(),
  tax: money.optional(),
  taxLines: z.array(taxLine).optional(),
  removed: z.boolean().optional(),
});

export const feeLine = z.object({
  id: entityId.optional(),
  title: z.string().optional(),
  amount: money,
  tax: money.optional(),
  taxLines: z.array(taxLine).optional(),
});

export const discount = z.object({
  code: z.string().optional(),
  title: z.string().optional(),
  type: z.string().optional().describe("The platform's own word."),
  value: decimal.optional().describe("The number behind the type: 15.0 of a percentage."),
  amount: money.optional(),
  tax: money.optional(),
});

export const trackingNumber = z.object({
  number: z.string().optional(),
  url: z.string().optional(),
  carrier: z.string().nullish(),
});

export const orderFulfillment = z.object({
  id: entityId,
  status: z.enum(["pending", "open", "shipped", "delivered", "cancelled", "failed"]).optional(),
  platformStatus: z.string().nullish(),
  createdAt: timestamp.optional(),
  tracking: z.array(trackingNumber).optional(),
  lineItems: z.array(z.object({ lineItemId: entityId.optional(), quantity })).optional(),
});

export const orderRefund = z.object({
  id: entityId,
  createdAt: timestamp.optional(),
  amount: money.optional().describe("Money that went back; absent when the platform does not tell."),
  reason: z.string().nullish(),
});

export const payment = z.object({
  id: entityId,
  kind: z.enum(["authorization", "sale", "capture", "void", "refund", "other"]),
  platformKind: z.string().optional(),
  status: z.enum(["pending", "succeeded", "failed", "unknown"]),
  platformStatus: z.string().optional(),
  amount: money.optional(),
  gateway: z.string().nullish(),
  parentId: entityId.nullish().describe("The payment this one acts on: the authorization of a capture."),
  createdAt: timestamp.optional(),
  processedAt: timestamp.optional(),
  errorCode: z.string().nullish(),
  test: z.boolean().optional(),
});
export type Payment = z.infer<typeof payment>;

export const ORDER_STATUSES = [
  "draft",
  "pending",
  "open",
  "on_hold",
  "completed",
  "cancelled",
  "failed",
  "unknown",
] as const;
export const PAYMENT_STATUSES = [
  "pending",
  "failed",
  "authorized",
  "partially_paid",
  "paid",
  "partially_refunded",
  "refunded",
  "voided",
  "expired",
  "unknown",
] as const;
export const FULFILLMENT_STATUSES = [
  "unfulfilled",
  "partially_fulfilled",
  "fulfilled",
  "delivered",
  "restocked",
  "unknown",
] as const;

export const orderCustomer = z.object({
  id: entityId.nullish().describe("null for a guest."),
  email: z.string().nullish(),
  phone: z.string().nullish(),
  firstName: z.string().nullish(),
  lastName: z.string().nullish(),
  extra: extra.optional(),
});

export const order = z
  .object({
    id: entityId,
    number: z.string().optional().describe("What the buyer reads on the invoice."),
    placedAt: timestamp.optional(),
    updatedAt: timestamp.optional(),
    paidAt: timestamp.nullish(),
    completedAt: timestamp.nullish(),
    closedAt: timestamp.nullish(),
    cancelledAt: timestamp.nullish(),
    cancelReason: z.string().nullish(),
    status: z.enum(ORDER_STATUSES).optional(),
    platformStatus: z.string().nullish().describe("The platform's own word for the status."),
    paymentStatus: z.enum(PAYMENT_STATUSES).optional(),
    platformPaymentStatus: z.string().nullish(),
    fulfillmentStatus: z.enum(FULFILLMENT_STATUSES).optional(),
    platformFulfillmentStatus: z.string().nullish(),
    currency: currencyCode.optional().describe("Currency of all amounts unless one says otherwise."),
    presentmentCurrency: currencyCode.optional().describe("Currency that the buyer saw and paid in."),
    totals: z
      .object({
        subtotal: money.optional().describe("Lines after discounts, as placed."),
        discount: money.optional(),
        shipping: money.optional(),
        fees: money.optional(),
        duties: money.optional(),
        tax: money.optional(),
        tip: money.optional(),
        total: money.optional().describe("As placed."),
        refunded: money.optional(),
        paid: money.optional(),
        outstanding: money.optional(),
        currentSubtotal: money.optional().describe("After edits and refunds."),
        currentDiscount: money.optional(),
        currentShipping: money.optional(),
        currentTax: money.optional(),
        currentTotal: money.optional(),
        presentmentTotal: money.optional().describe("The total in the currency that the buyer saw."),
      })
      .optional(),
    taxesIncluded: z.boolean().optional(),
    taxExempt: z.boolean().optional(),
    taxLines: z.array(taxLine).optional(),
    lineItems: z.array(lineItem).optional(),
    shippingLines: z.array(shippingLine).optional(),
    feeLines: z.array(feeLine).optional(),
    discounts: z.array(discount).optional(),
    customer: orderCustomer.nullish(),
    billingAddress: address.nullish(),
    shippingAddress: address.nullish(),
    email: z.string().nullish(),
    phone: z.string().nullish(),
    note: z.string().nullish(),
    attributes: attributes.optional(),
    tags: z.array(z.string()).optional(),
    locale: z.string().nullish(),
    channel: z.string().nullish().describe("Where it was placed: web, pos, ..., in the platform's own word."),
    paymentMethods: z.array(z.string()).optional(),
    weight: weight.optional(),
    locationId: entityId.nullish(),
    fulfillments: z.array(orderFulfillment).optional(),
    refunds: z.array(orderRefund).optional(),
    payments: z.array(payment).optional(),
    test: z.boolean().optional().describe("true: must not reach accounting or a warehouse."),
    extra: extra.optional(),
  })
  .describe("A sale, from the moment the platform calls it an order.");
export type Order = z.infer<typeof order>;

export const draftOrder = order
  .pick({
    id: true,
    number: true,
    updatedAt: true,
    completedAt: true,
    currency: true,
    totals: true,
    taxesIncluded: true,
    taxExempt: true,
    taxLines: true,
    lineItems: true,
    shippingLines: true,
    discounts: true,
    customer: true,
    billingAddress: true,
    shippingAddress: true,
    email: true,
    note: true,
    attributes: true,
    tags: true,
    extra: true,
  })
  .extend({
    createdAt: timestamp.optional(),
    status: z.enum(["open", "invoice_sent", "completed", "unknown"]).optional(),
    platformStatus: z.string().nullish(),
    orderId: entityId.nullish().describe("The order it became."),
    invoiceUrl: z.string().nullish(),
    invoiceSentAt: timestamp.nullish(),
  })
  .describe("An order that staff prepares and that is not a sale yet.");
export type DraftOrder = z.infer<typeof draftOrder>;
