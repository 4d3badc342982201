import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { createSecret, encodeId, SecretError, sign } from "../../../src/subscriptions/deliver/sign.ts";

const ID = "acme:order:820982911946154508:3";
const BODY = JSON.stringify({ id: ID, data: { note: "für € 5" } });
const OLD = createSecret();
const NEW = createSecret();

function signed({ id = ID, secrets = [NEW, OLD] }: { id?: string; secrets?: readonly string[] } = {}) {
  return sign({ id, body: Buffer.from(BODY), secrets, now: Date.now() });
}

describe("a signed delivery", () => {
  it("is verified by the reference library with each of the secrets while they rotate", () => {
    for (const secret of [OLD, NEW]) {
      expect(new Webhook(secret).verify(BODY, signed())).toEqual(JSON.parse(BODY));
    }
  });

  it("is not verified with a secret that no longer counts", () => {
    expect(() => new Webhook(OLD).verify(BODY, signed({ secrets: [NEW] }))).toThrow("No matching signature");
  });

  it("carries one signature for each secret, the newest first", () => {
    const both = signed()["webhook-signature"]?.split(" ");
    expect(both).toHaveLength(2);
    expect(both?.[0]).toBe(signed({ secrets: [NEW] })["webhook-signature"]);
    expect(both).toEqual([expect.stringMatching(/^v1,/), expect.stringMatching(/^v1,/)]);
  });

  it.each([
    ["body", `${BODY} `, {}],
    ["id", BODY, { "webhook-id": "acme:order:820982911946154508:4" }],
    ["timestamp", BODY, { "webhook-timestamp": String(Math.floor(Date.now() / 1000) - 1) }],
  ])("is not verified with another %s", (_what, body, altered) => {
    const headers = { ...signed(), ...altered };
    expect(() => new Webhook(NEW).verify(body, headers)).toThrow("No matching signature");
  });

  it("is the known one for the known input", () => {
    const body = Buffer.from('{"test": 2432232314}');
    const secrets = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"];
    const headers = sign({ id: "msg_p5jXN8AQM9LWM0D4loKWxJek", body, secrets, now: 1_614_265_330_000 });
    // The example of the Standard Webhooks specification.
    expect(headers).toEqual({
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
  });

  it.each([
    [[]],
    [[""]],
    [["whsec_"]],
    [[NEW, "whsec_c2hvcnQ="]],
    [["plain text that is long enough for a key"]],
  ])("is never made with the secrets %j", (secrets) => {
    expect(() => signed({ secrets })).toThrow(SecretError);
  });
});

describe("the id in a header", () => {
  it("is the event's id as it stands when that is plain", () => {
    expect(encodeId(ID)).toBe(ID);
  });

  it.each([
    ["acme:cart:a b\r\nhost: x:1", "acme:cart:a%20b%0D%0Ahost:%20x:1"],
    ["acme:cart:1.5:1", "acme:cart:1%2E5:1"],
    ["acme:cart:%41:1", "acme:cart:%2541:1"],
    ["acme:cart:ä€😀:1", "acme:cart:%C3%A4%E2%82%AC%F0%9F%98%80:1"],
    ["acme:cart:\ud800:1", "acme:cart:%EF%BF%BD:1"],
  ])("of %j is %s", (id, expected) => {
    expect(encodeId(id)).toBe(expected);
  });

  it("is printable, holds no separator, and gives the event's id back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (id) => {
        const encoded = encodeId(id);
        expect(encoded).toMatch(/^[\x21-\x7e]*$/);
        expect(encoded).not.toContain(".");
        expect(decodeURIComponent(encoded)).toBe(id);
      }),
    );
  });

  it("is verified by the reference library whatever the event's id holds", () => {
    const headers = signed({ id: "acme:cart:ä.1 \n:1" });
    expect(() => new Webhook(NEW).verify(BODY, headers)).not.toThrow();
  });
});

describe("a new secret", () => {
  it("has 32 random bytes in the form of Standard Webhooks", () => {
    expect(OLD).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(new Set(Array.from({ length: 100 }, createSecret)).size).toBe(100);
  });
});
