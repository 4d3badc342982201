/** The client with credentials of the hub: an account of its own, and the end of its access. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Subscription, subscribe } from "../../src/client/index.ts";
import { type AccessHub, startAccessHub } from "../helpers/access-hub.ts";

let hub: AccessHub;

beforeAll(async () => {
  hub = await startAccessHub();
  await hub.addStore("shopify", "acme");
});
afterAll(async () => {
  await hub?.stop();
});

async function open(name: string): Promise<Subscription> {
  const answer = await hub.admin("POST", "/api/subscriptions", {
    name,
    deliver: "nats",
    events: ["order.*"],
  });
  expect(answer.status).toBe(201);
  return subscribe(JSON.parse(await answer.text()), { unreachableAfterMs: 5000 });
}

describe("a subscriber with credentials of its own", () => {
  it("reads and settles its events with the hub's answer alone", async () => {
    const subscription = await open("shipping");
    await hub.send("orders/create", { id: "1" });
    for await (const { event, ack } of subscription) {
      expect(event).toMatchObject({ type: "order.created", subject: "1" });
      ack();
      break;
    }
  });

  it("is told within two seconds that its access has ended", async () => {
    const subscription = await open("marketing");
    await hub.send("orders/create", { id: "2" });
    const first = await subscription[Symbol.asyncIterator]().next();
    first.value?.ack();
    const ended = subscription.each(() => undefined).catch((error: unknown) => error);
    const startedAt = performance.now();
    expect((await hub.admin("DELETE", "/api/subscriptions/marketing")).ok).toBe(true);
    expect(await ended).toMatchObject({
      name: "SubscriptionEnded",
      reason: expect.stringMatching(/^(?:access_denied|consumer_deleted)$/),
    });
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });
});
