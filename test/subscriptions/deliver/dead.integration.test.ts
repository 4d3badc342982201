/** An event that an endpoint does not take becomes a dead letter after its last attempt, and can be tried again. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  type DeliveryHub,
  expectSettled,
  idsAt,
  NAME,
  retriesAtOnce,
  useDelivery,
} from "../../helpers/delivery.ts";
import { answer, type Endpoint } from "../../helpers/endpoint.ts";
import { anEvent } from "../../helpers/event.ts";
import { eventually } from "../../helpers/eventually.ts";

const test = useDelivery();
const letters = z.object({
  dead: z.array(
    z.object({
      sequence: z.number(),
      stage: z.string(),
      reason: z.string(),
      attempts: z.number(),
      delivery: z.object({
        subscription: z.string(),
        eventId: z.string(),
        type: z.string(),
        status: z.number().optional(),
        response: z.string().optional(),
      }),
    }),
  ),
});

async function lettersOf(hub: DeliveryHub, count: number) {
  return eventually(async () => {
    const { dead } = letters.parse(await hub.ask("GET", `/api/dead?subscription=${NAME}`));
    expect(dead).toHaveLength(count);
    return dead;
  });
}

/** As many dead letters as events. */
async function startWithLetters(count: number): Promise<{ hub: DeliveryHub; endpoint: Endpoint }> {
  const hub = await test.startHub();
  const endpoint = await test.startEndpoint();
  endpoint.behave(answer(422, { body: "no such customer" }));
  await hub.subscribe(endpoint.url, { retrySeconds: [] });
  for (let sequence = 1; sequence <= count; sequence += 1) await hub.publish(anEvent(sequence));
  await lettersOf(hub, count);
  return { hub, endpoint };
}

describe("a dead letter", () => {
  it("is left after the last attempt, with the last answer cut to a readable length", async () => {
    const hub = await test.startHub();
    const endpoint = await test.startEndpoint();
    endpoint.behave(answer(500), answer(422, { body: "é".repeat(5000) }));
    await hub.subscribe(endpoint.url, { retrySeconds: retriesAtOnce(2) });
    await hub.publish(anEvent(1));
    const [letter] = await lettersOf(hub, 1);
    expect(letter).toMatchObject({
      stage: "deliver",
      attempts: 3,
      reason: "The endpoint did not take the event (422).",
      delivery: { subscription: NAME, eventId: anEvent(1).id, type: "order.updated", status: 422 },
    });
    expect(letter?.delivery.response).toMatch(/^é{100,1024}$/);
    const attempts = await hub.attempts();
    expect(attempts.map(({ outcome }) => outcome)).toEqual(["retry", "retry", "dead"]);
    await eventually(() => expectSettled(hub));
    expect((await hub.show()).statistics).toMatchObject({ dead: 1, failed: 3, delivered: 0 });
  });

  it("says what went wrong where there was no answer", async () => {
    const hub = await test.startHub();
    const endpoint = await test.startEndpoint();
    await endpoint.close();
    await hub.subscribe(endpoint.url, { retrySeconds: [] });
    await hub.publish(anEvent(1));
    const [letter] = await lettersOf(hub, 1);
    expect(letter?.reason).toBe("There was no connection to the endpoint (ECONNREFUSED).");
    expect(letter?.delivery).not.toHaveProperty("status");
  });
});

describe("redriving", () => {
  it("sends one letter's event to its subscription again, under the same id", async () => {
    const { hub, endpoint } = await startWithLetters(2);
    const other = await test.startEndpoint();
    await hub.subscribe(other.url, { name: "other" });
    const [first] = await lettersOf(hub, 2);
    endpoint.behave(answer(204));
    const redriven = await hub.ask("POST", "/api/dead/redrive", { sequences: [first?.sequence] });
    expect(redriven).toMatchObject({ redriven: 1, missing: [] });
    await eventually(() => expect(idsAt(endpoint)[2]).toBe(anEvent(1).id));
    expect(endpoint.requests[2]?.body).toEqual(endpoint.requests[0]?.body);
    await lettersOf(hub, 1);
    await eventually(() => expectSettled(hub));
    expect(other.requests).toEqual([]);
  });

  it("counts what a query would send, and sends it", async () => {
    const { hub, endpoint } = await startWithLetters(3);
    endpoint.behave(answer(204));
    const query = { subscription: NAME, store: "acme" };
    expect(await hub.ask("POST", "/api/dead/redrive", { ...query, dryRun: true })).toMatchObject({
      redriven: 3,
    });
    expect(await hub.ask("POST", "/api/dead/redrive", { store: "other", dryRun: true })).toMatchObject({
      redriven: 0,
    });
    await lettersOf(hub, 3);
    expect(endpoint.requests).toHaveLength(3);
    expect(await hub.ask("POST", "/api/dead/redrive", query)).toEqual({
      redriven: 3,
      missing: [],
      orphaned: [],
    });
    const all = [1, 2, 3].map((sequence) => anEvent(sequence).id);
    await eventually(() => expect(idsAt(endpoint).slice(3).sort()).toEqual(all));
    await lettersOf(hub, 0);
  });

  it("leaves a letter again when the endpoint does not take it again", async () => {
    const { hub, endpoint } = await startWithLetters(1);
    await hub.ask("POST", "/api/dead/redrive", { subscription: NAME });
    await eventually(() => expect(endpoint.requests).toHaveLength(2));
    const [letter] = await lettersOf(hub, 1);
    expect(letter).toMatchObject({ sequence: 2, attempts: 1 });
  });

  it("keeps the letter of a subscription that is gone", async () => {
    const { hub } = await startWithLetters(1);
    const [letter] = await lettersOf(hub, 1);
    await hub.ask("DELETE", `/api/subscriptions/${NAME}`);
    const redriven = await hub.ask("POST", "/api/dead/redrive", { sequences: [letter?.sequence] });
    expect(redriven).toMatchObject({ redriven: 0, orphaned: [letter?.sequence] });
    await lettersOf(hub, 1);
  });
});
