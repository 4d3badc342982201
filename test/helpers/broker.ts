/** A real nats-server for a test file, and for each test a connection and names of its own. */
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { createLogger } from "../../src/log.ts";
import { type Broker, connect } from "../../src/nats/connect.ts";
import { createNames, type Names } from "../../src/nats/names.ts";
import { startTestServer, type TestServer } from "./nats.ts";

export interface TestBroker {
  readonly server: TestServer;
  readonly broker: Broker;
  readonly names: Names;
  readonly prefix: string;
}

/** A server for all tests of the file; call the result inside of tests and hooks only. */
export function useServer(): () => TestServer {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(async () => {
    await server?.stop();
  });
  return () => server;
}

/** Registers the hooks of the file; call the result inside of tests and later hooks only. */
export function useBroker(): () => TestBroker {
  const server = useServer();
  let broker: Broker;
  let names: Names;
  let prefix: string;
  let prefixes = 0;
  beforeEach(async () => {
    broker = await connect({ url: server().url, name: "test", log: createLogger("silent") });
    prefixes += 1;
    prefix = `t${prefixes}`;
    names = createNames(prefix);
  });
  afterEach(async () => {
    await broker?.close();
  });
  return () => ({ server: server(), broker, names, prefix });
}
