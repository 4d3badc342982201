import { describe, expect, it } from "vitest";
import { createSecretBox } from "../../src/secret-box.ts";
import { openHeaders, openSecrets, ownerOf, rotateSecrets } from "../../src/subscriptions/secrets.ts";

const box = createSecretBox("ab".repeat(32));
const NOW = Date.parse("2026-11-01T12:00:00Z");

function sealed(secret: string, expiresAt?: string, name = "crm") {
  const createdAt = "2026-11-01T10:00:00.000Z";
  return { sealed: box.seal(secret, ownerOf(name)), createdAt, ...(expiresAt ? { expiresAt } : {}) };
}

describe("secrets", () => {
  it("that have ended sign no more", () => {
    const secrets = [
      sealed("a"),
      sealed("b", "2026-11-01T12:00:00.001Z"),
      sealed("c", "2026-11-01T12:00:00.000Z"),
    ];
    expect(openSecrets("crm", { secrets }, box, NOW)).toEqual(["a", "b"]);
  });

  it("of another subscription, or of another key, cannot be opened", () => {
    const secrets = [sealed("a")];
    expect(() => openSecrets("erp", { secrets }, box, NOW)).toThrow();
    expect(() => openSecrets("crm", { secrets }, createSecretBox("cd".repeat(32)), NOW)).toThrow();
  });

  it("that are rotated end with the overlap, or when they would have ended anyway", () => {
    const before = [
      sealed("a"),
      sealed("b", "2026-11-01T12:30:00.000Z"),
      sealed("c", "2026-11-01T11:00:00.000Z"),
    ];
    const after = rotateSecrets({ secrets: before }, "new", NOW, 3600);
    expect(after.map(({ expiresAt }) => expiresAt)).toEqual([
      undefined,
      "2026-11-01T13:00:00.000Z",
      "2026-11-01T12:30:00.000Z",
    ]);
    expect(after[0]).toEqual({ sealed: "new", createdAt: "2026-11-01T12:00:00.000Z" });
  });
});

it("headers are opened by name", () => {
  const headers = { "X-Key": box.seal("k", ownerOf("crm")) };
  expect(openHeaders("crm", { headers }, box)).toEqual({ "X-Key": "k" });
});
