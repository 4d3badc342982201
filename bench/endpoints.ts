/** The process that plays the endpoints of subscriptions: each on a port of its own, some of them slow to answer. */
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { z } from "zod";
import { type Arrivals, createArrivals } from "./arrivals.ts";
import { answerParent } from "./child.ts";

const opening = z.object({
  firstId: z.number(),
  /** How long each endpoint takes to answer. */
  delaysMs: z.array(z.number()),
});
const collection = z.object({
  endpoint: z.number(),
  from: z.number(),
  count: z.number(),
  expected: z.number(),
  quietMs: z.number(),
});

const endpoints: { readonly port: number; readonly arrivals: Arrivals }[] = [];

answerParent({
  open: async (input) => {
    const { firstId, delaysMs } = opening.parse(input);
    for (const delayMs of delaysMs) endpoints.push(await openEndpoint(firstId, delayMs));
    return endpoints.map(({ port }) => port);
  },
  collect: (input) => {
    const { endpoint, ...wanted } = collection.parse(input);
    return endpoints[endpoint]?.arrivals.collect(wanted);
  },
});

async function openEndpoint(firstId: number, delayMs: number) {
  const arrivals = createArrivals(firstId);
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      arrivals.note(body);
      if (delayMs === 0) response.writeHead(204).end();
      else setTimeout(() => response.writeHead(204).end(), delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("an endpoint does not listen");
  return { port: address.port, arrivals };
}
