/** Requests that are not verified: one answer for the sender, the reason for the admin. */
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { problem } from "../../src/api.ts";
import { ERRORS } from "../../src/errors.ts";
import { createSecretBox } from "../../src/secret-box.ts";
import { REJECTION_REASONS } from "../../src/ingest/signature/outcome.ts";
import { sign } from "../../src/ingest/signature/sign.ts";
import type { Platform } from "../../src/normalizers/platform.ts";
import type { HmacScheme, JwsScheme, JwtScheme } from "../../src/normalizers/scheme.ts";
import { aStore, createTestApp, NOW, SECRET, signed } from "../helpers/app.ts";
import { failing, headersOf, post, problemOf, rejections } from "../helpers/ingest.ts";
import { anRsaPair, toJwks } from "../helpers/key-pairs.ts";
import { aPlatform, appOf, HMAC } from "../helpers/wires.ts";

const failing503 = () => post(failing({ kind: "unavailable", reason: "the broker is away" }), signed());
const wronglySigned = () => post(createTestApp(), signed({ secret: "wrong" }));

/** A request to a store of a platform that signs in this way. */
const sentTo = (
  overrides: Partial<Platform>,
  init: RequestInit = {},
  secrets: readonly string[] = [SECRET],
) =>
  post(appOf(aPlatform({ id: "shopify", ...overrides }), { secrets }), {
    method: "POST",
    body: "{}",
    ...init,
  });

const signature = { "x-signature": "ab".repeat(32) };
const timed: HmacScheme = {
  ...HMAC,
  timestamp: { source: { header: "x-time" }, format: "seconds", toleranceSeconds: 300 },
};
const jws: JwsScheme = {
  kind: "jws",
  signature: { headers: ["x-signature"] },
  algorithms: ["RS256"],
  keys: { kind: "jwks", url: "https://keys.example/jwks.json", cacheSeconds: 60 },
};
const tokenOf = (head: object) => `${Buffer.from(JSON.stringify(head)).toString("base64url")}..AAAA`;
const pair = anRsaPair();

const REFUSALS: Readonly<Record<(typeof REJECTION_REASONS)[number], () => ReturnType<typeof post>>> = {
  no_secret: () => post(createTestApp({ stores: [aStore({ secrets: [] })] }), signed()),
  secret_unreadable: () => {
    const secretBox = createSecretBox("cd".repeat(32));
    return post(createTestApp({ overrides: { secretBox } }), signed());
  },
  missing_signature: () => post(createTestApp(), signed({ headers: { "x-shopify-hmac-sha256": undefined } })),
  malformed_signature: () => post(createTestApp(), signed({ headers: { "x-shopify-hmac-sha256": "a, a" } })),
  wrong_signature: wronglySigned,
  missing_content: () =>
    sentTo({ schemes: [{ ...HMAC, signs: [{ header: "x-id" }, "body"] }] }, { headers: signature }),
  missing_timestamp: () => sentTo({ schemes: [timed] }, { headers: signature }),
  stale_timestamp: () => {
    const headers = { "x-signature": createHmac("sha256", SECRET).update("{}").digest("hex"), "x-time": "1" };
    return sentTo({ schemes: [timed] }, { headers });
  },
  wrong_algorithm: () => sentTo({ schemes: [jws] }, { headers: { "x-signature": tokenOf({ alg: "none" }) } }),
  unknown_key: () => {
    const headers = { "x-signature": tokenOf({ alg: "RS256", kid: "other" }) };
    return sentTo({ schemes: [{ ...jws, keys: { kind: "secret" } }] }, { headers }, [toJwks({ one: pair })]);
  },
  keys_unavailable: () =>
    sentTo({ schemes: [jws] }, { headers: { "x-signature": tokenOf({ alg: "RS256" }) } }),
  unknown_host: () =>
    sentTo(
      { handshakes: [{ kind: "validation", method: "POST", url: { json: "url" }, hosts: ["fair.example"] }] },
      { body: '{"url":"https://evil.example"}' },
    ),
  wrong_audience: () => {
    const scheme: JwtScheme = {
      kind: "jwt",
      token: "body",
      algorithms: ["RS256"],
      keys: { kind: "secret" },
      leewaySeconds: 0,
    };
    const { body } = sign({ scheme, secret: pair.privateKey, body: Buffer.from("{}"), now: NOW });
    const schemes = [{ ...scheme, claims: { aud: { constant: "me" } } }];
    return sentTo({ schemes }, { body: new Uint8Array(body) }, [pair.publicKey]);
  },
  wrong_shop: () =>
    post(createTestApp({ stores: [aStore({ externalId: "other.myshopify.com" })] }), signed()),
  unknown_shop: () => post(createTestApp(), signed(), "/webhooks/shopify/~"),
};

describe("a refusal", () => {
  it("is known for every reason, and for no other", () => {
    expect(Object.keys(REFUSALS).sort()).toEqual([...REJECTION_REASONS].sort());
  });

  it.each(REJECTION_REASONS.filter((reason) => reason !== "keys_unavailable"))(
    "does not tell the sender its reason, only the admin: %s",
    async (reason) => {
      const [test, response] = await REFUSALS[reason]();
      const [, other] = await wronglySigned();
      expect(response.status).toBe(401);
      expect(headersOf(response)).toEqual(headersOf(other));
      const told = await response.text();
      expect(told).not.toContain(reason);
      expect(problem.parse(JSON.parse(told)).title).toBe(ERRORS.not_verified.publicText);
      expect(Object.keys(JSON.parse(told))).toEqual(Object.keys(JSON.parse(await other.text())));
      const store = reason === "unknown_shop" ? "~" : "acme";
      expect(await rejections(test)).toMatchObject([{ platform: "shopify", store, reason }]);
      expect(await test.count("rejections", { platform: "shopify", reason })).toBe(1);
      expect(test.lines.at(-1)).toMatchObject({ outcome: "not_verified", reason });
      expect(test.inbox.stored()).toEqual([]);
    },
  );

  it("for want of the platform's keys looks like a broker that is away, since trying again helps", async () => {
    const [test, response] = await REFUSALS.keys_unavailable();
    const [, other] = await failing503();
    expect([response.status, response.headers.has("retry-after")]).toEqual([503, true]);
    expect(await problemOf(response)).toEqual(await problemOf(other));
    expect(await rejections(test)).toMatchObject([{ store: "acme", reason: "keys_unavailable" }]);
    expect(await test.count("rejections", { platform: "shopify", reason: "keys_unavailable" })).toBe(1);
    expect(test.inbox.stored()).toEqual([]);
  });

  it("is kept with the id that the sender was told", async () => {
    const [test, response] = await wronglySigned();
    const { requestId } = problem.parse(await response.json());
    expect(await rejections(test)).toMatchObject([{ requestId }]);
  });

  it("is one of the last 500, the newest first", async () => {
    const test = createTestApp();
    for (let number = 0; number < 501; number += 1) {
      await test.app.request(`/webhooks/shopify/store-${number}`, { method: "POST" });
    }
    const kept = await rejections(test);
    expect(kept).toHaveLength(500);
    expect([kept.at(0)?.store, kept.at(-1)?.store]).toEqual(["store-500", "store-1"]);
  });
});
