import { describe, expect, it } from "vitest";
import { createQueue } from "../../../src/subscriptions/deliver/queue.ts";

const ORDER = "acme:order:1001";

function place(sequence: number, stream = "COMMERCE") {
  return { subscription: "crm", stream, sequence };
}

describe("the queue of an ordered subscription", () => {
  it("holds up what is later in the stream, until the latest of all those before is due", () => {
    const queue = createQueue();
    queue.wait(ORDER, place(5), 1000);
    queue.wait(ORDER, place(7), 3000);
    expect(queue.blockedUntil(ORDER, place(6))).toBe(1000);
    expect(queue.blockedUntil(ORDER, place(9))).toBe(3000);
  });

  it("holds up neither the event itself nor earlier ones, nor other entities, nor another stream", () => {
    const queue = createQueue();
    queue.wait(ORDER, place(5), 1000);
    expect(queue.blockedUntil(ORDER, place(5))).toBeUndefined();
    expect(queue.blockedUntil(ORDER, place(4))).toBeUndefined();
    expect(queue.blockedUntil("acme:order:1002", place(6))).toBeUndefined();
    expect(queue.blockedUntil(ORDER, place(6, "DIRECT"))).toBeUndefined();
  });

  it("goes by the last word on when an event is due, and forgets it when it is done", () => {
    const queue = createQueue();
    queue.wait(ORDER, place(5), 1000);
    queue.wait(ORDER, place(5), 2000);
    expect(queue.blockedUntil(ORDER, place(6))).toBe(2000);
    queue.done(ORDER, place(5));
    queue.done(ORDER, place(5));
    expect(queue.blockedUntil(ORDER, place(6))).toBeUndefined();
  });
});
