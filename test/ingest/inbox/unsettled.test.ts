import { describe, expect, it } from "vitest";
import { createUnsettled } from "../../../src/ingest/inbox/unsettled.ts";

/** A count whose server and clock the test holds. */
function stage({ askFrom = 1 } = {}) {
  const server = { floor: 0, asked: 0, isAway: false };
  const clock = { now: 1000 };
  const unsettled = createUnsettled(
    async (upTo) => {
      server.asked += 1;
      if (server.isAway) throw new Error("no answer");
      return Math.min(upTo, server.floor);
    },
    askFrom,
    () => clock.now,
  );
  /** So many of a flow go by, and the last is stored at this place. */
  const pass = (flow: string, count: number, sequence: number) => {
    for (let number = 0; number < count; number += 1) unsettled.add(flow);
    unsettled.noteStored(sequence);
  };
  /** Time passes, and one more webhook of some other flow comes. */
  const later = async () => {
    clock.now += 100;
    unsettled.add("other");
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { server, unsettled, pass, later };
}

describe("what is unsettled", () => {
  it("is all that went by and was not settled", async () => {
    const { unsettled, pass, later } = stage();
    pass("orders", 300, 10);
    await later();
    pass("orders", 20, 11);
    await later();
    expect(unsettled.count("orders")).toBe(320);
    expect(unsettled.count("products")).toBe(0);
  });

  it("is forgotten when the server has settled it, and not before", async () => {
    const { server, unsettled, pass, later } = stage();
    pass("orders", 300, 10);
    await later();
    pass("orders", 20, 20);
    server.floor = 9;
    await later();
    expect(unsettled.count("orders")).toBe(320);
    server.floor = 10;
    await later();
    expect(unsettled.count("orders")).toBe(20);
    server.floor = 20;
    await later();
    expect(unsettled.count("orders")).toBe(0);
  });

  it("stays counted while the server does not answer", async () => {
    const { server, unsettled, pass, later } = stage();
    pass("orders", 5, 1);
    server.isAway = true;
    server.floor = 1;
    await later();
    await later();
    expect(unsettled.count("orders")).toBe(5);
    server.isAway = false;
    await later();
    expect(unsettled.count("orders")).toBe(0);
  });

  it("costs no question while little is, and ten a second at most", async () => {
    const { server, unsettled, pass, later } = stage({ askFrom: 100 });
    pass("orders", 50, 1);
    await later();
    expect(server.asked).toBe(0);
    pass("orders", 5000, 2);
    for (let number = 0; number < 5000; number += 1) unsettled.add("orders");
    await later();
    expect(server.asked).toBe(1);
  });

  it("is counted for so many flows at most", () => {
    const { unsettled, pass } = stage();
    for (let flow = 0; flow < 50_000; flow += 1) unsettled.add(`flow-${flow}`);
    pass("orders", 1, 1);
    expect(unsettled.count("flow-0")).toBe(0);
    expect(unsettled.count("orders")).toBe(1);
  });
});
