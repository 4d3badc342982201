/** `ordered: true`: the events of one entity arrive in sequence, whatever fails, and hold up nobody else. */
import { describe, expect, it } from "vitest";
import {
  type DeliveryHub,
  expectSettled,
  idsAt,
  NAME,
  retriesAtOnce,
  useDelivery,
} from "../../helpers/delivery.ts";
import { answer, type Behaviour } from "../../helpers/endpoint.ts";
import { anEvent } from "../../helpers/event.ts";
import { eventually } from "../../helpers/eventually.ts";
import { startTcpProxy } from "../../helpers/tcp-proxy.ts";
import { createEventPublisher } from "../../../src/publish/jetstream.ts";

const test = useDelivery();
const BAD = "1001";
const GOOD = ["1002", "1003", "1004"];
const ACK_WAIT_MS = 1200;

/** Fails for one entity until told otherwise, and takes all others. */
function failsFor(subject: string, isBroken: () => boolean): Behaviour {
  return (response, request) => {
    const isHit = isBroken() && String(request.headers["webhook-id"]).includes(`:${subject}:`);
    answer(isHit ? 400 : 204)(response, request);
  };
}

/** The sequences of an entity as they were taken, in order. */
async function takenOf(hub: DeliveryHub, subject: string): Promise<number[]> {
  const attempts = await hub.attempts(
    `subscription=${NAME}&entity=acme:order:${subject}&result=ok&limit=1000`,
  );
  return attempts.map(({ eventId }) => Number(eventId.split(":").at(-1)));
}

function ofEach(subjects: readonly string[], count: number) {
  const sequences = Array.from({ length: count }, (_none, at) => at + 1);
  return sequences.flatMap((sequence) => subjects.map((subject) => anEvent(sequence, { subject })));
}

/** The one that the subscription takes its events from. */
async function consumerOf({ broker, names }: DeliveryHub) {
  const { commerce } = names.streams;
  const [info] = await broker.jsm.consumers.list(commerce).next();
  return broker.js.consumers.get(commerce, info?.name);
}

