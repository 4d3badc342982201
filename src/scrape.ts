/** What `/metrics` answers: the figures of all processes of the hub, whichever of them is asked. */
import { AggregatorRegistry, type Registry } from "prom-client";
import type { Peers } from "./peers.ts";

export interface Scrape {
  readonly contentType: string;
  readonly text: () => Promise<string>;
}

/**
 * The figures of workers stand beside each other, told apart by the label `worker`: in a sum the restart of one would look
 * like the restart of all.
 */
export function createScrape(registry: Registry, peers: Pick<Peers, "gather" | "answer">): Scrape {
  peers.answer("metrics", async () => (await registry.getMetricsAsJSON()).map(apart));
  return {
    contentType: registry.contentType,
    // Each process collects once: collecting begins the times of the event loop anew.
    text: async () =>
      AggregatorRegistry.aggregate((await peers.gather("metrics")).filter(isMetrics)).metrics(),
  };
}

/** No two processes have a figure with the same labels, so there is nothing to add up or to leave out. */
function apart<M extends object>(metric: M): M & { aggregator: "first" } {
  return { ...metric, aggregator: "first" };
}

/** They come from this same program. */
function isMetrics(answer: unknown): answer is object[] {
  return Array.isArray(answer);
}
