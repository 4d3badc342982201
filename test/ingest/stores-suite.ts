/** What every place that keeps stores has to do; memory and bucket run the same. */
import { describe, expect, it } from "vitest";
import { rotateSecrets, type Store, type Stores } from "../../src/ingest/stores.ts";
import { NOW } from "../helpers/app.ts";

/** `make` gives empty stores. */
export function storesSuite(make: () => Promise<Stores>): void {
  describe("stores", () => {
    it("are ready, and empty at first", async () => {
      const stores = await make();
      expect([stores.isReady(), stores.list(), stores.find("acme")]).toEqual([true, [], undefined]);
    });

    it("are found by name as soon as they were added", async () => {
      const stores = await make();
      const acme = aRecord({ externalId: "acme.example", options: { currency: "EUR" } });
      expect(await stores.add(acme)).toBe(true);
      expect(stores.find("acme")).toEqual(acme);
      for (const name of ["ACME", "acm", "constructor", "__proto__", "", "*", ">"]) {
        expect(stores.find(name), name).toBeUndefined();
      }
    });

    it("are listed by name", async () => {
      const stores = await make();
      for (const name of ["b", "c-1", "a", "c"]) await stores.add(aRecord({ name }));
      expect(stores.list().map(({ name }) => name)).toEqual(["a", "b", "c", "c-1"]);
    });

    it("keep the first of a name", async () => {
      const stores = await make();
      await stores.add(aRecord({ platform: "shopify" }));
      expect(await stores.add(aRecord({ platform: "woocommerce" }))).toBe(false);
      expect(stores.find("acme")?.platform).toBe("shopify");
    });

    it("let one win when several add the same name at once", async () => {
      const stores = await make();
      const platforms = ["a", "b", "c", "d"];
      const added = await Promise.all(platforms.map((platform) => stores.add(aRecord({ platform }))));
      expect(added.filter(Boolean)).toHaveLength(1);
      expect(stores.find("acme")?.platform).toBe(platforms[added.indexOf(true)]);
    });

    it("show a change as soon as it is made", async () => {
      const stores = await make();
      await stores.add(aRecord());
      for (let number = 0; number < 50; number += 1) {
        const changed = await stores.update("acme", (store) => ({ ...store, externalId: String(number) }));
        expect(changed?.externalId).toBe(String(number));
        expect(stores.find("acme")).toEqual(changed);
      }
    });

    it("lose no change when several are made at once", async () => {
      const stores = await make();
      await stores.add(aRecord());
      const rotate = (sealed: string) =>
        stores.update("acme", (store) => rotateSecrets(store, [sealed], NOW, 3600));
      const names = ["a", "b", "c", "d", "e"];
      await Promise.all(names.map(rotate));
      const kept = stores.find("acme")?.secrets.map(({ sealed }) => sealed) ?? [];
      expect(kept.sort()).toEqual([...names, "sealed"].sort());
    });

    it("change nothing that is not there", async () => {
      const stores = await make();
      const change = () => expect.unreachable("there is nothing to change");
      expect(await stores.update("acme", change)).toBeUndefined();
      expect(await stores.remove("acme")).toBe(false);
      expect(stores.list()).toEqual([]);
    });

    it("forget what was removed, and its name is free", async () => {
      const stores = await make();
      await stores.add(aRecord());
      expect(await stores.remove("acme")).toBe(true);
      expect([stores.find("acme"), stores.list()]).toEqual([undefined, []]);
      expect(await stores.remove("acme")).toBe(false);
      expect(await stores.update("acme", (store) => store)).toBeUndefined();
      expect(await stores.add(aRecord({ platform: "woocommerce" }))).toBe(true);
      expect(stores.find("acme")?.platform).toBe("woocommerce");
    });

    it("leave the record alone that they were given", async () => {
      const stores = await make();
      const given = aRecord();
      await stores.add(given);
      await stores.update("acme", (store) => ({ ...store, platform: "woocommerce" }));
      expect(given.platform).toBe("shopify");
    });
  });
}

export function aRecord(changes: Partial<Store> = {}): Store {
  return {
    name: "acme",
    platform: "shopify",
    connectedAt: "2026-11-01T12:00:00.000Z",
    options: {},
    secrets: [{ sealed: "sealed", createdAt: "2026-11-01T12:00:00.000Z" }],
    ...changes,
  };
}