describe("an ordered subscription", () => {
  it("holds back the later events of an entity that fails, and lets those of others go on", async () => {
    const hub = await test.startHub({ ackWaitMs: ACK_WAIT_MS });
    const endpoint = await test.startEndpoint();
    let isBroken = true;
    endpoint.behave(failsFor(BAD, () => isBroken));
    await hub.subscribe(endpoint.url, { ordered: true, retrySeconds: retriesAtOnce(50) });
    await hub.publish(...ofEach([BAD, ...GOOD], 5));
    for (const subject of GOOD) {
      await eventually(async () => expect(await takenOf(hub, subject)).toEqual([1, 2, 3, 4, 5]));
    }
    // Only its first event was tried, again and again.
    const tried = new Set(idsAt(endpoint).filter((id) => id?.includes(`:${BAD}:`)));
    expect([...tried]).toEqual([anEvent(1, { subject: BAD }).id]);
    isBroken = false;
    await eventually(async () => expect(await takenOf(hub, BAD)).toEqual([1, 2, 3, 4, 5]));
    await eventually(() => expectSettled(hub));
  });

  it("goes on with the next event when one became a dead letter", async () => {
    const hub = await test.startHub({ ackWaitMs: ACK_WAIT_MS });
    const endpoint = await test.startEndpoint();
    const poison = anEvent(1).id;
    endpoint.behave((response, request) =>
      answer(request.headers["webhook-id"] === poison ? 422 : 204)(response, request),
    );
    await hub.subscribe(endpoint.url, { ordered: true, retrySeconds: retriesAtOnce(2) });
    await hub.publish(...ofEach([BAD], 3));
    await eventually(async () => expect(await takenOf(hub, BAD)).toEqual([2, 3]));
    expect(idsAt(endpoint).slice(0, 3)).toEqual([poison, poison, poison]);
    expect((await hub.show()).statistics.dead).toBe(1);
  });

  it("keeps the order when it is changed while events wait", async () => {
    const hub = await test.startHub({ ackWaitMs: ACK_WAIT_MS });
    const [endpoint, moved] = [await test.startEndpoint(), await test.startEndpoint()];
    endpoint.behave(answer(400));
    await hub.subscribe(endpoint.url, { ordered: true, retrySeconds: [1, ...retriesAtOnce(3)] });
    await hub.publish(...ofEach([BAD], 3));
    await eventually(async () => expect((await hub.show()).statistics).toMatchObject({ waiting: 3 }));
    await hub.ask("PUT", `/api/subscriptions/${NAME}`, {
      events: ["order.*", "product.*"],
      deliver: "http",
      url: moved.url,
      ordered: true,
    });
    await hub.publish(anEvent(4));
    await eventually(() => expect(idsAt(moved)).toEqual([1, 2, 3, 4].map((n) => anEvent(n).id)));
    await eventually(() => expectSettled(hub));
  });

  it("does not wait for ever for an event that it does not want any more", async () => {
    const hub = await test.startHub({ ackWaitMs: ACK_WAIT_MS });
    const endpoint = await test.startEndpoint();
    endpoint.behave(answer(400));
    const input = { deliver: "http", url: endpoint.url, ordered: true, retrySeconds: [1, 1] };
    await hub.subscribe(endpoint.url, { ...input, events: ["order.updated", "order.paid"] });
    await hub.publish(anEvent(1));
    await eventually(async () => expect((await hub.show()).statistics).toMatchObject({ waiting: 1 }));
    endpoint.behave(answer(204));
    await hub.ask("PUT", `/api/subscriptions/${NAME}`, { ...input, events: ["order.paid"] });
    await hub.publish(anEvent(2, { type: "order.paid" }));
    await eventually(async () => expect(await takenOf(hub, BAD)).toEqual([2]));
    await eventually(() => expectSettled(hub));
  });

  it("starts afresh where it is resumed from now on", async () => {
    const hub = await test.startHub({ ackWaitMs: ACK_WAIT_MS });
    const endpoint = await test.startEndpoint();
    endpoint.behave(answer(400));
    await hub.subscribe(endpoint.url, { ordered: true, retrySeconds: [3600] });
    await hub.publish(...ofEach([BAD], 2));
    await eventually(async () => expect((await hub.show()).statistics).toMatchObject({ waiting: 2 }));
    await hub.ask("POST", `/api/subscriptions/${NAME}/pause`);
    await hub.ask("POST", `/api/subscriptions/${NAME}/resume`, { from: "now" });
    endpoint.behave(answer(204));
    await hub.publish(anEvent(3));
    await eventually(async () => expect(await takenOf(hub, BAD)).toEqual([3]));
    await eventually(() => expectSettled(hub));
  });

  it("waits for an event that was given out to nobody who is left", async () => {
    const hub = await test.startHub({ ackWaitMs: ACK_WAIT_MS });
    const endpoint = await test.startEndpoint();
    await hub.subscribe(endpoint.url, { ordered: true });
    await hub.ask("POST", `/api/subscriptions/${NAME}/pause`);
    await hub.publish(...ofEach([BAD], 3));
    const lost = await (await consumerOf(hub)).next();
    expect(lost?.seq).toBe(1);
    await hub.ask("POST", `/api/subscriptions/${NAME}/resume`, {});
    await eventually(() => expect(idsAt(endpoint)).toEqual([1, 2, 3].map((n) => anEvent(n).id)));
  });

  // Found by the fault suite, "the leader of the cluster goes", seed 3432233891: later events were delivered first.
  it("waits for all that was given out to nobody who is left, whichever of it comes again first", async () => {
    const hub = await test.startHub({ ackWaitMs: ACK_WAIT_MS });
    const endpoint = await test.startEndpoint();
    await hub.subscribe(endpoint.url, { ordered: true });
    await hub.ask("POST", `/api/subscriptions/${NAME}/pause`);
    await hub.publish(...ofEach([BAD], 3));
    const consumer = await consumerOf(hub);
    const first = await consumer.next();
    await consumer.next();
    first?.nak(3 * ACK_WAIT_MS);
    await hub.ask("POST", `/api/subscriptions/${NAME}/resume`, {});
    await eventually(() => expect(idsAt(endpoint)).toEqual([1, 2, 3].map((n) => anEvent(n).id)));
    await eventually(() => expectSettled(hub));
  });

  // Found by the fault suite, "nats-server hangs for moments", seed 3884213054: it stood still.
  it("does not wait for ever for an event that is settled although it seems to wait", async () => {
    const hub = await test.startHub({ ackWaitMs: ACK_WAIT_MS });
    const endpoint = await test.startEndpoint();
    endpoint.behave(answer(400), answer(204));
    await hub.subscribe(endpoint.url, { ordered: true, retrySeconds: [1] });
    await hub.publish(anEvent(1));
    await eventually(async () => expect((await hub.show()).statistics).toMatchObject({ waiting: 1 }));
    const { stream_name: stream, name } = await (await consumerOf(hub)).info();
    // As by an acknowledgement that was on its way when the event was given out again.
    await hub.broker.connection.request(`$JS.ACK.${stream}.${name}.1.1.1.${Date.now()}000000.0`, "+ACK");
    await hub.publish(anEvent(2));
    await eventually(() => expect(idsAt(endpoint)).toEqual([1, 2].map((n) => anEvent(n).id)));
    await eventually(() => expectSettled(hub));
    expect((await hub.show()).statistics).toMatchObject({ waiting: 0 });
  });

  it("takes nothing later before an event comes again that was lost with its connection", async () => {
    const { port } = test.broker().server;
    const proxy = await startTcpProxy(port);
    test.closers.push(proxy.close);
    const hub = await test.startHub({ ackWaitMs: ACK_WAIT_MS, url: `nats://127.0.0.1:${proxy.port}` });
    const endpoint = await test.startEndpoint();
    await hub.subscribe(endpoint.url, { ordered: true });
    const { broker } = test.broker();
    const publisher = createEventPublisher(broker.publisher, hub.names);
    await publisher.publish(anEvent(1));
    await eventually(() => expectSettled(hub));
    const [consumer] = await broker.jsm.consumers.list(hub.names.streams.commerce).next();
    // The second is given out and never arrives.
    proxy.delay(60_000);
    await publisher.publish(anEvent(2));
    await eventually(async () => {
      const { num_ack_pending } = await broker.jsm.consumers.info(
        hub.names.streams.commerce,
        consumer?.name ?? "",
      );
      expect(num_ack_pending).toBe(1);
    });
    proxy.delay(0);
    proxy.reset();
    await publisher.publish(anEvent(3));
    await eventually(() => expectSettled(hub));
    expect(idsAt(endpoint)).toEqual([1, 2, 3].map((n) => anEvent(n).id));
  });

  it("is served by one process at a time, and by the next one when that stops", async () => {
    const first = await test.startHub({ ackWaitMs: ACK_WAIT_MS });
    const endpoint = await test.startEndpoint();
    await first.subscribe(endpoint.url, { ordered: true });
    await first.publish(...ofEach(GOOD, 1));
    await eventually(() => expect(endpoint.requests).toHaveLength(3));
    const second = await test.startHub({ ackWaitMs: ACK_WAIT_MS, prefix: first.prefix });
    await first.stop();
    await second.publish(...ofEach(GOOD, 3).slice(GOOD.length));
    for (const subject of GOOD) {
      await eventually(async () => expect(await takenOf(second, subject)).toEqual([1, 2, 3]));
    }
  });
});

describe("a subscription without an order", () => {
  it("lets the later events of an entity pass one that fails", async () => {
    const hub = await test.startHub();
    const endpoint = await test.startEndpoint();
    const [first] = [anEvent(1).id];
    endpoint.behave((response, request) =>
      answer(request.headers["webhook-id"] === first ? 400 : 204)(response, request),
    );
    await hub.subscribe(endpoint.url, { retrySeconds: [3600] });
    await hub.publish(...ofEach([BAD], 4));
    await eventually(async () => expect((await takenOf(hub, BAD)).sort()).toEqual([2, 3, 4]));
    expect((await hub.show()).statistics).toMatchObject({ waiting: 1, unsettled: 1 });
  });
});
