import { describe, expect, it } from "vitest";
import { checkHeaders } from "../../../src/subscriptions/deliver/headers.ts";

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`x-${i}`, String(i)]));

describe("the headers of a subscription", () => {
  it.each([
    {},
    { Authorization: "Bearer abc", "X-Tenant": "acme", cookie: "a=1; b=2", "x-empty": "" },
    many(20),
    { "x-long": "v".repeat(8192 - 6) },
  ])("may be %j", (headers) => {
    expect(checkHeaders(headers)).toBeUndefined();
  });

  it.each([
    "Host",
    "Content-Length",
    "content-type",
    "Content-Encoding",
    "Transfer-Encoding",
    "Connection",
    "Keep-Alive",
    "Upgrade",
    "TE",
    "Trailer",
    "Expect",
    "Accept-Encoding",
    "User-Agent",
    "Proxy-Authorization",
    "Webhook-Id",
    "WEBHOOK-SIGNATURE",
    "webhook-timestamp",
    "webhook-anything",
  ])("may not be %s, in any case of letters", (name) => {
    expect(checkHeaders({ [name]: "x" })).toBe(`The header ${name} is set by the hub.`);
  });

  it.each(["", "x y", "x:", "x\r\nhost", "x\u0000", "ä", "(x)", "x,y"])("may not be named %j", (name) => {
    expect(checkHeaders({ [name]: "x" })).toContain("is no name of a header");
  });

  it.each(["a\r\nhost: x", "a\nb", "a\u0000", "a\tb", "\u007f", "ä", "€"])(
    "may not have the value %j",
    (value) => {
      expect(checkHeaders({ "x-a": value })).toBe(
        "The value of x-a holds something other than printable ASCII.",
      );
    },
  );

  it("are at most 20, 8 KB in all, and none of them twice", () => {
    expect(checkHeaders(many(21))).toContain("more than 20");
    expect(checkHeaders({ "x-long": "v".repeat(8192 - 5) })).toContain("larger than 8192 bytes");
    expect(checkHeaders({ "X-A": "1", "x-a": "2" })).toContain("twice");
  });

  it("are refused without repeating a value, which may be a credential", () => {
    expect(checkHeaders({ authorization: "Bearer plain-secret\n" })).not.toContain("plain-secret");
  });
});
