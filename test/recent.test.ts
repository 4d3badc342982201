import { describe, expect, it } from "vitest";
import { createRecent } from "../src/recent.ts";

describe("what is recent", () => {
  it("is what was set last; the oldest goes first", () => {
    const recent = createRecent<number>(2);
    recent.set("a", 1);
    recent.set("b", 2);
    recent.set("c", 3);
    expect(["a", "b", "c"].map(recent.get)).toEqual([undefined, 2, 3]);
  });

  it("is young again when it is set again", () => {
    const recent = createRecent<number>(2);
    recent.set("a", 1);
    recent.set("b", 2);
    recent.set("a", 3);
    recent.set("c", 4);
    expect(["a", "b", "c"].map(recent.get)).toEqual([3, undefined, 4]);
  });

  it("makes room by what is deleted", () => {
    const recent = createRecent<number>(2);
    recent.set("a", 1);
    recent.set("b", 2);
    recent.delete("b");
    recent.set("c", 3);
    expect(["a", "b", "c"].map(recent.get)).toEqual([1, undefined, 3]);
  });
});
