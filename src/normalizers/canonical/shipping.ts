import { z } from "zod";
import { address } from "./address.ts";
import { orderFulfillment, trackingNumber } from "./order.ts";
import { entityId, extra, money, quantity, timestamp } from "./scalars.ts";

export const fulfillment = z
  .object({
    id: entityId,
    orderId: entityId,
    name: z.string().nullish(),
    status: orderFulfillment.shape.status,
    platformStatus: z.string().nullish(),
    shipmentStatus: z
      .enum([
        "label_created",
        "confirmed",
        "ready_for_pickup",
        "in_transit",
        "out_for_delivery",
        "attempted_delivery",
        "delivered",
        "failed",
        "unknown",
      ])
      .nullish()
      .describe("What the carrier says."),
    platformShipmentStatus: z.string().nullish(),
    createdAt: timestamp.optional(),
    updatedAt: timestamp.optional(),
    carrier: z.string().nullish(),
    tracking: z.array(trackingNumber).optional(),
    service: z.string().nullish(),
    locationId: entityId.nullish(),
    destination: address.nullish(),
    email: z.string().nullish(),
    lineItems: z
      .array(
        z.object({
          lineItemId: entityId.optional(),
          productId: entityId.nullish(),
          variantId: entityId.nullish(),
          sku: z.string().nullish(),
          title: z.string().optional(),
          quantity: quantity.describe("The part that is in this shipment."),
        }),
      )
      .optional(),
    extra: extra.optional(),
  })
  .describe("A shipment of all or part of an order.");
export type Fulfillment = z.infer<typeof fulfillment>;

export const refund = z
  .object({
    id: entityId,
    orderId: entityId,
    createdAt: timestamp.optional(),
    processedAt: timestamp.optional(),
    amount: money
      .optional()
      .describe(
        "Money that went back to the buyer, in the currency it was paid in. Zero for a refund that only restocks.",
      ),
    reason: z.string().nullish(),
    restock: z.boolean().optional(),
    lineItems: z
      .array(
        z.object({
          id: entityId.optional(),
          lineItemId: entityId.optional(),
          sku: z.string().nullish(),
          title: z.string().optional(),
          quantity,
          restockType: z.string().optional(),
          locationId: entityId.nullish(),
          subtotal: money.optional(),
          tax: money.optional(),
        }),
      )
      .optional(),
    shipping: money.optional().describe("Shipping cost that was given back."),
    adjustments: z
      .array(
        z.object({
          id: entityId.optional(),
          kind: z.string().optional(),
          reason: z.string().nullish(),
          amount: money.optional().describe("Negative: money to the buyer."),
          tax: money.optional(),
        }),
      )
      .optional(),
    payments: z
      .array(
        z.object({
          id: entityId.optional(),
          status: z.enum(["pending", "succeeded", "failed", "unknown"]),
          amount: money.optional(),
          gateway: z.string().nullish(),
          parentId: entityId.nullish(),
        }),
      )
      .optional(),
    extra: extra.optional(),
  })
  .describe("Money or goods, or both, going back.");
export type Refund = z.infer<typeof refund>;

export const orderReturn = z
  .object({
    id: entityId,
    orderId: entityId.nullish(),
    name: z.string().nullish(),
    status: z.enum(["requested", "open", "declined", "cancelled", "closed", "unknown"]).optional(),
    platformStatus: z.string().nullish(),
    createdAt: timestamp.optional(),
    closedAt: timestamp.nullish(),
    declineReason: z.string().nullish(),
    lineItems: z
      .array(
        z.object({
          id: entityId.optional(),
          lineItemId: entityId.optional(),
          quantity: quantity.optional(),
          reason: z.string().nullish(),
          note: z.string().nullish(),
        }),
      )
      .optional(),
    extra: extra.optional(),
  })
  .describe("Goods that the buyer wants to send back.");
export type OrderReturn = z.infer<typeof orderReturn>;

export const dispute = z
  .object({
    id: entityId,
    orderId: entityId.nullish(),
    type: z.enum(["chargeback", "inquiry", "unknown"]).optional(),
    status: z.string().optional().describe("The platform's own word."),
    reason: z.string().nullish(),
    amount: money.optional(),
    initiatedAt: timestamp.optional(),
    evidenceDueAt: timestamp.nullish(),
    evidenceSentAt: timestamp.nullish(),
    finalizedAt: timestamp.nullish(),
    extra: extra.optional(),
  })
  .describe("A buyer contests a payment.");
export type Dispute = z.infer<typeof dispute>;
