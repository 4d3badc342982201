import { describe, expect, it } from "vitest";
import { createMemoryCollection } from "../src/collection.ts";
import { collectionSuite, type Note } from "./collection-suite.ts";

describe("in memory", () => {
  collectionSuite(async () => createMemoryCollection<Note>());

  it("begins with the records given", () => {
    const notes = createMemoryCollection([{ name: "b" }, { name: "a" }]);
    expect(notes.list()).toEqual([{ name: "a" }, { name: "b" }]);
  });
});
