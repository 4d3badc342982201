/** Which parts the bench has, in the order of docs/performance.md, and what each of them is about. */

export const SECTIONS = {
  flow: {
    title: "The flow against a hand-written handler",
    about:
      "A signed Shopify order comes in over HTTP. The hub verifies it, stores it, turns it into an event and publishes that; the hand-written handler, with the default options of its NATS client, verifies it and publishes the body as it came. Both take turns on one nats-server. Rates are those of full load; latencies also those of half of what comes out at the end then. The last lines are what each durability class costs.",
  },
  scale: {
    title: "Size and start-up",
    about:
      "The same load on a hub that holds next to nothing and on one that holds very much, each with a nats-server of its own on a data directory that was filled before. The subscriptions want other events: what a delivery costs stands in a section of its own. Start-up is from the start of the program to the moment when it takes webhooks, after an end in order.",
  },
  workers: {
    title: "Several processes",
    about:
      "The same load on one process and on `entrepot serve --workers 2`, on the same machine and nats-server.",
  },
  copies: {
    title: "Copies in a cluster",
    about:
      "The same load with one nats-server, and with three that hold each stream three times (`NATS_REPLICAS=3`). All of them share this machine and its disk, where servers of a real cluster have their own: processor times hold there too, rates and latencies do not.",
  },
  delivery: {
    title: "Delivery over HTTP",
    about: "From the request of the platform to its arrival at the endpoints of subscribers.",
  },
  overload: {
    title: "Overload",
    about:
      "Twice as many webhooks as the machine can take, without a pause. What is not taken is refused with `Retry-After`; what is taken becomes an event.",
  },
  import: {
    title: "One store's mass, another store's orders",
    about:
      "One store sends orders at a steady rate while another imports a catalogue, or sends a flood of orders of its own.",
  },
} as const satisfies Record<string, { readonly title: string; readonly about: string }>;

export type SectionName = keyof typeof SECTIONS;

export const SECTION_NAMES: readonly SectionName[] = [
  "flow",
  "scale",
  "workers",
  "copies",
  "delivery",
  "overload",
  "import",
];
