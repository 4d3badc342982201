import { afterAll, beforeAll } from "vitest";
import { createLogger } from "../../src/log.ts";
import { type Broker, connect } from "../../src/nats/connect.ts";
import { createKvEntities } from "../../src/publish/entities-kv.ts";
import { startTestServer, type TestServer } from "../helpers/nats.ts";
import { entitiesSuite } from "./entities-suite.ts";

let server: TestServer;
let broker: Broker;
let buckets = 0;

beforeAll(async () => {
  server = await startTestServer();
  broker = await connect({ url: server.url, name: "entities", log: createLogger("silent") });
});

afterAll(async () => {
  await broker?.close();
  await server?.stop();
});

entitiesSuite("bucket", async () => {
  buckets += 1;
  const bucket = `ENTITIES_${buckets}`;
  const kv = await broker.js.views.kv(bucket, { history: 1 });
  return { entities: createKvEntities(kv, bucket, broker.publisher) };
});
