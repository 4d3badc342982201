/** The process that plays the platforms: makes signed requests, ahead or on the way, and sends them. */
import { z } from "zod";
import { answerParent } from "./child.ts";
import { runLoad } from "./load.ts";
import { buildRequests, type Requests, streamRequests } from "./requests.ts";

const preparation = z.object({
  host: z.string(),
  firstId: z.number(),
  count: z.number(),
  stores: z.number(),
  firstStore: z.number().optional(),
  about: z.enum(["orders", "products"]).optional(),
  /** Too many to hold at once: each is made when it is sent. */
  isStream: z.boolean().optional(),
});
const load = z.object({
  host: z.string(),
  port: z.number(),
  connections: z.number(),
  seconds: z.number(),
  rate: z.number().optional(),
});

let requests: Requests | undefined;

answerParent({
  prepare: (input) => {
    const { isStream, ...plan } = preparation.parse(input);
    requests = isStream ? streamRequests(plan) : buildRequests(plan);
    return { bodyBytes: requests.bodyBytes };
  },
  load: async (input) => {
    if (requests === undefined) throw new Error("nothing was prepared");
    const { rate, ...plan } = load.parse(input);
    const record = await runLoad(requests, { ...plan, rate });
    requests = undefined;
    return record;
  },
});
