/** Sample requests of our own, written from the documented shapes. */
import type { LifeStage, SampleOptions, Samples } from "../../wire.ts";

const UPDATES: Readonly<Partial<Record<LifeStage, string>>> = {
  shipped: "FULFILLED",
  partly_refunded: "REFUNDED",
};

export const samples: Samples = {
  headers: () => ({ "content-type": "application/json", "user-agent": "Squarespace/1.0" }),
  bodies: {
    "order.create": notification("order.create", ({ id }) => ({ orderId: id })),
    "order.update": notification("order.update", ({ id, stage = "shipped", status }) => ({
      orderId: id,
      update: status ?? UPDATES[stage] ?? "FULFILLED",
    })),
    "extension.uninstall": notification("extension.uninstall", () => ({ clientId: "A125sampleClient" })),
  },
  // An order is stored once it is paid, and its goods are sent or not; there is no step between.
  life: { created: ["order.create"], shipped: ["order.update"], partly_refunded: ["order.update"] },
};

function notification(topic: string, data: (options: SampleOptions) => Record<string, string>) {
  return (options: SampleOptions) =>
    JSON.stringify({
      id: `n-${options.deliveryId ?? `${topic}-${options.id}-${options.at}`}`,
      websiteId: "5f3c3d55ac435e1a051f77b3",
      subscriptionId: "5f3c2155d947844beedda991",
      topic,
      // Squarespace leaves the seconds out.
      createdOn: `${new Date(options.at).toISOString().slice(0, 16)}+00:00`,
      data: data(options),
    });
}
