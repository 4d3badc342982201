/** What every collection does, wherever its records are kept. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Collection } from "../src/collection.ts";

export const note = z.object({ name: z.string(), text: z.string() });
export type Note = z.infer<typeof note>;

/** `make` gives an empty collection. */
export function collectionSuite(make: () => Promise<Collection<Note>>): void {
  describe("a collection", () => {
    it("finds and lists by name what was added, and is ready", async () => {
      const notes = await make();
      expect([notes.isReady(), notes.list(), notes.find("a")]).toEqual([true, [], undefined]);
      for (const name of ["b", "a-1", "a"]) expect(await notes.add({ name, text: name })).toBe(true);
      expect(notes.list().map(({ name }) => name)).toEqual(["a", "a-1", "b"]);
      expect(notes.find("a")).toEqual({ name: "a", text: "a" });
      expect(notes.find("__proto__")).toBeUndefined();
    });

    it("lets one win when several add, and one when several remove", async () => {
      const notes = await make();
      const texts = ["1", "2", "3"];
      const added = await Promise.all(texts.map((text) => notes.add({ name: "a", text })));
      expect(added.filter(Boolean)).toHaveLength(1);
      expect(notes.find("a")?.text).toBe(texts[added.indexOf(true)]);
      const removed = await Promise.all(texts.map(() => notes.remove("a")));
      expect(removed.filter(Boolean)).toHaveLength(1);
      expect([notes.find("a"), notes.list()]).toEqual([undefined, []]);
    });

    it("loses no change when several are made at once", async () => {
      const notes = await make();
      await notes.add({ name: "a", text: "" });
      const append = (letter: string) =>
        notes.update("a", (current) => ({ ...current, text: current.text + letter }));
      await Promise.all(["x", "y", "z"].map(append));
      expect([...(notes.find("a")?.text ?? "")].sort()).toEqual(["x", "y", "z"]);
    });

    it("tells every listener of each change after it was made, and of the removal", async () => {
      const notes = await make();
      await notes.add({ name: "before", text: "" });
      const told: unknown[] = [];
      notes.onChange((name, record) => told.push([name, record?.text, notes.find(name)?.text]));
      let count = 0;
      notes.onChange(() => {
        count += 1;
      });
      await notes.add({ name: "a", text: "1" });
      await notes.update("a", () => ({ name: "a", text: "2" }));
      await notes.remove("a");
      await notes.add({ name: "a", text: "3" });
      expect(told).toEqual([
        ["a", "1", "1"],
        ["a", "2", "2"],
        ["a", undefined, undefined],
        ["a", "3", "3"],
      ]);
      expect(count).toBe(4);
    });

    it("tells nothing when nothing changed", async () => {
      const notes = await make();
      await notes.add({ name: "a", text: "1" });
      notes.onChange(() => expect.unreachable("nothing changed"));
      expect(await notes.add({ name: "a", text: "2" })).toBe(false);
      expect(await notes.update("b", (current) => current)).toBeUndefined();
      expect(await notes.remove("b")).toBe(false);
    });
  });
}
