import { describe, expect, it } from "vitest";
import { count, id, idOrNone, requiredCount } from "../../src/normalizers/payload.ts";

describe("an id", () => {
  it("is a text or an integer, and comes as a text", () => {
    expect([id.parse("a"), id.parse(42), idOrNone.parse(42)]).toEqual(["a", "42", "42"]);
  });

  it("is none where nothing is named", () => {
    for (const none of [null, false, "", 0, "0"]) expect(idOrNone.parse(none)).toBeNull();
    expect(idOrNone.parse(undefined)).toBeUndefined();
  });

  it("of more letters than any platform gives is unreadable, so that no event carries it", () => {
    for (const schema of [id, idOrNone]) {
      expect(schema.safeParse("a".repeat(256)).success).toBe(true);
      expect(schema.safeParse("a".repeat(257)).success).toBe(false);
    }
  });
});

describe("a count", () => {
  it("is a number in any spelling", () => {
    for (const schema of [count, requiredCount])
      expect([schema.parse(2), schema.parse("1.5")]).toEqual([2, 1.5]);
    for (const schema of [count, requiredCount]) expect(schema.safeParse("two").success).toBe(false);
  });

  it("that has to be there is missing where nothing is told", () => {
    for (const none of [undefined, null, ""]) {
      expect(count.safeParse(none).success).toBe(true);
      expect(requiredCount.safeParse(none).error?.issues).toMatchObject([{ message: "is missing" }]);
    }
  });
});
