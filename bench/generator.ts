/** The process that plays the platforms: makes signed requests ahead, then sends them. */
import { z } from "zod";
import { answerParent } from "./child.ts";
import { runLoad } from "./load.ts";
import { buildRequests, type Requests } from "./requests.ts";

const preparation = z.object({
  host: z.string(),
  firstId: z.number(),
  count: z.number(),
  stores: z.number(),
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
    requests = buildRequests(preparation.parse(input));
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
