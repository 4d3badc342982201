/** Who a token's text belongs to, wherever the tokens are kept. */
import { describe, expect, it } from "vitest";
import type { Collection } from "../../src/collection.ts";
import { createFindActor } from "../../src/tokens/actors.ts";
import { hashToken, makeTokenText, type Token } from "../../src/tokens/token.ts";
import { NOW } from "../helpers/app.ts";

const BOOTSTRAP_TEXT = "a-token-that-was-chosen";

/** `make` gives an empty collection. */
export function actorsSuite(make: () => Promise<Collection<Token>>): void {
  describe("the actor of a token", () => {
    it("is found as soon as it was added, with its scope, and no longer when it was removed", async () => {
      const tokens = await make();
      const findActor = createFindActor(tokens, BOOTSTRAP_TEXT);
      const [text, other] = [makeTokenText(), makeTokenText()];
      expect(findActor(text, NOW)).toBeUndefined();
      await tokens.add(aToken("grafana", text));
      await tokens.add(aToken("ci", other, { scope: "admin" }));
      expect(findActor(text, NOW)).toEqual({ name: "grafana", scope: "read" });
      expect(findActor(other, NOW)).toEqual({ name: "ci", scope: "admin" });
      await tokens.remove("grafana");
      expect(findActor(text, NOW)).toBeUndefined();
      expect(findActor(other, NOW)).toBeDefined();
    });

    it("is another one when its name was given to a new token", async () => {
      const tokens = await make();
      const findActor = createFindActor(tokens, BOOTSTRAP_TEXT);
      const [first, second] = [makeTokenText(), makeTokenText()];
      await tokens.add(aToken("ci", first));
      await tokens.remove("ci");
      await tokens.add(aToken("ci", second));
      expect([findActor(first, NOW), findActor(second, NOW)?.name]).toEqual([undefined, "ci"]);
    });

    it("is found among tokens that were there before", async () => {
      const tokens = await make();
      const text = makeTokenText();
      await tokens.add(aToken("ci", text));
      expect(createFindActor(tokens, BOOTSTRAP_TEXT)(text, NOW)?.name).toBe("ci");
    });

    it("counts until the moment of its end, and not at all with an end that nobody can read", async () => {
      const tokens = await make();
      const findActor = createFindActor(tokens, BOOTSTRAP_TEXT);
      const [text, odd] = [makeTokenText(), makeTokenText()];
      await tokens.add(aToken("ci", text, { expiresAt: new Date(NOW + 1000).toISOString() }));
      await tokens.add(aToken("odd", odd, { expiresAt: "soon" }));
      expect(findActor(text, NOW + 999)?.name).toBe("ci");
      expect(findActor(text, NOW + 1000)).toBeUndefined();
      expect(findActor(odd, NOW)).toBeUndefined();
    });

    it("is bootstrap for the token that the hub was started with, whatever the others are", async () => {
      const tokens = await make();
      const findActor = createFindActor(tokens, BOOTSTRAP_TEXT);
      expect(findActor(BOOTSTRAP_TEXT, NOW)).toEqual({ name: "bootstrap", scope: "admin" });
      await tokens.add(aToken("clash", BOOTSTRAP_TEXT));
      expect(findActor(BOOTSTRAP_TEXT, NOW)).toEqual({ name: "bootstrap", scope: "admin" });
    });

    it("is nobody for what only looks like it: the hash, a part, other capitals", async () => {
      const tokens = await make();
      const findActor = createFindActor(tokens, BOOTSTRAP_TEXT);
      const text = makeTokenText();
      await tokens.add(aToken("ci", text));
      for (const wrong of ["", "ci", hashToken(text), text.slice(0, -1), `${text}x`, text.toUpperCase()]) {
        expect(findActor(wrong, NOW), wrong).toBeUndefined();
      }
    });
  });
}

function aToken(name: string, text: string, changes: Partial<Token> = {}): Token {
  return { name, scope: "read", hash: hashToken(text), createdAt: new Date(NOW).toISOString(), ...changes };
}
