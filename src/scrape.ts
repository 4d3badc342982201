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
  peers.answer("metrics", () => registry.getMetricsAsJSON());
  return {
    contentType: registry.contentType,
    text: async () => {
      const all = await peers.gather("metrics");
      if (all.length === 1) return registry.metrics();
      return AggregatorRegistry.aggregate(all.filter(isMetrics)).metrics();
    },
  };
}

/** They come from this same program. */
function isMetrics(answer: unknown): answer is object[] {
  return Array.isArray(answer);
}
