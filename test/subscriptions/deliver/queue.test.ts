import { describe, expect, it } from "vitest";
import { createQueue } from "../../../src/subscriptions/deliver/queue.ts";

const ORDER = "acme:order:1001";

function held(sequence: number, { entity = ORDER, stream = "COMMERCE" } = {}) {
  return { subscription: "crm", stream, sequence, entity, subject: "commerce.shopify.acme.order.updated" };
}

describe("the queue of an ordered subscription", () => {
  it("holds up what is later in the stream, until the latest of all those before is due", () => {
    const queue = createQueue();
    queue.wait(held(5), 1000);
    queue.wait(held(7), 3000);
    expect(queue.blockedUntil(held(6))).toBe(1000);
    expect(queue.blockedUntil(held(9))).toBe(3000);
  });

  it("holds up neither the event itself nor earlier ones, nor other entities, nor another stream", () => {
    const queue = createQueue();
    queue.wait(held(5), 1000);
    expect(queue.blockedUntil(held(5))).toBeUndefined();
    expect(queue.blockedUntil(held(4))).toBeUndefined();
    expect(queue.blockedUntil(held(6, { entity: "acme:order:1002" }))).toBeUndefined();
    expect(queue.blockedUntil(held(6, { stream: "DIRECT" }))).toBeUndefined();
  });

  it("goes by the last word on when an event is due, and forgets it when it is done", () => {
    const queue = createQueue();
    queue.wait(held(5), 1000);
    queue.wait(held(5), 2000);
    expect(queue.blockedUntil(held(6))).toBe(2000);
    queue.done(held(5));
    queue.done(held(5));
    expect(queue.blockedUntil(held(6))).toBeUndefined();
  });

  it("remembers what is done, by its place", () => {
    const queue = createQueue();
    queue.done(held(5));
    expect(queue.isDone(held(5))).toBe(true);
    expect([queue.isDone(held(6)), queue.isDone(held(5, { stream: "DIRECT" }))]).toEqual([false, false]);
  });

  it("tells what was due long ago", () => {
    const queue = createQueue();
    queue.wait(held(5), 1000);
    queue.wait(held(6), 3000);
    queue.wait(held(7, { entity: "acme:order:1002" }), 1999);
    expect(queue.dueBefore(2000)).toEqual([held(5), held(7, { entity: "acme:order:1002" })]);
  });
});
