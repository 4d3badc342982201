import { afterEach, expect, it } from "vitest";
import { createEventPublisher } from "../../../src/publish/jetstream.ts";
import { useBroker } from "../../helpers/broker.ts";
import { startEndpoint } from "../../helpers/endpoint.ts";
import { anEvent } from "../../helpers/event.ts";
import { eventually } from "../../helpers/eventually.ts";
import { startTestHub } from "../../helpers/hub.ts";

const test = useBroker();
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

it("delivers", async () => {
  const hub = await startTestHub({ url: test().server.url, now: Date.now });
  closers.push(hub.stop);
  const endpoint = await startEndpoint();
  closers.push(endpoint.close);
  const answer = await hub.admin("POST", "/api/subscriptions", {
    name: "crm",
    events: ["order.*"],
    deliver: "http",
    url: endpoint.url,
  });
  console.log(answer.status, await answer.text());
  const publisher = createEventPublisher(hub.broker.publisher, hub.names);
  for (let i = 1; i <= 20; i += 1) await publisher.publish(anEvent(i));
  await eventually(() => expect(endpoint.requests).toHaveLength(20));
  const shown = await hub.admin("GET", "/api/subscriptions/crm");
  console.log(shown.status, await shown.text());
  console.log(await (await hub.admin("GET", "/api/attempts?subscription=crm&limit=2")).text());
  console.log(await (await hub.admin("POST", "/api/subscriptions/crm/test", {})).text());
  console.log(await (await hub.admin("POST", "/api/subscriptions/crm/replay", {})).text());
  await eventually(() => expect(endpoint.requests).toHaveLength(41));
  console.log(await (await hub.admin("GET", "/api/subscriptions")).text());
});
