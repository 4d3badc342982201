/** The vectors were computed with node:crypto by hand, not with our own code, unless `origin` says otherwise. */
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sign } from "../../../src/ingest/signature/sign.ts";
import { verifyHmac } from "../../../src/ingest/signature/hmac.ts";
import { noFetch } from "../../../src/ingest/signature/platform-fetch.ts";
import { createKeys } from "../../../src/ingest/signature/keys.ts";
import { viewRequest } from "../../../src/ingest/request.ts";
import { activeSecrets, rotateSecrets, type Store } from "../../../src/ingest/stores.ts";
import type { HmacScheme } from "../../../src/normalizers/scheme.ts";
import { aStore, NOW, platformOf, secretBox } from "../../helpers/app.ts";

const SHOPIFY_SECRET = "shopify-client-secret-example";
const WOO_SECRET = "wc-secret-1234";
const ORDER =
  '{"id":820982911946154508,"admin_graphql_api_id":"gid:\\/\\/shopify\\/Order\\/820982911946154508","name":"#9999","total_price":"398.00","currency":"USD"}';
const WOO_ORDER =
  '{"id":727,"status":"processing","date_modified_gmt":"2026-03-22T16:28:08","total":"29.35","billing":{"city":"Z\\u00fcrich","email":"a@example.com"},"permalink":"https:\\/\\/shop.example\\/p\\/1"}';
const NOTE = '{"id":1,"note":"café ☕ 漢字"}';
const reserialized = (body: string) => JSON.stringify(JSON.parse(body));

interface Vector {
  readonly name: string;
  readonly secret: string;
  readonly body: Uint8Array | string;
  readonly bytes?: number;
  readonly signature: string;
  readonly origin?: string;
}

const VECTORS: Record<string, readonly Vector[]> = {
  shopify: [
    {
      name: "1: an order with escaped slashes",
      secret: SHOPIFY_SECRET,
      body: ORDER,
      bytes: 148,
      signature: "Q9cpwcGBfqUuh2rw/fGuKpM+JS32iPu7x+TLbb4oVBg=",
    },
    {
      name: "2: the same order after parsing and writing it again",
      secret: SHOPIFY_SECRET,
      body: reserialized(ORDER),
      bytes: 144,
      signature: "+plUcCoFMa+bASYJZiOW2ays/NtCWGwRl5tlX5jL3TY=",
    },
    {
      name: "3: text beyond ASCII as UTF-8",
      secret: SHOPIFY_SECRET,
      body: NOTE,
      bytes: 34,
      signature: "hvE2gHAYdHaEU+JQ6k7o5LUQ7CjeVBc/2lqsbVjBVyI=",
    },
    {
      name: "4: the same text cut to one byte a character",
      secret: SHOPIFY_SECRET,
      body: Buffer.from(NOTE, "latin1"),
      signature: "tCRE2bDPtWEkchw1SRoKoYcfAWyU6JxMXBiKPqPt4dg=",
    },
    {
      name: "5: the empty body",
      secret: SHOPIFY_SECRET,
      body: "",
      bytes: 0,
      signature: "TfqiJlQTsJNiQV0A/id8HpSrlWhfTCVy3diPHX4hooI=",
    },
    {
      name: "6: the official library's own",
      secret: "test_secret_key",
      body: '{"foo": "bar"}',
      signature: "B23tXN681gZ0qIWNRrgtzBE9XSDo5yaUu6wfmhu3a7g=",
      origin:
        "Shopify/shopify-app-js ef2043d4: packages/apps/shopify-api/lib/webhooks/__tests__/validate.test.ts",
    },
  ],
  woocommerce: [
    {
      name: "1: an order as PHP writes it",
      secret: WOO_SECRET,
      body: WOO_ORDER,
      bytes: 190,
      signature: "8gouUz8DQCgVkSgOLndVNW6hfxqPQ7Ci6PU4tOEFbbA=",
    },
    {
      name: "2: the same order after parsing and writing it again",
      secret: WOO_SECRET,
      body: reserialized(WOO_ORDER),
      signature: "bNCzkr3HIR8tCnXCqg+hwZLxz7Z+fVB7yoxC7D1SmaQ=",
    },
    {
      name: "3: a deletion",
      secret: WOO_SECRET,
      body: '{"id":727}',
      signature: "+VsvcNSGH02XX2d3sXeaSIY5RANXQGcckXfDkwVhRLc=",
    },
    {
      name: "4: an action",
      secret: WOO_SECRET,
      body: '{"action":"woocommerce_order_status_changed","arg":727}',
      signature: "oXsu+DjLdqGeyElj4hVJ5iwE75XsTevwqit4zTCd2UY=",
    },
    {
      name: "5: a secret with signs that HTML escapes",
      secret: `a&b<c>"d'`,
      body: '{"id":727}',
      signature: "ZpztqYObAJOl2thM6Eo9AESh9vwd1SUhMSauoGGDwAM=",
    },
    {
      name: "6: the same secret at an old shop, which signs with its HTML form",
      secret: `a&b<c>"d'`,
      body: '{"id":727}',
      signature: "PWuNKNbS1novZCuWwEn8lYAHMhOCGbJT/DSYT/LawBw=",
    },
  ],
};

