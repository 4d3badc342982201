import { describe, expect, it } from "vitest";
import { pauseAfter } from "../../../src/publish/hydrate/policy.ts";

const LIMITS = { firstMs: 1000, maxMs: 10_000 };

describe("the pause after failures", () => {
  it("doubles up to its maximum", () => {
    const pauses = [1, 2, 3, 4, 5, 1000].map((failures) => pauseAfter(failures, LIMITS, () => 1));
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000]);
  });

  it("has a random second half", () => {
    expect(pauseAfter(1, LIMITS, () => 0)).toBe(500);
    expect(pauseAfter(1, LIMITS, () => 0.5)).toBe(750);
  });
});
