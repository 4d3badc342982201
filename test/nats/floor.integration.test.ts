import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createLogger } from "../../src/log.ts";
import { type Broker, connect } from "../../src/nats/connect.ts";
import { createReadFloor, type ReadFloor } from "../../src/nats/floor.ts";
import { createNames, type Lane, type Names } from "../../src/nats/names.ts";
import { declareStreams } from "../../src/nats/streams.ts";
import { startTestServer, type TestServer } from "../helpers/nats.ts";

const DAY = 86_400;
const SETTINGS = { replicas: 1, retentionSeconds: { inbox: DAY, commerce: DAY, dead: DAY, attempts: DAY } };

let server: TestServer;
let broker: Broker;
let names: Names;
let readFloor: ReadFloor;

beforeAll(async () => {
  server = await startTestServer();
  broker = await connect({ url: server.url, name: "test", log: createLogger("silent") });
});

beforeEach(async () => {
  names = createNames(`t${randomBytes(4).toString("hex")}`);
  readFloor = createReadFloor(broker.jsm, names);
  await declareStreams(broker, names, SETTINGS);
});

afterAll(async () => {
  await broker.close();
  await server.stop();
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
