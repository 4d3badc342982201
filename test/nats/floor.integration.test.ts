import type { JetStreamManager } from "nats";
import { beforeEach, describe, expect, it } from "vitest";
import type { Broker } from "../../src/nats/connect.ts";
import { createReadFloor, type ReadFloor } from "../../src/nats/floor.ts";
import type { Lane, Names } from "../../src/nats/names.ts";
import { declareStreams } from "../../src/nats/streams.ts";
import { useBroker } from "../helpers/broker.ts";
import { STREAM_SETTINGS } from "../helpers/stream-settings.ts";

const test = useBroker();
let broker: Broker;
let names: Names;
let readFloor: ReadFloor;

beforeEach(async () => {
  ({ broker, names } = test());
  readFloor = createReadFloor(broker.jsm, names);
  await declareStreams(broker, names, STREAM_SETTINGS);
});

async function store(lane: Lane): Promise<number> {
  return (await broker.publisher.publish(lane.subject("shopify", "acme"), "x")).sequence;
}

async function next(lane: Lane) {
  const consumer = await broker.js.consumers.get(names.streams.inbox, lane.worker);
  const message = await consumer.next({ expires: 2000 });
  if (message === null) throw new Error(`nothing in ${lane.worker}`);
  return message;
}

/** The manager of a server whose consumers never count what waits. */
function unaware(jsm: JetStreamManager): JetStreamManager {
  const consumers = new Proxy(jsm.consumers, {
    get: (target, property) =>
      property === "info"
        ? async (stream: string, name: string) => ({ ...(await target.info(stream, name)), num_pending: 0 })
        : Reflect.get(target, property).bind(target),
  });
  return new Proxy(jsm, {
    get: (target, property) => (property === "consumers" ? consumers : Reflect.get(target, property)),
  });
}

describe("the floor of the inbox", () => {
  it("is what was asked for when nothing is left in any lane, however long ago a lane had its last message", async () => {
    await store(names.prompt);
    await store(names.bulkOf("acme"));
    await store(names.prompt);
    for (const lane of [names.prompt, names.prompt, names.bulkOf("acme")]) await (await next(lane)).ackAck();
    expect(await readFloor(names.lanes, 3)).toBe(3);
  });

  it("is below the first message that is not settled, in whichever lane that is", async () => {
    await store(names.prompt);
    await store(names.bulkOf("acme"));
    await store(names.prompt);
    await (await next(names.prompt)).ackAck();
    await (await next(names.prompt)).ackAck();
    expect(await readFloor(names.lanes, 3)).toBeLessThan(2);
    const handed = await next(names.bulkOf("acme"));
    expect(await readFloor(names.lanes, 3)).toBeLessThan(2);
    await handed.ackAck();
    expect(await readFloor(names.lanes, 3)).toBe(3);
  });

  it("does not trust a consumer that has not heard yet of what is stored", async () => {
    readFloor = createReadFloor(unaware(broker.jsm), names);
    await store(names.bulkOf("acme"));
    await store(names.prompt);
    await (await next(names.prompt)).ackAck();
    expect(await readFloor(names.lanes, 2)).toBe(0);
    await (await next(names.bulkOf("acme"))).ackAck();
    expect(await readFloor(names.lanes, 2)).toBe(2);
  });

  it("says nothing of what was stored after the question, though it may be settled", async () => {
    await store(names.prompt);
    await store(names.prompt);
    await (await next(names.prompt)).ackAck();
    await (await next(names.prompt)).ackAck();
    expect(await readFloor(names.lanes, 1)).toBe(1);
  });

  it("is that of one lane when only that is asked for", async () => {
    await store(names.bulkOf("acme"));
    await store(names.prompt);
    await (await next(names.prompt)).ackAck();
    expect(await readFloor([names.prompt], 2)).toBe(2);
    expect(await readFloor([names.bulkOf("acme")], 2)).toBe(0);
  });
});