const cases = Object.entries(VECTORS).flatMap(([platform, vectors]) =>
  vectors.map((vector) => ({ platform, ...vector })),
);

const SCHEME = {
  kind: "hmac",
  signature: { headers: ["x-signature"] },
  hash: "sha256",
  signs: ["body"],
} as const;
const BASE64: HmacScheme = { ...SCHEME, encoding: "base64" };
const HEX: HmacScheme = { ...SCHEME, encoding: "hex" };
const BODY = Buffer.from('{"id":1}');

function schemeOf(platform: string): HmacScheme {
  const [scheme] = platformOf(platform).schemes;
  if (scheme?.kind !== "hmac") throw new Error(`${platform} signs in another way`);
  return scheme;
}

function check(
  scheme: HmacScheme,
  signature: string | undefined,
  secrets: readonly string[],
  body: Uint8Array = BODY,
) {
  const header = (name: string) => (scheme.signature.headers.includes(name) ? signature : undefined);
  const verification = verifyHmac(scheme, {
    request: viewRequest({ header, body }),
    secrets,
    settings: {},
    now: NOW,
    keys: createKeys({ fetch: noFetch, now: () => NOW }),
    ask: noFetch,
  });
  return verification.ok ? "ok" : verification.reason;
}

const good = createHmac("sha256", "right").update(BODY).digest("base64");
const goodHex = createHmac("sha256", "right").update(BODY).digest("hex");

describe("vectors of the platforms", () => {
  it.each(cases)("$platform $name is accepted", ({ platform, secret, body, bytes, signature }) => {
    const raw = Buffer.from(body);
    if (bytes !== undefined) expect(raw.length).toBe(bytes);
    expect(check(schemeOf(platform), signature, [secret], raw)).toBe("ok");
  });

  it.each(cases)("$platform $name is refused with a line break behind the body", (vector) => {
    const body = Buffer.concat([Buffer.from(vector.body), Buffer.from("\n")]);
    expect(check(schemeOf(vector.platform), vector.signature, [vector.secret], body)).toBe("wrong_signature");
  });

  it.each([
    ["shopify", 1, 2, "was parsed and written again"],
    ["shopify", 3, 4, "was read in another encoding"],
    ["woocommerce", 1, 2, "was parsed and written again"],
  ])("%s: the signature of vector %i does not fit vector %i, which %s", (id, one, other) => {
    const [first, second] = [VECTORS[id]?.[one - 1], VECTORS[id]?.[other - 1]];
    if (!first || !second) return expect.unreachable();
    const { secret } = first;
    expect(check(schemeOf(id), first.signature, [secret], Buffer.from(second.body))).toBe("wrong_signature");
    expect(check(schemeOf(id), second.signature, [secret], Buffer.from(first.body))).toBe("wrong_signature");
  });

  it("an HTML form of the secret counts only where the platform has such senders", () => {
    const [, , , , , old] = VECTORS.woocommerce ?? [];
    if (!old) return expect.unreachable();
    expect(check(schemeOf("shopify"), old.signature, [old.secret], Buffer.from(old.body))).toBe(
      "wrong_signature",
    );
  });
});

