import { z } from "zod";
import { entityId, extra } from "./scalars.ts";

export const app = z
  .object({ shop: z.string().optional(), reason: z.string().optional(), extra: extra.optional() })
  .describe("What happened to the connection between the store and its app.");

export const privacy = z
  .object({
    requestId: entityId.optional(),
    shop: z.string().optional(),
    customerId: entityId.optional(),
    email: z.string().nullish(),
    phone: z.string().nullish(),
    orderIds: z.array(entityId).optional().describe("Orders that the request covers."),
  })
  .describe("A request under privacy law that the receiver has to act on.");
