import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createLanes } from "../../src/client/lanes.ts";
import { anEvent } from "../helpers/event.ts";
import { aDelivery, DIRECT } from "./deliveries.ts";

function at(streamSequence: number, pending = 0) {
  return aDelivery(anEvent(streamSequence), { streamSequence, pending });
}

/** Resolves with what comes within a millisecond of fake time, or undefined. */
async function soon<T>(promise: Promise<T>): Promise<T | undefined> {
  const nothing = new Promise<undefined>((resolve) => void setTimeout(() => resolve(undefined), 1));
  const first = Promise.race([promise, nothing]);
  await vi.advanceTimersByTimeAsync(1);
  return first;
}

describe("lanes", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("give one consumer's events out as they came, at once", async () => {
    const lanes = createLanes();
    const lane = lanes.open(true);
    lane.push(at(7));
    lane.push(at(3));
    expect((await soon(lanes.next()))?.streamSequence).toBe(7);
    expect((await soon(lanes.next()))?.streamSequence).toBe(3);
  });

  it("merge consumers of a stream in its order, while both have events", async () => {
    const lanes = createLanes();
    const [paid, updated] = [lanes.open(true), lanes.open(true)];
    for (const sequence of [2, 4, 6]) updated.push(at(sequence));
    for (const sequence of [1, 3, 5]) paid.push(at(sequence));
    const order: (number | undefined)[] = [];
    for (let n = 0; n < 5; n += 1) order.push((await soon(lanes.next()))?.streamSequence);
    expect(order).toEqual([1, 2, 3, 4, 5]);
  });

  it("hold an event back while another consumer is known to have earlier ones", async () => {
    const lanes = createLanes();
    const [paid, updated] = [lanes.open(true), lanes.open(true)];
    paid.setPending(1);
    updated.push(at(2));
    await vi.advanceTimersByTimeAsync(100);
    const next = lanes.next();
    expect(await soon(next)).toBeUndefined();
    paid.push(at(1));
    expect((await next)?.streamSequence).toBe(1);
  });

  it("do not wait for ever for a consumer that has events and gives none out", async () => {
    const lanes = createLanes();
    const [paid, updated] = [lanes.open(true), lanes.open(true)];
    paid.setPending(1);
    updated.push(at(2));
    const next = lanes.next();
    await vi.advanceTimersByTimeAsync(1000);
    expect((await next)?.streamSequence).toBe(2);
  });

  it("set two events straight that arrive at once in the wrong order", async () => {
    const lanes = createLanes();
    const [paid, updated] = [lanes.open(true), lanes.open(true)];
    updated.push(at(2));
    const next = lanes.next();
    await vi.advanceTimersByTimeAsync(2);
    paid.push(at(1));
    expect((await next)?.streamSequence).toBe(1);
  });

  it("do not compare replays with the stream", async () => {
    const lanes = createLanes();
    const [orders, direct] = [lanes.open(true), lanes.open(false)];
    orders.setPending(5);
    direct.push({ ...at(900), consumer: DIRECT });
    expect((await soon(lanes.next()))?.streamSequence).toBe(900);
  });

  it("ask for more as soon as there is room", async () => {
    const lanes = createLanes();
    const lane = lanes.open(true);
    lane.push(at(1));
    lane.push(at(2));
    let hasRoom = false;
    const room = lane.whenBelow(1).then(() => {
      hasRoom = true;
    });
    await vi.advanceTimersByTimeAsync(10);
    expect(hasRoom).toBe(false);
    await lanes.next();
    await room;
    expect(hasRoom).toBe(true);
  });

  it("end when they are closed, and hand over what was waiting in order", async () => {
    const lanes = createLanes();
    const [paid, updated] = [lanes.open(true), lanes.open(true)];
    paid.setPending(1);
    updated.push(at(4));
    updated.push(at(5));
    const next = lanes.next();
    expect(lanes.close().map(({ streamSequence }) => streamSequence)).toEqual([4, 5]);
    expect(await next).toBeUndefined();
    expect(await lanes.next()).toBeUndefined();
  });

  it("reject when they fail, whoever waits and whoever asks later", async () => {
    const lanes = createLanes();
    lanes.open(true);
    const waits = expect(lanes.next()).rejects.toThrow("over");
    lanes.fail(new Error("over"));
    await waits;
    await expect(lanes.next()).rejects.toThrow("over");
  });
});
