import { describe, expect, it } from "vitest";
import { ConfigError, describeConfig, loadConfig, VARIABLES } from "../src/config.ts";

const SECRETS = {
  ADMIN_TOKEN: "plain-admin-token",
  SECRET_KEY: "ab".repeat(32),
  NATS_PASSWORD: "plain-password",
  NATS_TOKEN: "plain-token",
};

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return expect.unreachable("the configuration was taken");
}

describe("the configuration", () => {
  it("needs nothing: the hub listens on this machine only and keeps its own server", () => {
    expect(loadConfig({})).toMatchObject({
      host: "127.0.0.1",
      port: 8080,
      dataDir: "./data",
      durability: "strict",
      publicUrl: undefined,
      adminToken: undefined,
      secretKey: undefined,
      nats: undefined,
      natsPrefix: "",
      replicas: 1,
      logLevel: "info",
      egressAllow: [],
      retentionSeconds: { inbox: 1_209_600, commerce: 2_592_000, dead: 7_776_000, attempts: 1_209_600 },
    });
  });

  it("cannot be changed afterwards", () => {
    expect(Object.isFrozen(loadConfig({}))).toBe(true);
  });

  it("takes an empty variable for none, as compose files write them", () => {
    const empty = Object.fromEntries(VARIABLES.map((name) => [name, ""]));
    expect(loadConfig(empty)).toEqual(loadConfig({}));
    expect(loadConfig({ PORT: undefined })).toEqual(loadConfig({}));
  });

  it("does not mind variables of others", () => {
    expect(loadConfig({ PATH: "/bin", ENTREPOT_URL: "x", npm_config_x: "1" })).toEqual(loadConfig({}));
  });

  it("names every problem at once, each with its variable", () => {
    const problems = problemsOf({
      PORT: "80 80",
      PUBLIC_URL: "ftp://example.com",
      ADMIN_TOKEN: "short",
      SECRET_KEY: "zz",
      DURABILITY: "some",
      NATS_PREFIX: "My.Hub",
      NATS_REPLICAS: "9",
      LOG_LEVEL: "loud",
    });
    const named = problems.map((problem) => problem.split(":")[0]);
    expect(named).toEqual([
      "PORT",
      "PUBLIC_URL",
      "ADMIN_TOKEN",
      "SECRET_KEY",
      "DURABILITY",
      "NATS_PREFIX",
      "NATS_REPLICAS",
      "LOG_LEVEL",
    ]);
  });

  it("repeats no secret when it is wrong", () => {
    const problems = problemsOf({ ADMIN_TOKEN: "plain-short", SECRET_KEY: "plain-key" }).join();
    expect(problems).not.toContain("plain-");
  });

  it.each([
    ["PORT", "-1"],
    ["PORT", "65536"],
    ["PORT", "8080.5"],
    ["PORT", "http"],
    ["PUBLIC_URL", "hub.example.com"],
    ["PUBLIC_URL", "javascript:alert(1)"],
    ["SECRET_KEY", "ab".repeat(31)],
    ["ADMIN_TOKEN", "x".repeat(15)],
    ["ADMIN_TOKEN", "a token with blanks in it"],
    ["ADMIN_TOKEN", "ein-geheimes-Wörtchen"],
    ["NATS_PREFIX", "1hub"],
    ["NATS_PREFIX", "hub-1"],
    ["NATS_PREFIX", "a".repeat(32)],
    ["NATS_PORT", "70000"],
    ["NATS_REPLICAS", "0"],
    ["INBOX_RETENTION_SECONDS", "60"],
    ["EGRESS_ALLOW", "10.0.0.0/8,office"],
    ["EGRESS_ALLOW", "10.0.0.0/33"],
    ["EGRESS_ALLOW", "10.1.0.0/8"],
    ["BODY_BYTES_MAX", "100"],
    ["BODY_BYTES_MAX", "80000000"],
    ["WAITING_REQUESTS_MAX", "0"],
  ])("refuses %s=%s", (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name}: `))]);
  });

  it("lists the networks that endpoints may be in", () => {
    expect(loadConfig({ EGRESS_ALLOW: "10.0.0.0/8, ::1" }).egressAllow).toEqual(["10.0.0.0/8", "::1"]);
    expect(problemsOf({ EGRESS_ALLOW: "10.1.0.0/8" })).toEqual([
      'EGRESS_ALLOW: "10.1.0.0/8" has bits set after its prefix',
    ]);
  });

  it("takes the slash from the end of the public address, which stands before paths", () => {
    expect(loadConfig({ PUBLIC_URL: "https://hub.example.com/" }).publicUrl).toBe("https://hub.example.com");
    expect(loadConfig({ PUBLIC_URL: "https://example.com/hub//" }).publicUrl).toBe("https://example.com/hub");
  });

  it("reaches another server with whatever it asks for", () => {
    const { nats } = loadConfig({
      NATS_URL: "tls://nats.example.com",
      NATS_USER: "u",
      NATS_PASSWORD: "p",
      NATS_CA: "/ca.pem",
    });
    expect(nats).toMatchObject({
      url: "tls://nats.example.com",
      user: "u",
      password: "p",
      tls: { ca: "/ca.pem" },
    });
    expect(loadConfig({ NATS_USER: "u" }).nats).toBeUndefined();
    expect(loadConfig({ NATS_URL: "x" }).nats?.tls).toBeUndefined();
  });
});

describe("how subscribers reach NATS", () => {
  const OPEN = { NATS_HOST: "0.0.0.0", NATS_TLS_CERT: "/cert.pem", NATS_TLS_KEY: "/key.pem" };
  const KEYS = { NATS_OPERATOR_SEED_FILE: "/o", NATS_ACCOUNT_SEED_FILE: "/a", NATS_SYSTEM_CREDS: "/s" };

  it("is this machine alone, unless more is asked for", () => {
    expect(loadConfig({}).natsAccess).toEqual({
      host: "127.0.0.1",
      tls: undefined,
      publicUrls: undefined,
      operator: undefined,
      subscribersFile: undefined,
    });
  });

  it("may be other machines, with TLS and an address for them", () => {
    const { natsAccess } = loadConfig({ ...OPEN, NATS_PUBLIC_URL: "tls://a.example:4222, tls://b.example" });
    expect(natsAccess).toMatchObject({
      host: "0.0.0.0",
      tls: { cert: "/cert.pem", key: "/key.pem" },
      publicUrls: ["tls://a.example:4222", "tls://b.example"],
    });
  });

  it.each(["0.0.0.0", "::", "10.0.0.7", "nats.example.com", "127.0.0.1.example.com"])(
    "is never %s without TLS",
    (host) => {
      expect(problemsOf({ NATS_HOST: host, NATS_PUBLIC_URL: "nats://a.example" })).toEqual([
        expect.stringMatching(/^NATS_HOST: .*NATS_TLS_CERT and NATS_TLS_KEY/),
      ]);
    },
  );

  it.each(["127.0.0.1", "127.1.2.3", "::1", "localhost"])("may be %s without TLS", (host) => {
    expect(loadConfig({ NATS_HOST: host }).natsAccess.host).toBe(host);
  });

  it.each<[string, Record<string, string>]>([
    ["NATS_PUBLIC_URL", OPEN],
    ["NATS_PUBLIC_URL", { NATS_PUBLIC_URL: "https://nats.example.com" }],
    ["NATS_PUBLIC_URL", { NATS_PUBLIC_URL: "nats://user:password@nats.example.com" }],
    ["NATS_TLS_CERT", { NATS_TLS_CERT: "/cert.pem" }],
    ["NATS_HOST", { ...OPEN, NATS_URL: "nats://a", NATS_PUBLIC_URL: "nats://b" }],
    ["NATS_OPERATOR_SEED_FILE", { NATS_URL: "nats://a", NATS_SYSTEM_CREDS: "/s" }],
    ["NATS_SUBSCRIBERS_FILE", { NATS_URL: "nats://a", ...KEYS, NATS_SUBSCRIBERS_FILE: "/l" }],
    ["NATS_URL", KEYS],
    ["NATS_URL", { NATS_SUBSCRIBERS_FILE: "/l" }],
  ])("names %s when it does not fit the rest", (name, env) => {
    expect(problemsOf(env)).toEqual([expect.stringMatching(new RegExp(`^${name}[.:]`))]);
  });

  it("may be accounts that the hub makes, or prepared ones", () => {
    expect(loadConfig({ NATS_URL: "nats://a", ...KEYS }).natsAccess.operator).toEqual({
      operatorSeedFile: "/o",
      accountSeedFile: "/a",
      systemCredsFile: "/s",
    });
    const prepared = { NATS_URL: "nats://a", NATS_SUBSCRIBERS_FILE: "/l" };
    expect(loadConfig(prepared).natsAccess.subscribersFile).toBe("/l");
  });
});

describe("what is told of the configuration at start", () => {
  it("holds no secret, but says which are there", () => {
    const url = "nats://user:plain-in-url@a:4222,nats://user:plain-in-url@b:4222";
    const told = describeConfig(loadConfig({ ...SECRETS, NATS_URL: url, NATS_USER: "u" }));
    const text = JSON.stringify(told);
    for (const secret of [...Object.values(SECRETS), "plain-in-url"]) expect(text).not.toContain(secret);
    expect(told).toMatchObject({
      adminToken: { configured: true },
      secretKey: { configured: true },
      nats: { url: "nats://***@a:4222,nats://***@b:4222", credentials: true, tls: false },
    });
  });

  it("shows no part of a password, whatever letters it holds", () => {
    const urls = {
      "nats://user:pa@ss/word@a:4222": "nats://***@a:4222",
      "nats://token/secret@a, tls://u:p,a@ss@b": "nats://***@a, tls://***@b",
      "user:pa@ss@a,b": "***@a,b",
      "nats://a:4222,b": "nats://a:4222,b",
    };
    for (const [url, shown] of Object.entries(urls)) {
      expect(describeConfig(loadConfig({ NATS_URL: url }))).toMatchObject({ nats: { url: shown } });
    }
  });

  it("says what is missing and which server is used", () => {
    expect(describeConfig(loadConfig({}))).toMatchObject({
      host: "127.0.0.1",
      port: 8080,
      adminToken: { configured: false },
      secretKey: { configured: false },
      nats: "embedded",
    });
  });
});
