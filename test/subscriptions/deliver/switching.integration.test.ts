/** What reaches an endpoint while its subscription is paused, resumed, disabled, changed, and where it starts. */
import { describe, expect, it } from "vitest";
import { type DeliveryHub, expectSettled, idsAt, NAME, useDelivery } from "../../helpers/delivery.ts";
import { answer, type Endpoint } from "../../helpers/endpoint.ts";
import { anEvent } from "../../helpers/event.ts";
import { eventually } from "../../helpers/eventually.ts";

const test = useDelivery();
const PATH = `/api/subscriptions/${NAME}`;

function ids(...sequences: readonly number[]): string[] {
  return sequences.map((sequence) => anEvent(sequence).id);
}

async function expectAt(endpoint: Endpoint, ...sequences: readonly number[]): Promise<void> {
  await eventually(() => expect(idsAt(endpoint).sort()).toEqual(ids(...sequences).sort()));
}

/** A second subscription that gets everything: what it has, the first one could have had. */
async function startWitness(hub: DeliveryHub): Promise<(count: number) => Promise<void>> {
  const endpoint = await test.startEndpoint();
  await hub.subscribe(endpoint.url, { name: "witness", events: ["*"] });
  return async (count) => {
    await eventually(() => expect(endpoint.requests).toHaveLength(count));
  };
}

describe("a subscription", () => {
  it.each(["pause", "disable"])(
    "holds events back after %s and delivers all of them when resumed",
    async (stop) => {
      const hub = await test.startHub();
      const endpoint = await test.startEndpoint();
      const seen = await startWitness(hub);
      await hub.subscribe(endpoint.url);
      await hub.publish(anEvent(1));
      await expectAt(endpoint, 1);
      await hub.ask("POST", `${PATH}/${stop}`);
      await hub.publish(anEvent(2), anEvent(3));
      await seen(3);
      await expectAt(endpoint, 1);
      await eventually(async () => expect((await hub.show()).statistics.pending).toBe(2));
      await hub.ask("POST", `${PATH}/resume`, {});
      await hub.publish(anEvent(4));
      await expectAt(endpoint, 1, 2, 3, 4);
      await eventually(() => expectSettled(hub));
    },
  );

  it("skips what it missed when it is resumed from now on", async () => {
    const hub = await test.startHub();
    const endpoint = await test.startEndpoint();
    endpoint.behave(answer(500), answer(204));
    await hub.subscribe(endpoint.url, { retrySeconds: [3600] });
    await hub.publish(anEvent(1));
    await eventually(async () => expect((await hub.show()).statistics.waiting).toBe(1));
    await hub.ask("POST", `${PATH}/pause`);
    await hub.publish(anEvent(2));
    await hub.ask("POST", `${PATH}/resume`, { from: "now" });
    await hub.publish(anEvent(3));
    await expectAt(endpoint, 1, 3);
    await eventually(() => expectSettled(hub));
  });

  it("loses nothing when it is paused and resumed while events stream in", async () => {
    const hub = await test.startHub({ ackWaitMs: 1000 });
    const endpoint = await test.startEndpoint();
    await hub.subscribe(endpoint.url, { concurrency: 2 });
    const all = Array.from({ length: 200 }, (_none, at) => at + 1);
    const publishing = hub.publish(...all.map((sequence) => anEvent(sequence)));
    for (let round = 0; round < 5; round += 1) {
      await hub.ask("POST", `${PATH}/pause`);
      await hub.ask("POST", `${PATH}/resume`, {});
    }
    await publishing;
    await eventually(() => expect(new Set(idsAt(endpoint)).size).toBe(200));
    await eventually(() => expectSettled(hub));
  });

  it("gets nothing while it was created disabled, and all of it once it is enabled", async () => {
    const hub = await test.startHub();
    const endpoint = await test.startEndpoint();
    const seen = await startWitness(hub);
    await hub.subscribe(endpoint.url, { enabled: false });
    await hub.publish(anEvent(1));
    await seen(1);
    expect(endpoint.requests).toEqual([]);
    const input = { events: ["order.*"], deliver: "http", url: endpoint.url };
    await hub.ask("PUT", PATH, { ...input, enabled: true });
    await expectAt(endpoint, 1);
    await hub.ask("PUT", PATH, { ...input, enabled: false });
    expect(await hub.show()).toMatchObject({ state: "disabled" });
    expect((await hub.admin("POST", `${PATH}/test`, {})).status).toBe(409);
  });

  it("gets what its changed filters want, from the change on", async () => {
    const hub = await test.startHub();
    const [endpoint, moved] = [await test.startEndpoint(), await test.startEndpoint()];
    const seen = await startWitness(hub);
    await hub.subscribe(endpoint.url);
    const product = (sequence: number) => anEvent(sequence, { type: "product.updated", subject: "7" });
    await hub.publish(anEvent(1), product(1));
    await seen(2);
    await expectAt(endpoint, 1);
    await eventually(() => expectSettled(hub));
    await hub.ask("PUT", PATH, { events: ["product.*"], stores: ["acme"], deliver: "http", url: moved.url });
    await hub.publish(anEvent(2), product(2), anEvent(1, { store: "other" }));
    await eventually(() => expect(idsAt(moved)).toEqual([product(2).id]));
    await seen(5);
    await eventually(() => expectSettled(hub));
    expect(endpoint.requests).toHaveLength(1);
  });

  it("gets nothing more once it was removed", async () => {
    const hub = await test.startHub();
    const endpoint = await test.startEndpoint();
    const seen = await startWitness(hub);
    endpoint.behave(answer(500));
    await hub.subscribe(endpoint.url, { retrySeconds: [3600] });
    await hub.publish(anEvent(1));
    await eventually(async () => expect((await hub.show()).statistics.waiting).toBe(1));
    await hub.ask("DELETE", PATH);
    await hub.publish(anEvent(2));
    await seen(2);
    expect(endpoint.requests).toHaveLength(1);
    // Under the same name a new one begins, without the past of the old one.
    await hub.subscribe(endpoint.url);
    expect((await hub.show()).statistics).toMatchObject({ pending: 0, unsettled: 0, waiting: 0 });
  });
});

describe("a new subscription", () => {
  it("starts now, at the beginning, at a moment or at a sequence", async () => {
    const hub = await test.startHub();
    await hub.publish(anEvent(1), anEvent(2));
    const { jsm } = hub.broker;
    const second = await jsm.streams.getMessage(hub.names.streams.commerce, { seq: 2 });
    await hub.publish(anEvent(3));
    const starts: [unknown, number[]][] = [
      ["now", [4]],
      ["beginning", [1, 2, 3, 4]],
      // To the nanosecond: the first event may be of the same millisecond.
      [second.timestamp, [2, 3, 4]],
      [3, [3, 4]],
    ];
    const endpoints: Endpoint[] = [];
    for (const [index, [startAt]] of starts.entries()) {
      const endpoint = await test.startEndpoint();
      endpoints.push(endpoint);
      await hub.subscribe(endpoint.url, { name: `start-${index}`, startAt });
    }
    await hub.publish(anEvent(4));
    for (const [index, [, sequences]] of starts.entries()) {
      const endpoint = endpoints[index];
      if (endpoint === undefined) throw new Error("no endpoint");
      await expectAt(endpoint, ...sequences);
    }
  });
});
