/** Proves what a subscriber's credentials can do, and that they can do nothing else. */
import type { JetStreamClient, NatsConnection } from "nats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type AccessHub,
  connectSubscriber,
  type IssuedAccess,
  startAccessHub,
  subscribe,
} from "../helpers/access-hub.ts";

let hub: AccessHub;
let ours: IssuedAccess;
let theirs: IssuedAccess;
let client: NatsConnection;
let js: JetStreamClient;

beforeAll(async () => {
  hub = await startAccessHub();
  await hub.addStore("shopify", "acme");
  ours = await subscribe(hub, "shipping", { events: ["order.*"] });
  theirs = await subscribe(hub, "marketing", { events: ["order.*"] });
  client = await connectSubscriber(ours);
  js = client.jetstream({ apiPrefix: ours.apiPrefix, checkAPI: false });
  await hub.send("orders/create");
  await hub.settled();
}, 60_000);

afterAll(async () => {
  await client?.close();
  await hub?.stop();
});

describe("a subscriber", () => {
  test("fetches and acknowledges its events", async () => {
    const [consumer] = ours.consumers;
    const handle = await js.consumers.get(ours.stream, consumer?.name);
    const message = await handle.next({ expires: 5000 });
    expect(message?.json()).toMatchObject({ type: "order.created" });
    expect(await message?.ackAck()).toBe(true);
    expect((await handle.info()).num_ack_pending).toBe(0);
  });
});
