import { describe, expect, it } from "vitest";
import { createNames } from "../../../src/nats/names.ts";
import { consumerName, ownerOf } from "../../../src/subscriptions/consumers.ts";
import {
  overlaps,
  planConsumers,
  renameChanged,
  withNames,
} from "../../../src/subscriptions/lifecycle/plan.ts";

const names = createNames("t1");

describe("the planned consumers", () => {
  const planned = planConsumers({ name: "a-b", events: ["order.*", "stock.out"], deliver: "nats" }, names);

  it("are one per filter and one for what is addressed to the subscription alone", () => {
    expect(planned.map(({ stream, filter }) => [stream, filter])).toEqual([
      ["t1_COMMERCE", "t1.commerce.*.*.order.*"],
      ["t1_COMMERCE", "t1.commerce.*.*.stock.out"],
      ["t1_DIRECT", "t1.direct.a-b"],
    ]);
  });

  it("have names that say whose they are, the same for the same filter", () => {
    for (const { name, filter } of planned) {
      expect(ownerOf(name)).toBe("a-b");
      expect(consumerName("a-b", filter)).toBe(name);
    }
    expect(new Set(planned.map(({ name }) => name)).size).toBe(3);
    expect(ownerOf("publish")).toBeUndefined();
  });

  it("take the names that an account was prepared for", () => {
    const reserved = ["p1", "p2", "p3"];
    expect(withNames(planned, reserved).map(({ name }) => name)).toEqual(reserved);
    expect(withNames(planned, undefined)).toEqual(planned);
  });

  it("keep those names in a change, and refuse to become more than there are", () => {
    const before = withNames(planned, ["p1", "p2", "p3"]).map((each) => ({ ...each, from: 1 }));
    const [kept, gone, direct] = before;
    if (kept === undefined || gone === undefined || direct === undefined) return expect.unreachable();
    const fresh = { ...gone, name: "other", filter: "t1.commerce.*.*.price.*" };
    const change = { consumers: [fresh, kept, direct], removed: [gone] };
    const renamed = (reserved: string[] | undefined) =>
      renameChanged(change, before, reserved).map(({ name }) => name);
    expect(renamed(["p1", "p2", "p3"])).toEqual(["p2", "p1", "p3"]);
    expect(renamed(["p1", "p2", "p3", "p4"])).toEqual(["p4", "p1", "p3"]);
    expect(renamed(undefined)).toEqual(["other", "p1", "p3"]);
    expect(() => renamed(["p1", "p2"])).toThrow(/was prepared for 2/);
  });
});

it.each([
  ["a.*.c", "a.b.*", true],
  ["a.>", "a.b.c", true],
  ["a.b", "a.b.c", false],
  ["a.>", "a", false],
  ["a.x.*", "a.y.*", false],
  ["a.b.c", "a.b.c", true],
])("filters %s and %s overlap: %s", (a, b, expected) => {
  expect([overlaps(a, b), overlaps(b, a)]).toEqual([expected, expected]);
});
