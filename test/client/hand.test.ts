import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createHand, type Hand } from "../../src/client/hand.ts";
import { anEvent } from "../helpers/event.ts";
import { aDelivery, type FakeDelivery } from "./deliveries.ts";

describe("an event in hand", () => {
  let hand: Hand;
  let ahead: FakeDelivery[];

  beforeEach(() => {
    vi.useFakeTimers();
    ahead = [];
    hand = createHand(() => ahead);
  });
  afterEach(() => {
    hand.stop();
    vi.useRealTimers();
  });

  it("is not given out again while it is worked on, nor while it waits for its turn", async () => {
    const [worked, waiting] = [aDelivery(anEvent(1)), aDelivery(anEvent(2))];
    hand.take(worked);
    ahead.push(waiting);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(worked.answers).toEqual(["working", "working", "working"]);
    expect(waiting.answers).toEqual(worked.answers);
  });

  it("is given out again when it seems forgotten", async () => {
    const forgotten = aDelivery(anEvent(1));
    hand.take(forgotten);
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    const answers = forgotten.answers.length;
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(answers).toBeGreaterThan(50);
    expect(forgotten.answers).toHaveLength(answers);
  });

  it("is kept more often where the consumer is less patient", async () => {
    const delivery = aDelivery(anEvent(1));
    hand.setAckWait(3000);
    hand.setAckWait(60_000);
    hand.take(delivery);
    await vi.advanceTimersByTimeAsync(3000);
    expect(delivery.answers).toHaveLength(3);
  });

  it("is awaited, for as long as asked", async () => {
    const [done, stuck] = [aDelivery(anEvent(1)), aDelivery(anEvent(2))];
    hand.take(done);
    hand.take(stuck);
    const left = hand.whenEmpty(1000);
    hand.drop(done);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await left).toEqual([stuck]);
    hand.drop(stuck);
    expect(await hand.whenEmpty(1000)).toEqual([]);
  });
});
