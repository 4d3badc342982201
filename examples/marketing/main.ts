/**
 * A marketing tool: keeps its list in step with people's consent, welcomes first buyers, tells when something is back in
 * stock, and reminds of checkouts that nobody finished. It writes its messages as JSON, one a line.
 *
 *   npm run build
 *   npx entrepot subscription add marketing --json > access.json \
 *     --events 'customer.created,customer.updated,customer.consent_changed,checkout.*,stock.back'
 *   npx tsx examples/marketing/main.ts access.json [minutes until a checkout counts as abandoned]
 */
import { readFileSync } from "node:fs";
import { SubscriptionEnded, subscribe } from "entrepot/client";
import { parseEvent } from "entrepot/events";
import { createCampaigns, type MarketingEvent, type Message } from "./campaigns.ts";

const [file = "access.json", minutes = "60"] = process.argv.slice(2);
const abandonedAfterMs = Number(minutes) * 60_000;
const subscription = await subscribe<MarketingEvent["type"]>(JSON.parse(readFileSync(file, "utf8")), {
  // People's addresses are worth a check. What does not fit is given up, with a trace.
  validate: parseEvent,
  onInvalid: (error) => console.error(error),
  onGap: ({ entity, from, to }) => console.error(`${entity}: events ${from} to ${to} never came`),
});
const campaigns = createCampaigns(abandonedAfterMs);
const timer = setInterval(() => send(campaigns.remind()), Math.min(abandonedAfterMs, 60_000));

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => subscription.drain());
}

try {
  for await (const { event, ack } of subscription) {
    send(campaigns.handle(event));
    ack();
  }
} catch (error) {
  if (!(error instanceof SubscriptionEnded)) throw error;
  console.error(`No more events: ${error.message}`);
  process.exitCode = 1;
} finally {
  clearInterval(timer);
}

function send(messages: readonly Message[]): void {
  for (const message of messages) console.log(JSON.stringify(message));
}
