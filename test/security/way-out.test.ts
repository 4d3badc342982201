/**
 * Every address that data can name leads through the one guarded way out: those of subscriptions, of shops' APIs and their
 * tokens, of key sets and of validation handshakes. The guard itself is tested in `test/egress`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createEgress, EgressRefused } from "../../src/egress/egress.ts";
import { createPlatformFetch } from "../../src/ingest/signature/platform-fetch.ts";
import { fill } from "../../src/ingest/signature/key-source.ts";
import { fillAddress, resolveBelow, SetupProblem } from "../../src/publish/hydrate/template.ts";
import { requestApi } from "../../src/publish/hydrate/request.ts";
import { attempt } from "../../src/subscriptions/deliver/attempt.ts";
import { platforms } from "../../src/normalizers/registry.ts";
import type { KeySource, SignatureScheme } from "../../src/normalizers/scheme.ts";
import { type Endpoint, startEndpoint } from "../helpers/endpoint.ts";
import { examplesOf, WIRES } from "../helpers/wires.ts";

const SRC = join(import.meta.dirname, "../../src");

/** Spellings of this machine and of a cloud's metadata; each with the port of something that listens. */
const INSIDE = [
  "127.0.0.1",
  "127.1",
  "2130706433",
  "0x7f000001",
  "017700000001",
  "0177.0.0.1",
  "0",
  "localhost",
  "LOCALHOST.",
  "①②⑦.⓪.⓪.①",
  "127。0。0。1",
  "[::1]",
  "[::]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[64:ff9b::7f00:1]",
  "169.254.169.254",
  "[fd00:ec2::254]",
  "10.0.0.1",
  "100.64.0.1",
];

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start() {
  const endpoint: Endpoint = await startEndpoint();
  // A name that the outside gives an inside address; no name is looked up for real.
  const resolve = async () => [{ address: "127.0.0.1", family: 4 }];
  const egress = createEgress({ allow: [], resolve });
  closing.push(egress.close, endpoint.close);
  return { endpoint, egress };
}

describe("an inside address", () => {
  it("is not called for a subscription, however it is spelled", async () => {
    const { endpoint, egress } = await start();
    const event = { id: "1", body: Buffer.from("{}") };
    for (const host of [...INSIDE, "rebind.example"]) {
      const url = `http://${host}:${endpoint.port}/hook`;
      const delivery = { url, headers: {}, secrets: [`whsec_${"A".repeat(43)}=`], event, timeoutMs: 5000 };
      const result = await attempt(delivery, { dispatcher: egress.dispatcher, now: Date.now });
      expect(result, host).toMatchObject({ kind: "refused", error: "egress" });
    }
    expect(endpoint.requests).toEqual([]);
  });

  it("is not called for a shop's API or its tokens", async () => {
    const { endpoint, egress } = await start();
    for (const host of [...INSIDE, "rebind.example"]) {
      const url = fillAddress("{shopUrl}/api", { shopUrl: `http://${host}:${endpoint.port}` });
      const deps = {
        dispatcher: egress.dispatcher,
        timeoutMs: 5000,
        now: Date.now,
        signal: new AbortController().signal,
      };
      const answer = await requestApi({ url, method: "GET", headers: { authorization: "secret" } }, deps);
      expect(answer, host).toMatchObject({ ok: false, failure: { kind: "refused" } });
    }
    expect(endpoint.requests).toEqual([]);
  });

  it("is not called for keys, tokens to be checked and handshakes", async () => {
    const { endpoint, egress } = await start();
    const fetch = createPlatformFetch(egress.dispatcher);
    for (const host of [...INSIDE, "rebind.example"])
      for (const scheme of ["http", "https"])
        expect(await fetch(`${scheme}://${host}:${endpoint.port}/keys`), host).toBeUndefined();
    expect(endpoint.requests).toEqual([]);
    expect(endpoint.connections()).toBe(0);
  });

  it("is refused with its reason by the guard", async () => {
    const { endpoint, egress } = await start();
    const request = egress.dispatcher.request({
      origin: `http://127.0.0.1:${endpoint.port}`,
      path: "/",
      method: "GET",
    });
    await expect(request).rejects.toBeInstanceOf(EgressRefused);
  });
});

