import { z } from "zod";
import { address } from "./address.ts";
import { currencyCode, entityId, extra, money, timestamp } from "./scalars.ts";

export const consent = z
  .object({
    state: z.enum([
      "subscribed",
      "not_subscribed",
      "pending",
      "unsubscribed",
      "redacted",
      "invalid",
      "unknown",
    ]),
    platformState: z.string().nullish(),
    optInLevel: z.string().nullish(),
    updatedAt: timestamp.nullish(),
    collectedFrom: z.string().nullish(),
  })
  .describe("Whether marketing may write to this person on this channel.");
export type Consent = z.infer<typeof consent>;

export const customer = z
  .object({
    id: entityId,
    email: z.string().nullish(),
    phone: z.string().nullish(),
    firstName: z.string().nullish(),
    lastName: z.string().nullish(),
    company: z.string().nullish(),
    username: z.string().nullish(),
    role: z.string().nullish(),
    status: z.string().nullish().describe("State of the account, in the platform's own word."),
    note: z.string().nullish(),
    locale: z.string().nullish(),
    currency: currencyCode.nullish(),
    tags: z.array(z.string()).optional(),
    verifiedEmail: z.boolean().optional(),
    taxExempt: z.boolean().optional(),
    taxExemptions: z.array(z.string()).optional(),
    createdAt: timestamp.optional(),
    updatedAt: timestamp.optional(),
    ordersCount: z.number().optional(),
    totalSpent: money.optional(),
    paying: z.boolean().optional().describe("Has bought before."),
    addresses: z.array(address.extend({ id: entityId.optional() })).optional(),
    defaultAddress: address.extend({ id: entityId.optional() }).nullish(),
    billingAddress: address.nullish(),
    shippingAddress: address.nullish(),
    emailConsent: consent.nullish(),
    smsConsent: consent.nullish(),
    extra: extra.optional(),
  })
  .describe("A person or company that has an account or has bought.");
export type Customer = z.infer<typeof customer>;