describe("a signature", () => {
  it.each<[string, HmacScheme, string | undefined, string]>([
    ["that is missing", BASE64, undefined, "missing_signature"],
    ["that is empty", BASE64, "", "missing_signature"],
    ["of blanks", BASE64, "   ", "malformed_signature"],
    ["that was sent twice in one header", BASE64, `${good}, ${good}`, "malformed_signature"],
    ["with a scheme in front", BASE64, `sha256=${good}`, "malformed_signature"],
    ["with a line break behind it", BASE64, `${good}\n`, "malformed_signature"],
    ["in the URL-safe alphabet", BASE64, "-_".repeat(22), "malformed_signature"],
    ["of one byte less", BASE64, cut(good, 31), "malformed_signature"],
    ["of one byte more", BASE64, cut(good, 33), "malformed_signature"],
    ["of one byte", BASE64, cut(good, 1), "malformed_signature"],
    ["of another hash's length", BASE64, cut(good, 64), "malformed_signature"],
    ["in hexadecimal where base64 is due", BASE64, goodHex, "malformed_signature"],
    ["in base64 where hexadecimal is due", HEX, good, "malformed_signature"],
    ["of an odd number of hexadecimal digits", HEX, goodHex.slice(1), "malformed_signature"],
    ["with a letter that is no hexadecimal digit", HEX, `g${goodHex.slice(1)}`, "malformed_signature"],
    ["of nulls", BASE64, Buffer.alloc(32).toString("base64"), "wrong_signature"],
  ])("%s is refused", (_what, scheme, signature, reason) => {
    expect(check(scheme, signature, ["right"])).toBe(reason);
  });

  it("is refused whichever of its bits is turned", () => {
    for (let bit = 0; bit < 256; bit += 1) {
      const bytes = Buffer.from(good, "base64");
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(check(BASE64, bytes.toString("base64"), ["right"])).toBe("wrong_signature");
    }
  });

  it("is refused whichever bit of the body is turned", () => {
    for (let bit = 0; bit < BODY.length * 8; bit += 1) {
      const body = Buffer.from(BODY);
      body[bit >> 3] = (body[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(check(BASE64, good, ["right"], body)).toBe("wrong_signature");
    }
  });

  it("in hexadecimal may be in capitals", () => {
    expect(check(HEX, goodHex, ["right"])).toBe("ok");
    expect(check(HEX, goodHex.toUpperCase(), ["right"])).toBe("ok");
  });

  it.each(["sha1", "sha256", "sha512"] as const)("by %s is what our own signing makes", (hash) => {
    for (const encoding of ["base64", "hex"] as const) {
      const scheme: HmacScheme = { ...SCHEME, hash, encoding };
      const signature = sign({ scheme, secret: "right", body: BODY, now: NOW }).headers["x-signature"];
      expect(signature).toBe(createHmac(hash, "right").update(BODY).digest(encoding));
      expect(check(scheme, signature, ["right"])).toBe("ok");
    }
  });
});

describe("secrets", () => {
  it("may be several, and any of them may have signed", () => {
    for (const secrets of [
      ["right"],
      ["wrong", "right"],
      ["right", "wrong"],
      ["a", "b", "c", "d", "right"],
    ]) {
      expect(check(BASE64, good, secrets)).toBe("ok");
    }
    expect(check(BASE64, good, ["wrong", "Right", "right ", ""])).toBe("wrong_signature");
  });

  it("are needed: without one nothing is accepted, not even what the empty key signed", () => {
    const empty = createHmac("sha256", "").update(BODY).digest("base64");
    expect(check(BASE64, good, [])).toBe("no_secret");
    expect(check(BASE64, empty, [])).toBe("no_secret");
  });

  it("that were replaced count until their overlap is over, and not a moment longer", () => {
    const store = rotateSecrets(aStore({ secrets: ["right"] }), [secretBox.seal("new", "acme")], NOW, 60);
    const at = (now: number) => check(BASE64, good, open(store, now));
    expect(at(NOW)).toBe("ok");
    expect(at(NOW + 59_999)).toBe("ok");
    expect(at(NOW + 60_000)).toBe("wrong_signature");
    expect(open(store, NOW + 60_000)).toEqual(["new"]);
  });

  it("that were replaced without overlap are refused at once", () => {
    const store = rotateSecrets(aStore({ secrets: ["right"] }), [secretBox.seal("new", "acme")], NOW, 0);
    expect(check(BASE64, good, open(store, NOW))).toBe("wrong_signature");
  });
});

function open(store: Store, now: number): string[] {
  return activeSecrets(store, now).map((sealed) => secretBox.open(sealed, store.name));
}

/** So many bytes of the signature, repeated where it is too short. */
function cut(signature: string, bytes: number): string {
  const raw = Buffer.from(signature, "base64");
  return Buffer.concat([raw, raw]).subarray(0, bytes).toString("base64");
}
