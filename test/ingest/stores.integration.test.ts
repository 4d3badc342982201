import type { KV } from "nats";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openStores } from "../../src/ingest/stores-kv.ts";
import { createLogger, type Logger } from "../../src/log.ts";
import { useBroker } from "../helpers/broker.ts";
import { aRecord, storesSuite } from "./stores-suite.ts";

const WAIT = { timeout: 10_000, interval: 10 };

const test = useBroker();
let buckets = 0;
let lines: { msg: string; store?: string }[] = [];
const log: Logger = createLogger("info", { stream: { write: (line) => void lines.push(JSON.parse(line)) } });

afterEach(() => {
  lines = [];
});

async function emptyBucket(): Promise<KV> {
  buckets += 1;
  return test().broker.js.views.kv(`STORES_${buckets}`, { history: 1 });
}

describe("in a bucket", () => {
  storesSuite(async () => openStores(await emptyBucket(), log));

  it("are there again after a restart", async () => {
    const kv = await emptyBucket();
    const before = await openStores(kv, log);
    for (const name of ["a", "b", "c"]) await before.add(aRecord({ name }));
    await before.remove("b");
    const after = await openStores(kv, log);
    expect(after.list()).toEqual([aRecord({ name: "a" }), aRecord({ name: "c" })]);
  });

  it("are known to every process that has them open: added, changed and removed", async () => {
    const kv = await emptyBucket();
    const [here, there] = [await openStores(kv, log), await openStores(kv, log)];
    await here.add(aRecord());
    await vi.waitFor(() => expect(there.find("acme")).toEqual(aRecord()), WAIT);
    await there.update("acme", (store) => ({ ...store, externalId: "shop" }));
    await vi.waitFor(() => expect(here.find("acme")?.externalId).toBe("shop"), WAIT);
    await here.remove("acme");
    await vi.waitFor(() => expect(there.find("acme")).toBeUndefined(), WAIT);
  });

  it("lose no change that two processes make at once", async () => {
    const kv = await emptyBucket();
    const [here, there] = [await openStores(kv, log), await openStores(kv, log)];
    await here.add(aRecord({ secrets: [] }));
    const append = (stores: typeof here, sealed: string) =>
      stores.update("acme", (store) => ({
        ...store,
        secrets: [...store.secrets, { sealed, createdAt: "2026-11-01T12:00:00.000Z" }],
      }));
    await Promise.all(["1", "2", "3", "4"].map((sealed, at) => append(at % 2 ? here : there, sealed)));
    const count = (stores: typeof here) => stores.find("acme")?.secrets.length;
    await vi.waitFor(() => expect([count(here), count(there)]).toEqual([4, 4]), WAIT);
  });

  it("never go back to an older state for a moment", async () => {
    const stores = await openStores(await emptyBucket(), log);
    await stores.add(aRecord({ externalId: "0" }));
    let isWriting = true;
    const writing = (async () => {
      for (let number = 1; number <= 200; number += 1) {
        await stores.update("acme", (store) => ({ ...store, externalId: String(number) }));
      }
    })().finally(() => {
      isWriting = false;
    });
    const seen: number[] = [];
    while (isWriting) {
      seen.push(Number(stores.find("acme")?.externalId));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await writing;
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it("that cannot be read are told in the log and do not hold up the others", async () => {
    const kv = await emptyBucket();
    await kv.put("broken", "{");
    await kv.put("odd", JSON.stringify({ name: "odd" }));
    await kv.put("acme", JSON.stringify(aRecord()));
    const stores = await openStores(kv, log);
    expect(stores.list()).toEqual([aRecord()]);
    expect(lines.map(({ store, msg }) => [store, msg])).toEqual([
      ["broken", "store record cannot be read"],
      ["odd", "store record cannot be read"],
    ]);
  });
});
