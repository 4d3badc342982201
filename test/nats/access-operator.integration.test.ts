/** The hub on servers of somebody else's operator, who gave it keys to make accounts with. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { credsAuthenticator, type NatsConnection } from "nats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLogger } from "../../src/log.ts";
import { type OpenAccess, openClusterAccess } from "../../src/nats/access/open.ts";
import { type Broker, connect } from "../../src/nats/connect.ts";
import { createSeed, decodeJwt } from "../../src/nats/embedded/jwt.ts";
import { createNames } from "../../src/nats/names.ts";
import { createSecretBox } from "../../src/secret-box.ts";
import { connectSubscriber, type IssuedAccess, subscribe } from "../helpers/access-hub.ts";
import { eventually } from "../helpers/eventually.ts";
import { SECRET_KEY, startTestHub, type TestHub } from "../helpers/hub.ts";
import {
  type OperatorOptions,
  type OperatorServers,
  startOperatorServers,
} from "../helpers/operator-servers.ts";

const log = createLogger("silent");

describe.each<[string, OperatorOptions]>([
  ["one server", { size: 1, allowDelete: true }],
  ["a cluster of three that forgets no account", { size: 3, allowDelete: false }],
])("on %s", (_what, options) => {
  let outside: OperatorServers;
  let broker: Broker;
  let opened: OpenAccess;
  let hub: TestHub;

  beforeAll(async () => {
    outside = await startOperatorServers(options);
    const { url, files } = outside;
    const authenticator = credsAuthenticator(await readFile(files.hubCreds));
    broker = await eventually(() => connect({ url, name: "test", log, authenticator }), { withinMs: 60_000 });
    opened = await open(outside, broker);
    hub = await startTestHub({ url, prefix: "ext", authenticator, access: opened.access, now: Date.now });
  }, 120_000);

  afterAll(async () => {
    await hub?.stop();
    await opened?.close();
    await broker?.close();
    await outside?.stop();
  });

  /** Connected through each of the servers. */
  const connectAll = (issued: IssuedAccess): Promise<NatsConnection[]> =>
    Promise.all(outside.servers.map(({ url }) => connectSubscriber({ ...issued, servers: [url] })));

  test("credentials work on every server, for the subscriber's own consumers only", async () => {
    const [ours, theirs] = [await subscribe(hub, "shipping"), await subscribe(hub, "marketing")];
    expect(ours.servers).toEqual(outside.url.split(","));
    for (const connection of await connectAll(ours)) {
      const js = connection.jetstream({ apiPrefix: ours.apiPrefix, checkAPI: false, timeout: 2000 });
      for (const { stream, name } of ours.consumers) await js.consumers.get(stream, name);
      for (const { stream, name } of theirs.consumers) {
        await expect(js.consumers.get(stream, name)).rejects.toThrow(/503|timeout|responders/i);
      }
      await connection.close();
    }
  });

  test("events and acknowledgements pass", async () => {
    const issued = await subscribe(hub, "events");
    await hub.admin("POST", "/api/subscriptions/events/test", {});
    const [connection] = await connectAll(issued);
    const js = connection?.jetstream({ apiPrefix: issued.apiPrefix, checkAPI: false });
    const direct = issued.consumers.find(({ stream }) => stream !== issued.stream);
    const message = await (await js?.consumers.get(direct?.stream ?? "", direct?.name))?.next();
    expect(message?.json()).toMatchObject({ test: true });
    expect(await message?.ackAck()).toBe(true);
    await connection?.close();
  });

  test("removal ends connections to every server", async () => {
    const issued = await subscribe(hub, "removed");
    const connections = await connectAll(issued);
    expect((await hub.admin("DELETE", "/api/subscriptions/removed")).status).toBe(204);
    await eventually(() => expect(connections.every((each) => each.isClosed())).toBe(true), {
      withinMs: 2000,
    });
    await expect(connectAll(issued)).rejects.toThrow(/authorization/i);
  });

  test("what is disabled comes back when it is resumed", async () => {
    const issued = await subscribe(hub, "stopped");
    await hub.admin("POST", "/api/subscriptions/stopped/disable", {});
    await expect(connectAll(issued)).rejects.toThrow(/authorization/i);
    expect((await hub.admin("POST", "/api/subscriptions/stopped/resume", {})).status).toBe(200);
    const [connection] = await connectAll(issued);
    const js = connection?.jetstream({ apiPrefix: issued.apiPrefix, checkAPI: false });
    await js?.consumers.get(issued.stream, issued.consumers[0]?.name);
    await connection?.close();
  });

  test("what the operator's account exported before stays, and a second start adds nothing", async () => {
    const lookUp = async () => {
      const sys = await connectSubscriber({
        servers: [outside.url.split(",")[0] ?? ""],
        credentials: await readFile(outside.files.systemCredsFile, "utf8"),
      });
      const info = await broker.connection.request("$SYS.REQ.USER.INFO");
      const account = String(Object(Object(info.json()).data).account);
      const answer = await sys.request(`$SYS.REQ.ACCOUNT.${account}.CLAIMS.LOOKUP`);
      await sys.close();
      return answer.string();
    };
    const before = await lookUp();
    await (await open(outside, broker)).close();
    expect(await lookUp()).toBe(before);
    const { nats } = Object(decodeJwt(before));
    expect(nats.exports).toHaveLength(9);
    expect(nats.exports[0]).toEqual({ name: "own", subject: "own.>", type: "stream" });
    expect(nats.signing_keys).toHaveLength(1);
  });

  test("keys that do not belong to the account are refused with the variable's name", async () => {
    const other = join(outside.dir, "other.nk");
    await writeFile(other, createSeed("account"));
    await expect(open(outside, broker, { accountSeedFile: other })).rejects.toThrow(
      /NATS_ACCOUNT_SEED_FILE: A/,
    );
    await expect(open(outside, broker, { operatorSeedFile: other })).rejects.toThrow(
      /NATS_OPERATOR_SEED_FILE: .* holds no seed/,
    );
    await expect(open(outside, broker, { systemCredsFile: "/nowhere" })).rejects.toThrow(
      /NATS_SYSTEM_CREDS: /,
    );
  });
});

function open(
  { url, files }: OperatorServers,
  broker: Broker,
  overrides: Partial<OperatorServers["files"]> = {},
): Promise<OpenAccess> {
  return openClusterAccess(
    { operator: { ...files, ...overrides }, subscribersFile: undefined },
    {
      broker,
      nats: { url },
      names: createNames("ext"),
      replicas: 1,
      secretBox: createSecretBox(SECRET_KEY),
      log,
      now: Date.now,
    },
  );
}
