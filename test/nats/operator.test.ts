import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nkeys } from "nats";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { configText } from "../../src/nats/embedded/config.ts";
import { type Layout, layout } from "../../src/nats/embedded/files.ts";
import { fromSeed } from "../../src/nats/embedded/jwt.ts";
import { createKeys, loadKeys, signIdentities } from "../../src/nats/embedded/operator.ts";

const EVENTS = { subscriberStreams: ["COMMERCE", "DIRECT"], eventSubject: "commerce.>" };
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

function decode(jwt: string) {
  const [header = "", claims = "", signature = ""] = jwt.split(".");
  const json = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  const body = json(claims);
  const isGenuine: boolean = nkeys
    .fromPublic(body.iss)
    .verify(
      new TextEncoder().encode(`${header}.${claims}`),
      new Uint8Array(Buffer.from(signature, "base64url")),
    );
  return { header: json(header), claims: body, isGenuine };
}

function userJwt(creds: string): string {
  return creds.split("\n")[1] ?? "";
}

describe("identities", () => {
  const keys = createKeys();
  const signed = signIdentities(keys, EVENTS, NOW);
  const operator = fromSeed(keys.operator).getPublicKey();
  const hub = fromSeed(keys.accounts.hub).getPublicKey();

  test("signs each token with the key one level above", () => {
    const issuers = [
      [signed.operatorJwt, operator],
      ...[...signed.accounts.values()].map((jwt) => [jwt, operator]),
      [userJwt(signed.creds.hub), hub],
      [userJwt(signed.creds.reader), hub],
      [userJwt(signed.creds.sys), signed.systemAccount],
    ] as const;
    for (const [jwt = "", issuer] of issuers) {
      const { header, claims, isGenuine } = decode(jwt);
      expect(header).toEqual({ typ: "JWT", alg: "ed25519-nkey" });
      expect(claims.iss).toBe(issuer);
      expect(claims.iat).toBe(NOW / 1000);
      expect(isGenuine).toBe(true);
    }
  });

  test("gives the reader nothing but the events", () => {
    const { nats } = decode(userJwt(signed.creds.reader)).claims;
    expect(nats).toMatchObject({ pub: { deny: [">"] }, sub: { allow: ["commerce.>"] } });
  });

  test("gives JetStream to the HUB account only", () => {
    const limits = (key: string) => decode(signed.accounts.get(key) ?? "").claims.nats.limits;
    expect(limits(hub)).toMatchObject({ disk_storage: -1, mem_storage: -1, streams: -1, consumer: -1 });
    expect(limits(signed.systemAccount)).not.toHaveProperty("disk_storage");
  });

  test("exports the events' consumers for accounts that hold a token", () => {
    const prefixed = signIdentities(
      keys,
      { subscriberStreams: ["eu_COMMERCE"], eventSubject: "eu.commerce.>" },
      NOW,
    );
    const { exports } = decode(prefixed.accounts.get(hub) ?? "").claims.nats;
    expect(exports.map((service: { subject: string }) => service.subject)).toEqual([
      "$JS.API.CONSUMER.MSG.NEXT.eu_COMMERCE.*",
      "$JS.API.CONSUMER.INFO.eu_COMMERCE.*",
      "$JS.ACK.eu_COMMERCE.*.*.*.*.*.*",
      "$JS.ACK.*.*.eu_COMMERCE.*.*.*.*.*.>",
    ]);
    for (const service of exports) expect(service).toMatchObject({ type: "service", token_req: true });
  });
});

describe("keys of a data directory", () => {
  let files: Layout;

  beforeEach(async () => {
    files = layout(await mkdtemp(join(tmpdir(), "entrepot-keys-")));
    await mkdir(files.store, { recursive: true });
  });

  afterEach(() => rm(join(files.dir, ".."), { recursive: true, force: true }));

  test("are the same at every start, and secret", async () => {
    const first = await loadKeys(files);
    expect(await loadKeys(files)).toEqual(first);
    expect((await stat(files.keys)).mode & 0o777).toBe(0o600);
    expect(await readdir(files.dir)).toEqual(["keys.json", "store"]);
  });

  test("are not replaced while streams belong to the lost ones", async () => {
    await mkdir(join(files.store, "jetstream"));
    await expect(loadKeys(files)).rejects.toMatchObject({
      code: "server_failed",
      message: expect.stringMatching(/keys\.json is missing.*backup/),
    });
  });

  test("are not replaced when they cannot be read", async () => {
    await writeFile(files.keys, "{");
    await expect(loadKeys(files)).rejects.toMatchObject({ code: "server_failed" });
    expect(await readFile(files.keys, "utf8")).toBe("{");
  });
});

describe("server configuration", () => {
  const keys = createKeys();
  const base = {
    files: layout("/data"),
    identities: signIdentities(keys, EVENTS, NOW),
    host: "127.0.0.1",
    port: -1,
    storeBytesMax: 2 ** 30,
    serverName: "entrepot-test",
  };

  test("syncs every write in class strict and every 100 ms in class relaxed", () => {
    expect(configText({ ...base, durability: "strict" })).toContain("sync_interval: always\n");
    expect(configText({ ...base, durability: "relaxed" })).toContain('sync_interval: "100ms"\n');
  });

  test("holds no seed, and no monitoring unless asked", () => {
    const text = configText({ ...base, durability: "strict" });
    for (const seed of [keys.operator, ...Object.values(keys.accounts), ...Object.values(keys.users)]) {
      expect(text).not.toContain(seed);
    }
    expect(text).not.toContain("http:");
    expect(configText({ ...base, durability: "strict", monitorPort: -1 })).toContain('http: "127.0.0.1:-1"');
  });
});
