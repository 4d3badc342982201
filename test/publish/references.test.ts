import { describe, expect, it } from "vitest";
import { reference } from "../../src/normalizers/platform.ts";
import { createMemoryEntities } from "../../src/publish/entities-memory.ts";
import { recallReference, rememberReference } from "../../src/publish/references.ts";
import { createTurns } from "../../src/turns.ts";

const FIELDS = { variantId: "11", productId: "1", sku: "BLANKET-GREY" };

function aWorld() {
  const rows = new Map<string, { text: string; revision: number }>();
  const entities = createMemoryEntities(rows);
  const writes: string[] = [];
  const counted = {
    ...entities,
    save: (key: string, text: string, revision: number) => {
      writes.push(text);
      return entities.save(key, text, revision);
    },
  };
  return { entities: counted, turns: createTurns(), writes, rows };
}

describe("a reference", () => {
  it("that nobody told is unknown", async () => {
    expect(await recallReference("acme", "21", aWorld())).toBeUndefined();
  });

  it("is recalled as it was told", async () => {
    const world = aWorld();
    await rememberReference("acme", reference("21", FIELDS), world);
    expect(await recallReference("acme", "21", world)).toEqual(FIELDS);
  });

  it.each([
    { variantId: "11", productId: "1" },
    { variantId: "11", productId: "1", sku: null },
    { sku: "ONLY" },
    {},
  ])("keeps apart what is absent and what is known to be empty (%j)", async (fields) => {
    const world = aWorld();
    await rememberReference("acme", reference("21", fields), world);
    expect(await recallReference("acme", "21", world)).toStrictEqual(fields);
  });

  it("belongs to its store and its item", async () => {
    const world = aWorld();
    await rememberReference("acme", reference("21", FIELDS), world);
    expect(await recallReference("other", "21", world)).toBeUndefined();
    expect(await recallReference("acme", "22", world)).toBeUndefined();
  });

  it("is written once while it stays the same, and again when it changes", async () => {
    const world = aWorld();
    for (let time = 0; time < 3; time += 1) await rememberReference("acme", reference("21", FIELDS), world);
    expect(world.writes).toHaveLength(1);
    await rememberReference("acme", reference("21", { ...FIELDS, sku: "NEW" }), world);
    expect(await recallReference("acme", "21", world)).toEqual({ ...FIELDS, sku: "NEW" });
  });

  it("is written by one of many webhooks that tell it at once", async () => {
    const world = aWorld();
    await Promise.all(
      Array.from({ length: 10 }, () => rememberReference("acme", reference("21", FIELDS), world)),
    );
    expect(world.writes).toHaveLength(1);
  });

  it("survives a race of two processes", async () => {
    const world = aWorld();
    const other = { ...world, turns: createTurns() };
    await Promise.all([
      rememberReference("acme", reference("21", FIELDS), world),
      rememberReference("acme", reference("21", FIELDS), other),
    ]);
    expect(await recallReference("acme", "21", world)).toEqual(FIELDS);
    expect(world.rows.size).toBe(1);
  });
});
