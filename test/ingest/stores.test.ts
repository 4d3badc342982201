import { describe, expect, it } from "vitest";
import {
  activeSecrets,
  rotateSecrets,
  storeName,
  storeOptions,
  storeRecord,
} from "../../src/ingest/stores.ts";
import { createMemoryStores } from "../../src/ingest/stores-memory.ts";
import { NOW } from "../helpers/app.ts";
import { aRecord, storesSuite } from "./stores-suite.ts";

describe("in memory", () => {
  storesSuite(async () => createMemoryStores());
});

describe("a store's name", () => {
  it.each(["a", "0", "acme", "a-b", "a-", "constructor", "a".repeat(63)])("may be %s", (name) => {
    expect(storeName.safeParse(name).success).toBe(true);
  });

  it.each(["", "-a", "A", "a b", "a.b", "a_b", "*", ">", "ä", "a\n", "a".repeat(64), "__proto__"])(
    "may not be %j",
    (name) => {
      expect(storeName.safeParse(name).success).toBe(false);
    },
  );
});

describe("options of a store", () => {
  it("are a closed list with closed values", () => {
    expect(storeOptions.parse({ currency: "EUR", weightUnit: "kg", dimensionUnit: "cm" })).toBeTruthy();
    for (const wrong of [{ currency: "eur" }, { currency: "EURO" }, { weightUnit: "t" }, { other: 1 }]) {
      expect(storeOptions.safeParse(wrong).success).toBe(false);
    }
  });
});

describe("secrets of a store", () => {
  it("without an end count for ever", () => {
    expect(activeSecrets(aRecord(), Number.MAX_SAFE_INTEGER)).toEqual(["sealed"]);
  });

  it("count until the moment of their end", () => {
    const store = rotateSecrets(aRecord(), ["new"], NOW, 60);
    expect(activeSecrets(store, NOW + 59_999)).toEqual(["new", "sealed"]);
    expect(activeSecrets(store, NOW + 60_000)).toEqual(["new"]);
    expect(storeRecord.parse(store)).toEqual(store);
  });

  it("with an end that nobody can read do not count", () => {
    const [secret] = aRecord().secrets;
    const store = aRecord({ secrets: [{ createdAt: "", sealed: "", ...secret, expiresAt: "soon" }] });
    expect(activeSecrets(store, NOW)).toEqual([]);
  });

  it("that are rotated leave the record they came from alone", () => {
    const store = Object.freeze(aRecord());
    expect(rotateSecrets(store, ["new"], NOW, 60)).not.toBe(store);
    expect(store).toEqual(aRecord());
  });
});
