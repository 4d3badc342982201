/** Whatever is sent: no verifier throws, and none takes what was changed after signing. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SignedRequest, sign } from "../../../src/ingest/signature/sign.ts";
import { authenticityOf } from "../../../src/ingest/signature/verify.ts";
import type { SignatureScheme } from "../../../src/normalizers/scheme.ts";
import { anEcPair, anRsaPair } from "../../helpers/key-pairs.ts";
import { type Checked, checkRequest } from "../../helpers/verify.ts";

const NOW = 1_700_000_000_000;
const RUNS = Number(process.env.JUNK_RUNS ?? 150);
const TIMEOUT_MS = 60_000;
const SHARED = "a-secret-of-this-store";
const URL = "https://hub.example.com/webhooks/x/acme?a=1";
const RSA = anRsaPair();
const EC = anEcPair();

const at = { headers: ["x-signature"] } as const;
const own = { kind: "secret" } as const;
const keyed = { signature: at, hash: "sha256", encoding: "hex", signs: ["body"] } as const;
const time = { source: { header: "x-time" }, format: "seconds", toleranceSeconds: 300 } as const;
const withKey = {
  signatures: [{ signature: at, keys: own }],
  hash: "sha256",
  encoding: "base64",
  signs: ["body"],
} as const;

interface Row {
  readonly scheme: SignatureScheme;
  /** What signs, and what the store keeps. */
  readonly secret: string;
  readonly stored: string;
}
const shared = (scheme: SignatureScheme): Row => ({ scheme, secret: SHARED, stored: SHARED });
const pair = (scheme: SignatureScheme, { privateKey, publicKey } = RSA): Row => ({
  scheme,
  secret: privateKey,
  stored: publicKey,
});

const ROWS: Readonly<Record<string, Row>> = {
  hmac: shared({ kind: "hmac", ...keyed }),
  "hmac of all parts": shared({
    kind: "hmac",
    ...keyed,
    timestamp: time,
    signs: [
      "url",
      "path",
      "query",
      "timestamp",
      "body-base64",
      "body-sha256",
      { header: "x-id" },
      { setting: "app" },
      { json: "id" },
      "body",
    ],
  }),
  "hmac in a list": shared({
    kind: "hmac",
    ...keyed,
    signature: { ...at, list: { separator: ",", assign: "=", key: "v1" } },
    timestamp: { ...time, source: { field: "t" } },
    signs: ["timestamp", { text: "." }, "body"],
  }),
  digest: shared({ kind: "digest", ...keyed, signs: ["body", "secret"] }),
  rsa: pair({ kind: "rsa", ...withKey }),
  ecdsa: pair({ kind: "ecdsa", ...withKey }, EC),
  "rsa with a time": pair({ kind: "rsa", ...withKey, timestamp: time, signs: ["timestamp", "body"] }),
  "jws by rsa": pair({ kind: "jws", signature: at, algorithms: ["RS256"], keys: own }),
  "jws by ecdsa": pair({ kind: "jws", signature: at, algorithms: ["ES256"], keys: own }, EC),
  "jwt by rsa": pair({
    kind: "jwt",
    token: "body",
    algorithms: ["RS256", "HS256"],
    keys: own,
    leewaySeconds: 0,
  }),
  "jwt by ecdsa": pair(
    { kind: "jwt", token: "body", algorithms: ["ES256"], keys: own, leewaySeconds: 0 },
    EC,
  ),
  "jwt by secret": shared({ kind: "jwt", token: "body", algorithms: ["HS256"], keys: own, leewaySeconds: 0 }),
  "bearer jwt": pair({
    kind: "jwt",
    token: { header: "x-signature" },
    algorithms: ["RS256"],
    keys: own,
    leewaySeconds: 0,
  }),
  "static header": shared({ kind: "static", token: { header: "x-signature" }, prefix: "Bearer " }),
  "static json": shared({ kind: "static", token: { json: "secret" } }),
  "static form": shared({ kind: "static", token: { form: "secret" } }),
  callback: shared({
    kind: "callback",
    token: { header: "x-signature" },
    url: "https://api.example/{token}",
    auth: "basic",
  }),
  unsigned: shared({ kind: "unsigned", reason: "signs nothing" }),
};

const settings = { app: "app-1" };
const payload = fc.oneof(
  fc.record({ id: fc.nat(), note: fc.string() }).map((value) => JSON.stringify(value)),
  fc
    .dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.string(), { maxKeys: 5 })
    .map((rest) => JSON.stringify({ id: 1, ...rest })),
);

function signWith({ scheme, secret }: Row, body: string): SignedRequest {
  return sign({
    scheme,
    secret,
    body: Buffer.from(body),
    url: URL,
    headers: { "x-id": "1" },
    settings,
    now: NOW,
  });
}

const check = ({ scheme, stored }: Row, request: Checked) =>
  checkRequest(scheme, { url: URL, settings, secrets: [stored], now: NOW, ...request });

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.base64String(),
  fc.constantFrom(
    "",
    " ",
    ",",
    "=",
    "v1=",
    "t=1,v1=",
    "..",
    "a.b.c",
    "Bearer ",
    "e30..AA",
    "undefined",
    "null",
    "\0",
  ),
  fc.tuple(fc.base64String(), fc.base64String(), fc.base64String()).map((parts) => parts.join(".")),
);
const wild = fc.record({
  headers: fc.dictionary(fc.constantFrom("x-signature", "x-time", "x-id"), text),
  body: fc.oneof(fc.uint8Array({ maxLength: 300 }), text, payload),
  token: text,
  url: fc.oneof(fc.constant(URL), fc.constant("")),
});

describe.each(Object.entries(ROWS))("%s", (_name, row) => {
  const coversBody = authenticityOf(row.scheme) === "signature";

  it(
    "throws at nothing and takes nothing that nobody signed",
    async () => {
      await fc.assert(
        fc.asyncProperty(wild, async (request) => {
          expect(await check(row, request)).not.toBe("ok");
          expect(await checkRequest(row.scheme, { ...request, secrets: [] })).not.toBe("ok");
          expect(await checkRequest(row.scheme, { ...request, secrets: [""] })).not.toBe("ok");
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );

  it.runIf(coversBody)(
    "takes what was signed, and nothing of which a byte of the body is another",
    async () => {
      await fc.assert(
        fc.asyncProperty(
          payload,
          fc.nat(),
          fc.integer({ min: 1, max: 255 }),
          async (given, position, change) => {
            const { headers, body } = signWith(row, given);
            expect(await check(row, { headers, body })).toBe("ok");
            const changed = Buffer.from(body);
            const place = position % changed.length;
            changed[place] = (changed[place] ?? 0) ^ change;
            expect(await check(row, { headers, body: changed })).not.toBe("ok");
            expect(await check(row, { headers, body: body.subarray(0, place) })).not.toBe("ok");
            expect(await check(row, { headers, body: Buffer.concat([body, Buffer.from("x")]) })).not.toBe(
              "ok",
            );
          },
        ),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );
});
