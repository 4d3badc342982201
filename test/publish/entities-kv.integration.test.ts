import { createKvEntities } from "../../src/publish/entities-kv.ts";
import { useBroker } from "../helpers/broker.ts";
import { entitiesSuite } from "./entities-suite.ts";

const test = useBroker();
let buckets = 0;

entitiesSuite("bucket", async () => {
  buckets += 1;
  const { broker } = test();
  const bucket = `ENTITIES_${buckets}`;
  const kv = await broker.js.views.kv(bucket, { history: 1 });
  return { entities: createKvEntities(kv, bucket, broker.publisher) };
});
