import { describe, expect, it } from "vitest";
import { createLanes } from "../../../src/ingest/inbox/lanes.ts";
import { createNames, type Lane } from "../../../src/nats/names.ts";

const names = createNames("");
const PROMPT_MAX = 64;

function stage() {
  const floors = new Map<Lane, number>();
  const clock = { now: 1000 };
  const readFloor = async (lanes: readonly Lane[], upTo: number) =>
    Math.min(upTo, ...lanes.map((lane) => floors.get(lane) ?? 0));
  const lanes = createLanes(names, readFloor, () => clock.now);
  let sequence = 0;
  /** Where so many webhooks go, each stored at once; gives the lane of each. */
  const send = (store: string, topic: string, count = 1): Lane[] =>
    Array.from({ length: count }, () => {
      const lane = lanes.choose({ store, topic });
      sequence += 1;
      lanes.noteStored(lane, sequence);
      return lane;
    });
  /** Everything in the lane is processed, and the next webhooks find that out. */
  const settle = async (lane: Lane) => {
    for (let time = 0; time < 3; time += 1) {
      floors.set(lane, sequence);
      clock.now += 100;
      for (const store of ["x", "y"]) send(store, "customers/update", PROMPT_MAX / 4);
      send("flood", "products/update");
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { send, settle };
}

describe("the lane of a webhook", () => {
  it("is the prompt one as long as little of its kind is unsettled", () => {
    const { send } = stage();
    expect(new Set(send("acme", "orders/create", PROMPT_MAX))).toEqual(new Set([names.prompt]));
  });

  it("is a bulk lane for what is more, so that others do not wait behind it", () => {
    const { send } = stage();
    const lanes = send("flood", "products/update", 50_000);
    expect(lanes.filter((lane) => lane === names.prompt)).toHaveLength(PROMPT_MAX);
    expect(new Set(lanes.slice(PROMPT_MAX))).toEqual(new Set([names.bulkOf("flood")]));
    expect(send("quiet", "orders/create")).toEqual([names.prompt]);
  });

  it("stays prompt for the orders of a store whose products flood", () => {
    const { send } = stage();
    send("flood", "products/create", 50_000);
    expect(send("flood", "orders/create")).toEqual([names.prompt]);
    expect(send("flood", "orders/paid")).toEqual([names.prompt]);
  });

  it("is the same for all that is told about one kind of thing", () => {
    const { send } = stage();
    send("flood", "products/create", 1000);
    expect(send("flood", "products/update")).toEqual([names.bulkOf("flood")]);
  });

  it("is the prompt one again when what went by the bulk lane is processed, and not before", async () => {
    const { send, settle } = stage();
    send("flood", "products/update", 1000);
    await settle(names.prompt);
    expect(send("flood", "products/update")).toEqual([names.bulkOf("flood")]);
    await settle(names.bulkOf("flood"));
    await settle(names.prompt);
    expect(send("flood", "products/update")).toEqual([names.prompt]);
  });
});

describe("the bulk lanes", () => {
  it("are spread over the stores, the same in every process", () => {
    const stores = Array.from({ length: 1000 }, (_, number) => `store-${number}`);
    const counts = names.bulk.map((lane) => stores.filter((store) => names.bulkOf(store) === lane).length);
    for (const count of counts) expect(count).toBeGreaterThan(150);
    expect(createNames("").bulkOf("acme").worker).toBe(names.bulkOf("acme").worker);
  });
});