/** What somebody could give for a setting in order to have another host called. */
const STEERING = [
  "evil.example/",
  "evil.example#",
  "@evil.example",
  "x@evil.example:443/?",
  "..",
  "../../evil",
  "\\evil.example",
  "a b",
  "x\r\nHost: evil.example",
  "",
];

describe("a store's settings", () => {
  const apis = Object.values(platforms).flatMap((platform) =>
    platform.api === undefined ? [] : [{ platform, api: platform.api }],
  );
  const originOf = (url: string, values: Record<string, string>): string => {
    try {
      return fillAddress(url, values).origin;
    } catch (error) {
      if (error instanceof SetupProblem) return "refused";
      throw error;
    }
  };

  it.each(apis)(
    "choose no other host than the declared one or the one that the admin named: $platform.id",
    ({ platform, api }) => {
      const examples = examplesOf(platform);
      const known = new Set([originOf(api.base, examples), "refused"]);
      for (const name of Object.keys(examples)) {
        if (api.base.startsWith(`{${name}}`)) continue;
        for (const value of STEERING)
          expect(known, `${name}=${value}`).toContain(originOf(api.base, { ...examples, [name]: value }));
      }
      const base = fillAddress(api.base, examples);
      for (const path of [
        "//evil.example/x",
        "https://evil.example/x",
        "/\\evil.example",
        "/../../x",
        "/%2e%2e/x",
        "@evil.example",
      ]) {
        const url = resolveBelow(base, path);
        expect(
          url === undefined || url.href.startsWith(`${base.origin}${base.pathname.replace(/\/$/, "")}/`),
          path,
        ).toBe(true);
      }
    },
  );

  it.each(WIRES)(
    "choose no other host for keys than the declared one or the shop's own: $name",
    ({ wire, platform }) => {
      for (const source of wire.schemes.flatMap(keysOf)) {
        if (source.kind === "pem") expect(new URL(source.origin).origin).toBe(source.origin);
        if (source.kind === "jwks") expect(fill(source.url, examplesOf(platform))).toMatch(/^https:\/\//);
      }
      const hosts = (wire.handshakes ?? []).flatMap((each) => (each.kind === "validation" ? each.hosts : []));
      for (const host of hosts) expect(host).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/);
    },
  );
});

function keysOf(scheme: SignatureScheme): readonly KeySource[] {
  if ("signatures" in scheme) return scheme.signatures.map(({ keys }) => keys);
  return "keys" in scheme ? [scheme.keys] : [];
}

describe("the sources", () => {
  /** Who can call out, and whom. */
  const CALLERS: Readonly<Record<string, string>> = {
    "cli/api.ts": "the hub that the person at the command line names",
    "cli/doctor.ts": "the same",
    "cli/play.ts": "the same",
    "egress/egress.ts": "the guard",
    "http.ts": "nobody: `fetch` is what answers a request there",
    "ingest/signature/keys.ts": "whom `platform-fetch.ts` lets it",
    "ingest/signature/platform-fetch.ts": "whom the guard lets it",
    "nats/embedded/binary.ts": "whom `release.ts` and `distribution.ts` name",
    "nats/embedded/release.ts": "the pinned release of nats-server",
  };

  it("call out by themselves in these files only; the rest is given the guard's dispatcher", () => {
    const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".ts"),
    );
    const callers = files.filter((name) =>
      /(?<![.\w])fetch\(|^import (?!type\b)[^;]* from "(?:undici|node:https|node:tls)"/m.test(
        readFileSync(join(SRC, name), "utf8"),
      ),
    );
    expect(callers.sort()).toEqual(Object.keys(CALLERS).sort());
  });
});
