/** Schemes that prove who sends but not what: a secret that is sent along, a token to ask about, a secret in the address. */
import { describe, expect, it } from "vitest";
import type { PlatformAnswer } from "../../../src/ingest/signature/platform-fetch.ts";
import { sign } from "../../../src/ingest/signature/sign.ts";
import { authenticityOf } from "../../../src/ingest/signature/verify.ts";
import type { CallbackScheme, StaticScheme } from "../../../src/normalizers/scheme.ts";
import { checkRequest } from "../../helpers/verify.ts";

const SECRET = "a-secret-of-this-store";
const bearer: StaticScheme = { kind: "static", token: { header: "authorization" }, prefix: "Bearer " };
const inJson: StaticScheme = { kind: "static", token: { json: "auth.key" } };
const inForm: StaticScheme = { kind: "static", token: { form: "secret" } };
const hashed: StaticScheme = {
  kind: "static",
  token: { json: "signature" },
  hashed: { hash: "sha256", encoding: "hex" },
};
/** SHA-256 of `abc` in FIPS 180-2, appendix B.1. */
const SHA256_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

describe("a secret that is sent along", () => {
  const header = (value: string | undefined) =>
    checkRequest(bearer, { headers: { authorization: value }, secrets: ["old", SECRET] });

  it("may be in a header", async () => {
    expect(await header(`Bearer ${SECRET}`)).toBe("ok");
    expect(await header(undefined)).toBe("missing_signature");
    expect(await header("")).toBe("missing_signature");
    expect(await header(SECRET)).toBe("malformed_signature");
    for (const wrong of [
      "",
      "x",
      `${SECRET} `,
      SECRET.slice(1),
      SECRET.toUpperCase(),
      `${SECRET}, Bearer ${SECRET}`,
    ])
      expect(await header(`Bearer ${wrong}`)).toBe("wrong_signature");
  });

  it("may be in the body, as JSON or as a form", async () => {
    const json = (body: string) => checkRequest(inJson, { body, secrets: [SECRET] });
    expect(await json(JSON.stringify({ auth: { key: SECRET } }))).toBe("ok");
    expect(await json(JSON.stringify({ auth: { key: "x" } }))).toBe("wrong_signature");
    for (const none of [
      { auth: { key: [SECRET] } },
      { auth: { key: { a: SECRET } } },
      { auth: { key: null } },
      { auth: SECRET },
      [],
    ])
      expect(await json(JSON.stringify(none))).toBe("missing_signature");
    for (const odd of [
      "",
      "{",
      `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
      `{"auth":${'{"a":'.repeat(200)}1${"}".repeat(201)}`,
    ])
      expect(await json(odd)).toBe("missing_signature");
    const form = (body: string) =>
      checkRequest(inForm, { body, secrets: [SECRET], format: { kind: "form" } });
    expect(await form(`a=1&secret=${SECRET}`)).toBe("ok");
    expect(await form("secret=x")).toBe("wrong_signature");
    expect(await form(`a=1&${"a=1&".repeat(1000)}secret=${SECRET}`)).toBe("missing_signature");
    expect(await form("__proto__=1&constructor=2")).toBe("missing_signature");
  });

  it("may be sent as its hash, in small or capital letters, and never as itself then", async () => {
    const check = (signature: string) =>
      checkRequest(hashed, { body: JSON.stringify({ signature }), secrets: ["abc"] });
    expect(await check(SHA256_OF_ABC)).toBe("ok");
    expect(await check(SHA256_OF_ABC.toUpperCase())).toBe("ok");
    expect(await check("abc")).toBe("wrong_signature");
  });

  it("is none where it is empty, or there is none", async () => {
    for (const secrets of [[], [""], ["", ""]]) {
      expect(await checkRequest(bearer, { headers: { authorization: "Bearer " }, secrets })).toBe(
        "no_secret",
      );
      expect(await checkRequest(bearer, { headers: { authorization: "Bearer undefined" }, secrets })).toBe(
        "no_secret",
      );
    }
  });

  it.each([bearer, inJson, inForm, hashed])("is signed as it is checked: %j", async (scheme) => {
    if ("json" in scheme.token && scheme.token.json.includes(".")) return;
    const signed = sign({
      scheme,
      secret: SECRET,
      body: Buffer.from(scheme === inForm ? "a=1" : '{"a":1}'),
      now: 0,
    });
    expect(await checkRequest(scheme, { ...signed, secrets: [SECRET] })).toBe("ok");
    expect(await checkRequest(scheme, { ...signed, secrets: ["x"] })).toBe("wrong_signature");
    expect(authenticityOf(scheme)).toBe("path");
  });
});

describe("a token that the platform is asked about", () => {
  const scheme: CallbackScheme = {
    kind: "callback",
    token: { header: "x-token" },
    url: "https://api.example/validate/{token}",
    auth: "basic",
  };
  const ask = async (
    token: string | undefined,
    answers: readonly (PlatformAnswer | undefined)[],
    secrets = [SECRET],
  ) => {
    const asked: [string, string | undefined][] = [];
    const fetch = async (url: string, headers: Readonly<Record<string, string>> = {}) => {
      asked.push([url, headers.authorization]);
      return answers[asked.length - 1];
    };
    return { result: await checkRequest(scheme, { headers: { "x-token": token }, secrets, fetch }), asked };
  };
  const yes = { status: 200, text: "" };

  it("passes when the platform knows it", async () => {
    const { result, asked } = await ask("t-1", [yes]);
    expect(result).toBe("ok");
    expect(asked).toEqual([
      ["https://api.example/validate/t-1", `Basic ${Buffer.from(`${SECRET}:`).toString("base64")}`],
    ]);
  });

  it("is asked about with each of the secrets until one is believed", async () => {
    const { result, asked } = await ask("t-1", [{ status: 401, text: "" }, yes], ["new", SECRET]);
    expect([result, asked.length]).toEqual(["ok", 2]);
  });

  it.each([201, 204, 302, 400, 401, 403, 404])("is refused when the answer is %i", async (status) => {
    expect((await ask("t-1", [{ status, text: "" }])).result).toBe("wrong_signature");
  });

  it.each([undefined, { status: 429, text: "" }, { status: 500, text: "" }])(
    "is refused for now when the answer is %j",
    async (answer) => {
      expect((await ask("t-1", [answer])).result).toBe("keys_unavailable");
    },
  );

  it.each([
    "../admin",
    "a/b",
    "a?b",
    "a#b",
    "a%2fb",
    "..",
    ".",
    " ",
    "{token}",
    "$&",
    "é",
    "a\n",
    "a".repeat(257),
  ])("is not asked about when it could change the address: %j", async (token) => {
    expect(await ask(token, [yes])).toEqual({ result: "malformed_signature", asked: [] });
  });

  it("is needed, and so is a secret", async () => {
    for (const none of [undefined, ""])
      expect(await ask(none, [yes])).toEqual({ result: "missing_signature", asked: [] });
    for (const none of [[], [""]])
      expect(await ask("t", [yes], none)).toEqual({ result: "no_secret", asked: [] });
  });
});

describe("a secret in the address", () => {
  const check = (token: string | undefined, secrets: readonly string[] = ["old", SECRET]) =>
    checkRequest({ kind: "unsigned", reason: "" }, { ...(token === undefined ? {} : { token }), secrets });

  it("passes alone", async () => {
    expect([await check(SECRET), await check("old")]).toEqual(["ok", "ok"]);
    for (const wrong of ["x", SECRET.slice(1), `${SECRET}x`, "undefined"])
      expect(await check(wrong)).toBe("wrong_signature");
    for (const none of [undefined, ""]) expect(await check(none)).toBe("missing_signature");
    for (const none of [[], [""]]) {
      for (const token of ["", "x", undefined]) expect(await check(token, none)).toBe("no_secret");
    }
  });
});
