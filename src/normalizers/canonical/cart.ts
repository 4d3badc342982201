import { z } from "zod";
import { order } from "./order.ts";
import { entityId, timestamp } from "./scalars.ts";

export const cart = z
  .object({
    id: entityId,
    createdAt: timestamp.optional(),
    updatedAt: timestamp.optional(),
    completedAt: timestamp.nullish(),
    ...order.pick({
      currency: true,
      totals: true,
      lineItems: true,
      note: true,
      attributes: true,
      extra: true,
    }).shape,
  })
  .describe("What a visitor has put aside, before checkout.");
export type Cart = z.infer<typeof cart>;

export const checkout = z
  .object({
    id: entityId,
    cartId: entityId.nullish(),
    orderId: entityId.nullish(),
    createdAt: timestamp.optional(),
    updatedAt: timestamp.optional(),
    completedAt: timestamp.nullish(),
    closedAt: timestamp.nullish(),
    recoveryUrl: z.string().nullish().describe("Brings the buyer back to this checkout."),
    acceptsMarketing: z.boolean().optional(),
    ...order.pick({
      currency: true,
      presentmentCurrency: true,
      totals: true,
      taxesIncluded: true,
      taxLines: true,
      lineItems: true,
      shippingLines: true,
      discounts: true,
      customer: true,
      billingAddress: true,
      shippingAddress: true,
      email: true,
      phone: true,
      note: true,
      attributes: true,
      locale: true,
      channel: true,
      extra: true,
    }).shape,
  })
  .describe("A purchase that has been started.");
export type Checkout = z.infer<typeof checkout>;
