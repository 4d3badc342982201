import { describe, expect, it } from "vitest";
import { createSecretBox } from "../src/secret-box.ts";

const box = createSecretBox("ab".repeat(32));

describe("a sealed secret", () => {
  it.each(["s", `a&b<c>"d'`, "café ☕ 漢字", " ", "", "x".repeat(1024), "a.b\n\0"])(
    "opens to what it was: %j",
    (secret) => {
      expect(box.open(box.seal(secret, "acme"), "acme")).toBe(secret);
    },
  );

  it("shows nothing of the secret, and is another each time", () => {
    const sealed = new Set(Array.from({ length: 100 }, () => box.seal("plain-secret", "acme")));
    expect(sealed.size).toBe(100);
    for (const value of sealed) {
      expect(value).toMatch(/^v1\.[\w-]+$/);
      expect(Buffer.from(value.slice(3), "base64url").toString("latin1")).not.toContain("plain");
    }
  });

  it("opens with the same key in another process, in capitals too", () => {
    expect(createSecretBox("AB".repeat(32)).open(box.seal("s", "acme"), "acme")).toBe("s");
  });

  it("does not open with another key", () => {
    expect(() => createSecretBox("cd".repeat(32)).open(box.seal("s", "acme"), "acme")).toThrow();
  });

  it("does not open for another store, so that nobody can move it there", () => {
    expect(() => box.open(box.seal("s", "acme"), "other")).toThrow();
    expect(() => box.open(box.seal("s", "acme"), "")).toThrow();
  });

  it("does not open for another store after it was opened for its own", () => {
    const sealed = box.seal("s", "acme");
    expect([box.open(sealed, "acme"), box.open(sealed, "acme")]).toEqual(["s", "s"]);
    expect(() => box.open(sealed, "other")).toThrow();
    expect(() => box.open(sealed, "acm")).toThrow();
  });

  it("does not open when any bit of it was turned", () => {
    const sealed = Buffer.from(box.seal("secret", "acme").slice(3), "base64url");
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const altered = Buffer.from(sealed);
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => box.open(`v1.${altered.toString("base64url")}`, "acme")).toThrow();
    }
  });

  it("does not open when it was cut or is none", () => {
    const sealed = box.seal("secret", "acme");
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => box.open(sealed.slice(0, length), "acme")).toThrow();
    }
    for (const text of [
      "secret",
      "v2.AAAA",
      sealed.replace("v1.", "v2."),
      sealed.replace("v1.", ""),
      "v1.",
    ]) {
      expect(() => box.open(text, "acme")).toThrow();
    }
  });
});

describe("a key", () => {
  it.each(["", "ab", "ab".repeat(31), "ab".repeat(33), "zz".repeat(32), "key"])(
    "needs 32 bytes in hexadecimal: %j",
    (key) => {
      expect(() => createSecretBox(key)).toThrow("the secret key needs 32 bytes in hexadecimal");
    },
  );
});
