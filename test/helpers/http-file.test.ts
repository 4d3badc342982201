import { describe, expect, it } from "vitest";
import { formatHttpFile, parseHttpFile } from "./http-file.ts";

const request = {
  method: "POST",
  path: "/webhooks/shopify/acme",
  headers: { host: "hub.example.com", "x-note": "a: b" },
  body: Buffer.from([0x7b, 0x0d, 0x0a, 0x0a, 0x0a, 0xff, 0x7d]),
};

describe("http files", () => {
  it("keep every byte of the body", () => {
    expect(parseHttpFile(formatHttpFile(request))).toEqual(request);
  });

  it("are read with CRLF in the head too, names in lower case", () => {
    const file = Buffer.from("POST / HTTP/1.1\r\nX-Topic: a\r\n\r\n\n\nbody");
    expect(parseHttpFile(file)).toEqual({
      method: "POST",
      path: "/",
      headers: { "x-topic": "a" },
      body: Buffer.from("\n\nbody"),
    });
  });

  it.each(["", "POST /", "hello\n\nbody", "POST / HTTP/1.1\nno header\n\n"])(
    "that are none are refused (%j)",
    (text) => {
      expect(() => parseHttpFile(Buffer.from(text))).toThrow();
    },
  );
});
