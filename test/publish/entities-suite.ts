/** What every store of rows promises. Memory and the bucket both pass it. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { entityKey } from "../../src/nats/names.ts";
import type { Entities } from "../../src/publish/entities.ts";

export interface EntitiesUnderTest {
  readonly entities: Entities;
  readonly close?: () => Promise<void>;
}

/** `make` gives an empty store each time. */
export function entitiesSuite(name: string, make: () => Promise<EntitiesUnderTest>): void {
  const key = entityKey("acme", "order", "820982911946154508");
  let made: EntitiesUnderTest;
  let entities: Entities;

  beforeEach(async () => {
    made = await make();
    entities = made.entities;
  });
  afterEach(async () => {
    await made.close?.();
  });

  async function saved(row: string, text: string, revision: number): Promise<number> {
    const result = await entities.save(row, text, revision);
    if (result === "conflict") throw new Error(`conflict at revision ${revision}`);
    return result;
  }

  describe(`${name}: rows`, () => {
    it("that were never written are undefined", async () => {
      expect(await entities.load(key)).toBeUndefined();
    });

    it("are loaded as they were written, with the revision of the write", async () => {
      const value = { id: "820982911946154508", title: "Zoë 🧣", total: { amount: "10.00" }, note: null };
      const revision = await saved(key, JSON.stringify(value), 0);
      expect(await entities.load(key)).toEqual({ value, revision, bytes: JSON.stringify(value).length });
    });

    it("are created once: a second creation is a conflict and changes nothing", async () => {
      const revision = await saved(key, '"first"', 0);
      expect(await entities.save(key, '"second"', 0)).toBe("conflict");
      expect(await entities.load(key)).toMatchObject({ value: "first", revision });
    });

    it("are replaced at their revision, which grows with each write", async () => {
      const first = await saved(key, "1", 0);
      const second = await saved(key, "2", first);
      const third = await saved(key, "3", second);
      expect(second).toBeGreaterThan(first);
      expect(third).toBeGreaterThan(second);
      expect(await entities.load(key)).toMatchObject({ value: 3, revision: third });
    });

    it("stay when somebody writes at a revision that has passed", async () => {
      const first = await saved(key, "1", 0);
      const second = await saved(key, "2", first);
      expect(await entities.save(key, "3", first)).toBe("conflict");
      expect(await entities.load(key)).toMatchObject({ value: 2, revision: second });
    });

    it("that do not exist cannot be replaced", async () => {
      expect(await entities.save(key, "1", 7)).toBe("conflict");
      expect(await entities.load(key)).toBeUndefined();
    });

    it("do not depend on each other: a write to one keeps the revision of another", async () => {
      const revision = await saved(key, "1", 0);
      await saved(entityKey("acme", "order", "2"), "1", 0);
      await saved(entityKey("other", "order", "820982911946154508"), "1", 0);
      expect(await entities.load(key)).toMatchObject({ value: 1, revision });
      expect(await entities.save(key, "2", revision)).not.toBe("conflict");
    });

    it("of ids with any characters are kept apart", async () => {
      const ids = ["", "a.b", "a b", "a*", ">", "ä", "A", "a", "a=2Eb", "x".repeat(300), "\r\nPUB x 1"];
      for (const id of ids) await saved(entityKey("acme", "cart", id), JSON.stringify(id), 0);
      for (const id of ids) {
        expect(await entities.load(entityKey("acme", "cart", id))).toMatchObject({ value: id });
      }
    });

    it("have one winner when many write at one revision", async () => {
      const revision = await saved(key, '"start"', 0);
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, writer) => entities.save(key, String(writer), revision)),
      );
      const winners = results.flatMap((result, writer) => (result === "conflict" ? [] : [writer]));
      expect(winners).toHaveLength(1);
      expect(await entities.load(key)).toMatchObject({ value: winners[0] });
    });

    it("hold a state of a megabyte", async () => {
      const value = "x".repeat(1_000_000);
      await saved(key, JSON.stringify(value), 0);
      expect(await entities.load(key)).toMatchObject({ value });
    });
  });
}
