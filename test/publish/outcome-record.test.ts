import { describe, expect, it } from "vitest";
import { entityOutcome, listEntities, outcomeRecord } from "../../src/publish/outcome-record.ts";

describe("the entities of a webhook's record", () => {
  it("are told apart by resource and id", () => {
    const listed = listEntities([
      { resource: "order", id: "1", outcome: "published" },
      { resource: "price", id: "1", outcome: "stale" },
      { resource: "stock", id: "5:9", outcome: "unchanged" },
    ]);
    expect(entityOutcome(listed, "order", "1")).toBe("published");
    expect(entityOutcome(listed, "price", "1")).toBe("stale");
    expect(entityOutcome(listed, "stock", "5:9")).toBe("unchanged");
    expect(entityOutcome(listed, "order", "2")).toBeUndefined();
    expect(listed).not.toHaveProperty("unlisted");
  });

  it("stay small for a product of thousands of variants, and say how many are left out", () => {
    const outcomes = Array.from({ length: 3000 }, (_, index) => {
      return { resource: "price", id: String(44_000_000_000_000 + index), outcome: "unchanged" } as const;
    });
    const { entities = {}, unlisted } = listEntities(outcomes);
    expect(JSON.stringify(entities).length).toBeLessThan(5000);
    expect((entities.unchanged?.length ?? 0) + (unlisted ?? 0)).toBe(3000);
  });

  it("may be missing: the first version wrote none", () => {
    const record = { webhook: "w", store: "acme", topic: "orders/create", outcome: "published", events: 1 };
    expect(entityOutcome(outcomeRecord.parse(record), "order", "1")).toBeUndefined();
  });
});
