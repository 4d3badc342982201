/**
 * Whatever is sent: no verifier throws, and none takes what was changed after signing, be it a byte of the body, of the
 * signature or of its time. Longer runs: `FUZZ_RUNS=100 npx vitest run test/ingest/signature/fuzz.test.ts`.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SignedRequest, sign } from "../../../src/ingest/signature/sign.ts";
import { authenticityOf } from "../../../src/ingest/signature/verify.ts";
import type { SignatureScheme } from "../../../src/normalizers/scheme.ts";
import { type Mutation, mutateText, mutation, mutations } from "../../helpers/byte-mutations.ts";
import { FUZZ_TIMEOUT_MS, fuzz } from "../../helpers/fuzz.ts";
import { anEcPair, anRsaPair } from "../../helpers/key-pairs.ts";
import { type Checked, checkRequest } from "../../helpers/verify.ts";

const NOW = 1_700_000_000_000;
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
        fuzz(40),
      );
    },
    FUZZ_TIMEOUT_MS,
  );

  it.runIf(coversBody)(
    "takes what was signed, and nothing of which a byte of the body is another",
    async () => {
      await fc.assert(
        fc.asyncProperty(payload, mutations(2), async (given, mutate) => {
          const { headers, body } = signWith(row, given);
          expect(await check(row, { headers, body })).toBe("ok");
          await expectRefusal(row, { headers, body }, { headers, body: mutate(body) });
        }),
        fuzz(40),
      );
    },
    FUZZ_TIMEOUT_MS,
  );

  const names = Object.keys(signWith(row, '{"id":1}').headers);
  it.runIf(names.length > 0)(
    "takes nothing of which a byte of the signature, its time or a signed header is another",
    async () => {
      await fc.assert(
        fc.asyncProperty(payload, fc.constantFrom(...names), mutation, async (given, name, mutate) => {
          const { headers, body } = signWith(row, given);
          const changed = { ...headers, [name]: mutateHeader(headers[name] ?? "", mutate) };
          await expectRefusal(row, { headers, body }, { headers: changed, body });
        }),
        fuzz(60),
      );
    },
    FUZZ_TIMEOUT_MS,
  );
});

describe("a signature in another spelling", () => {
  const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const rows: Readonly<Record<string, Row>> = {
    hmac: shared({ kind: "hmac", ...keyed, encoding: "base64" }),
    rsa: pair({ kind: "rsa", ...withKey }),
    ecdsa: pair({ kind: "ecdsa", ...withKey }, EC),
  };

  it.each(Object.entries(rows))("is refused in base64 (%s)", async (_name, row) => {
    const { headers, body } = signWith(row, '{"id":1}');
    const { "x-signature": text = "" } = headers;
    const bare = text.replace(/=+$/, "");
    const spare = Array.from(BASE64, (last) => bare.slice(0, -1) + last + text.slice(bare.length));
    const others = [bare, `${text}=`, `${bare}====`, ` ${text}`, `${text}\n`, `${text}AAAA`, ...spare];
    for (const other of others.filter((each) => each !== text)) {
      expect(await check(row, { headers: { "x-signature": other }, body }), other).not.toBe("ok");
    }
    expect(await check(row, { headers, body })).toBe("ok");
  });

  it("is taken in capitals where it is hexadecimal, and only whole", async () => {
    for (const row of [
      shared({ kind: "hmac", ...keyed }),
      pair({ kind: "rsa", ...withKey, encoding: "hex" }),
    ]) {
      const { headers, body } = signWith(row, '{"id":1}');
      const { "x-signature": text = "" } = headers;
      expect(await check(row, { headers: { "x-signature": text.toUpperCase() }, body })).toBe("ok");
      for (const other of [`${text}0`, `${text}00`, text.slice(1), `0x${text}`]) {
        expect(await check(row, { headers: { "x-signature": other }, body }), other).not.toBe("ok");
      }
    }
  });
});

interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The changed request is refused, unless it says what was signed, in another spelling. */
async function expectRefusal(row: Row, sent: Sent, changed: Sent): Promise<void> {
  const [before, after] = [readSent(row, sent), readSent(row, changed)];
  const isSame =
    before.rest === after.rest && before.signatures.every((each) => after.signatures.includes(each));
  if (isSame) return;
  expect(await check(row, changed)).not.toBe("ok");
}

/**
 * What a request says, however it is spelled. These spellings say the same and are taken, because platforms and what lies between
 * do not agree on them: capitals in hexadecimal digits; blanks around names and values of a list, and entries beside the good one; blanks
 * around a token that is the body; the word before a bearer token. Everything else has one spelling: base64 with its padding
 * and without spare bits above all.
 */
function readSent({ scheme }: Row, { headers, body }: Sent): { signatures: string[]; rest: string } {
  const text = Buffer.from(body).toString("latin1");
  const isToken = scheme.kind === "jwt" && scheme.token === "body";
  const content = authenticityOf(scheme) === "signature" ? (isToken ? text.trim() : text) : "";
  const isSigned =
    "signs" in scheme && scheme.signs.some((part) => typeof part === "object" && "header" in part);
  const { "x-signature": signature = "", "x-id": id, ...others } = headers;
  const { time, signatures } = readSignature(scheme, signature);
  return { signatures, rest: JSON.stringify([content, others, isSigned ? id : "", time]) };
}

function readSignature(
  scheme: SignatureScheme,
  value: string,
): { signatures: string[]; time?: string | undefined } {
  if (scheme.kind === "jwt") return { signatures: [value.replace(/^Bearer +/i, "")] };
  const isHex = "encoding" in scheme && scheme.encoding === "hex";
  const list = "signature" in scheme ? scheme.signature.list : undefined;
  if (list === undefined) return { signatures: [isHex ? value.toLowerCase() : value] };
  const entries = value.split(list.separator).map((entry) => {
    const [name = "", ...rest] = entry.split(list.assign);
    return [name.trim(), rest.join(list.assign).trim()].join(list.assign);
  });
  const front = `${list.key}${list.assign}`;
  return {
    signatures: entries.filter((entry) => entry.startsWith(front)).map((entry) => entry.toLowerCase()),
    time: entries.find((entry) => entry.startsWith(`t${list.assign}`)),
  };
}

/** Header values hold no line breaks, and have no blanks around them when they arrive. */
function mutateHeader(value: string, mutate: Mutation): string {
  return mutateText(value, mutate)
    .replace(/[\r\n\0]/g, " ")
    .trim();
}
