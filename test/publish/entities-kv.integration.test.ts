import { beforeEach, describe, expect, it } from "vitest";
import type { KV } from "nats";
import type { Entities } from "../../src/publish/entities.ts";
import { createKvEntities } from "../../src/publish/entities-kv.ts";
import { useBroker } from "../helpers/broker.ts";
import { entitiesSuite } from "./entities-suite.ts";

const test = useBroker();
let buckets = 0;

async function openBucket(): Promise<{ readonly kv: KV; readonly entities: Entities }> {
  buckets += 1;
  const { broker } = test();
  const bucket = `ENTITIES_${buckets}`;
  const kv = await broker.js.views.kv(bucket, { history: 1 });
  return { kv, entities: createKvEntities(kv, bucket, broker.publisher) };
}

entitiesSuite("bucket", openBucket);

describe("a row that somebody removed by hand", () => {
  const key = "acme.order.1";
  let kv: KV;
  let entities: Entities;
  beforeEach(async () => {
    ({ kv, entities } = await openBucket());
  });

  it.each(["delete", "purge"] as const)("is there no more, and can be written anew: %s", async (remove) => {
    const before = await entities.save(key, "1", 0);
    await kv[remove](key);
    expect(await entities.load(key)).toBeUndefined();
    expect(await entities.save(key, "2", Number(before))).toBe("conflict");
    const revision = await entities.save(key, "3", 0);
    expect(await entities.load(key)).toMatchObject({ value: 3, revision });
    expect(await entities.save(key, "4", 0)).toBe("conflict");
  });
});
