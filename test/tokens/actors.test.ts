import { describe, expect, it } from "vitest";
import { createMemoryCollection } from "../../src/collection.ts";
import { hashToken, looksMade, makeTokenText, tokenName } from "../../src/tokens/token.ts";
import { actorsSuite } from "./actors-suite.ts";

describe("in memory", () => {
  actorsSuite(async () => createMemoryCollection());
});

describe("the text of a token", () => {
  it("is a prefix and 32 random bytes, never the same twice", () => {
    const texts = Array.from({ length: 100 }, makeTokenText);
    expect(new Set(texts).size).toBe(100);
    for (const text of texts) {
      expect(text).toMatch(/^ent_[A-Za-z0-9_-]{43}$/);
      expect(Buffer.from(text.slice(4), "base64url")).toHaveLength(32);
      expect(looksMade(text)).toBe(true);
    }
  });

  it("is told from what a person chooses", () => {
    const made = makeTokenText();
    for (const other of [
      "",
      "ent_",
      "ent_short",
      made.slice(1),
      `${made}x`,
      ` ${made}`,
      `${made}\n`,
      "x".repeat(47),
    ])
      expect(looksMade(other), JSON.stringify(other)).toBe(false);
  });

  it("has the SHA-256 of its bytes as its hash", () => {
    const expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect(Buffer.from(hashToken("abc"), "base64url").toString("hex")).toBe(expected);
  });
});

describe("a token's name", () => {
  it.each(["", "-a", "A", "a b", "a.b", "a_b", "*", "ä", "a".repeat(64), "__proto__"])(
    "may not be %j",
    (name) => {
      expect(tokenName.safeParse(name).success).toBe(false);
    },
  );
});
