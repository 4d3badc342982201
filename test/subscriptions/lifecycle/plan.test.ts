import { describe, expect, it } from "vitest";
import { createNames } from "../../../src/nats/names.ts";
import { consumerName, ownerOf } from "../../../src/subscriptions/consumers.ts";
import { overlaps, planConsumers, withNames } from "../../../src/subscriptions/lifecycle/plan.ts";

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

  it("take the names that an account was prepared for, and keep those they have", () => {
    const reserved = ["p1", "p2", "p3"];
    const [first, second, direct] = withNames(planned, reserved);
    expect([first?.name, second?.name, direct?.name]).toEqual(reserved);
    const before = [first, direct].flatMap((each) => (each ? [{ ...each, from: 1 }] : []));
    const next = planConsumers({ name: "a-b", events: ["price.*", "order.*"], deliver: "nats" }, names);
    expect(withNames(next, reserved, before).map(({ filter, name }) => [filter, name])).toEqual([
      ["t1.commerce.*.*.price.*", "p2"],
      ["t1.commerce.*.*.order.*", "p1"],
      ["t1.direct.a-b", "p3"],
    ]);
    expect(withNames(planned, undefined)).toEqual(planned);
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
