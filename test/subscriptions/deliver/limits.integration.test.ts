/** What an endpoint is spared, and what others are spared of it. */
import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { expectSettled, idsAt, NAME, retriesAtOnce, useDelivery } from "../../helpers/delivery.ts";
import { answer, type Behaviour } from "../../helpers/endpoint.ts";
import { anEvent } from "../../helpers/event.ts";
import { eventually } from "../../helpers/eventually.ts";

const test = useDelivery();
const NEVER_AGAIN = [7 * 86_400];

function events(count: number) {
  return Array.from({ length: count }, (_none, at) => anEvent(at + 1));
}

/** Answers nothing until it is let go, and knows how many requests it held at once. */
function gate() {
  const held: ServerResponse[] = [];
  let most = 0;
  const behaviour: Behaviour = (response) => {
    held.push(response);
    most = Math.max(most, held.length);
  };
  const letGo = () => {
    for (const response of held.splice(0)) response.writeHead(204).end();
  };
  return { behaviour, letGo, held, most: () => most };
}

describe("the circuit of an endpoint", () => {
  it("opens after failures in a row, lets single probes through, and closes when one succeeds", async () => {
    const hub = await test.startHub();
    const [endpoint, other] = [await test.startEndpoint(), await test.startEndpoint()];
    endpoint.behave(answer(500));
    await hub.subscribe(endpoint.url, { concurrency: 1, retrySeconds: NEVER_AGAIN });
    await hub.subscribe(other.url, { name: "other" });
    await hub.publish(...events(20));
    await eventually(() => expect(other.requests).toHaveLength(20));
    await eventually(async () =>
      expect((await hub.show()).statistics).toMatchObject({ waiting: 5, pending: 15 }),
    );
    expect(endpoint.requests).toHaveLength(5);

    // The probe fails: one attempt, and nothing more is taken from the stream.
    hub.skip(6000);
    await eventually(async () =>
      expect((await hub.show()).statistics).toMatchObject({ waiting: 6, pending: 14 }),
    );
    expect(endpoint.requests).toHaveLength(6);

    endpoint.behave(answer(204));
    hub.skip(12_000);
    await eventually(async () =>
      expect((await hub.show()).statistics).toMatchObject({ waiting: 6, pending: 0 }),
    );
    expect(idsAt(endpoint)).toEqual(events(20).map(({ id }) => id));
  });

  it("is not opened by answers to single events", async () => {
    const hub = await test.startHub();
    const endpoint = await test.startEndpoint();
    endpoint.behave(answer(404));
    await hub.subscribe(endpoint.url, { concurrency: 1, retrySeconds: NEVER_AGAIN });
    await hub.publish(...events(12));
    await eventually(() => expect(endpoint.requests).toHaveLength(12));
  });
});

describe("an endpoint that takes nothing for too long", () => {
  it("is disabled with an event for the operators, and starts with a new patience when it is resumed", async () => {
    const hub = await test.startHub();
    const endpoint = await test.startEndpoint();
    endpoint.behave(answer(404));
    const input = {
      concurrency: 1,
      retrySeconds: [...retriesAtOnce(2), ...NEVER_AGAIN],
      disableAfterSeconds: 3600,
    };
    await hub.subscribe(endpoint.url, input);
    await hub.publish(anEvent(1));
    await eventually(() => expect(endpoint.requests).toHaveLength(3));
    expect(await hub.show()).toMatchObject({ state: "active" });

    hub.skip(3_601_000);
    await hub.publish(anEvent(2));
    const { stopped } = await eventually(async () => {
      const shown = await hub.show();
      expect(shown.state).toBe("disabled");
      return shown;
    });
    expect(stopped?.reason).toMatch(/^the endpoint has taken nothing since 20/);
    const { operations } = hub.names.streams;
    const told = await eventually(() => hub.broker.jsm.streams.getMessage(operations, { seq: 1 }));
    expect(told.json()).toMatchObject({
      type: "subscription.disabled",
      data: { subscription: NAME, ...stopped },
    });

    const before = endpoint.requests.length;
    await hub.ask("POST", `/api/subscriptions/${NAME}/resume`, {});
    hub.skip(61_000);
    await hub.publish(anEvent(3));
    await eventually(() => expect(endpoint.requests.length).toBeGreaterThan(before));
    await eventually(async () =>
      expect((await hub.attempts("result=failed&event=acme:order:1001:3")).length).toBe(3),
    );
    expect(await hub.show()).toMatchObject({ state: "active" });
  });
});

describe("the limits of a subscription", () => {
  it("are attempts at once: never more, and all of them used", async () => {
    const hub = await test.startHub();
    const endpoint = await test.startEndpoint();
    const { behaviour, letGo, held, most } = gate();
    endpoint.behave(behaviour);
    await hub.subscribe(endpoint.url, { concurrency: 3, events: ["order.*", "product.*"] });
    await hub.publish(...events(6), ...events(6).map(({ sequence = 0 }) => aProduct(sequence)));
    await eventually(() => expect(held).toHaveLength(3));
    await eventually(() => {
      letGo();
      expect(endpoint.requests).toHaveLength(12);
    });
    letGo();
    await eventually(() => expectSettled(hub));
    expect(most()).toBe(3);
  });

  it("are attempts a second", async () => {
    // A clock that stands but for what the test lets pass: no attempt comes by itself.
    let now = Date.parse("2026-11-01T12:00:00Z");
    const hub = await test.startHub({ now: () => now });
    const endpoint = await test.startEndpoint();
    await hub.subscribe(endpoint.url, { ratePerSecond: 20, concurrency: 10 });
    await hub.publish(...events(40));
    const counts: number[] = [];
    for (let tenth = 0; tenth < 5; tenth += 1) {
      const expected = 2 * (tenth + 1);
      await eventually(() => expect(endpoint.requests.length).toBeGreaterThanOrEqual(expected));
      counts.push(endpoint.requests.length);
      now += 100;
    }
    expect(counts).toEqual([2, 4, 6, 8, 10]);
  });
});

describe("an endpoint that does not answer", () => {
  it("holds up none of the four others", async () => {
    const hub = await test.startHub();
    const slow = await test.startEndpoint();
    const { behaviour, letGo, held } = gate();
    slow.behave(behaviour);
    const others = await Promise.all([1, 2, 3, 4].map(() => test.startEndpoint()));
    await hub.subscribe(slow.url, { concurrency: 2 });
    for (const [index, { url }] of others.entries()) await hub.subscribe(url, { name: `other-${index}` });
    await hub.publish(...events(50));
    for (const other of others) await eventually(() => expect(other.requests).toHaveLength(50));
    // All that while it has had the same two in hand.
    expect([held.length, slow.requests.length]).toEqual([2, 2]);
    expect((await hub.show()).statistics).toMatchObject({ delivered: 0 });
    letGo();
    slow.behave(answer(204));
    await eventually(() => expect(new Set(idsAt(slow)).size).toBe(50));
  });
});

function aProduct(sequence: number) {
  return anEvent(sequence, {
    type: "product.updated",
    subject: "7",
    data: { product: { id: "7" }, changed: [], previous: {} },
  });
}
