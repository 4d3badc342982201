/**
 * A shipping tool: asks for a label when an order is paid, and follows what happens to the order until it is shipped.
 * It writes its requests as JSON, one a line, where a real one would call a carrier.
 *
 *   npm run build
 *   npx entrepot subscription add shipping --json > access.json \
 *     --events order.paid,order.address_changed,order.cancelled,order.refunded
 *   npx tsx examples/shipping/main.ts access.json
 */
import { readFileSync } from "node:fs";
import { SubscriptionEnded, subscribe } from "entrepot/client";
import { type ShippingEvent, toLabelRequest } from "./labels.ts";

const [file = "access.json"] = process.argv.slice(2);
const subscription = await subscribe<ShippingEvent["type"]>(JSON.parse(readFileSync(file, "utf8")));

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => subscription.drain());
}

try {
  // A handler that throws gets its event again later, and no later event of that order before it.
  await subscription.each(
    ({ event }) => {
      const request = toLabelRequest(event);
      if (request !== undefined) console.log(JSON.stringify(request));
    },
    { concurrency: 4 },
  );
} catch (error) {
  if (!(error instanceof SubscriptionEnded)) throw error;
  console.error(`No more events: ${error.message}`);
  process.exitCode = 1;
}
