/** Which names a store may have: they stand in addresses and in subjects. */
import { describe, expect, it } from "vitest";
import { createTestApp, SECRET, signed } from "../helpers/app.ts";
import { post, problemOf } from "../helpers/ingest.ts";

const NO_NAMES = [
  "a b",
  "a.b",
  "*",
  ">",
  "%2e",
  "%",
  "..",
  "a/b",
  "a:b",
  "Acme",
  "-a",
  "ä",
  "a\n",
  "a\0",
  "a".repeat(64),
  "a".repeat(300),
  "__proto__",
];

describe("a store's name", () => {
  it.each(NO_NAMES)("cannot be %j: 404 at the webhook address, 400 at the admin's", async (name) => {
    const test = createTestApp();
    for (const path of [name, encodeURIComponent(name)]) {
      const [, response] = await post(test, signed(), `/webhooks/shopify/${path}`);
      expect(response.status).toBe(404);
    }
    const body = { platform: "shopify", name, secrets: ["s"] };
    const refused = await test.admin("POST", "/api/stores", body);
    expect(refused.status).toBe(400);
    expect((await problemOf(refused)).detail).toMatch(/^name: needs a to z/);
    expect(test.deps.stores.list().map((store) => store.name)).toEqual(["acme"]);
  });

  it.each(["constructor", "tostring", "0", "a".repeat(63)])(
    "may be %s, which means nothing special",
    async (name) => {
      const test = createTestApp();
      const path = `/webhooks/shopify/${name}`;
      expect((await post(test, signed(), path))[1].status).toBe(404);
      const body = { platform: "shopify", name, secrets: [SECRET] };
      expect((await test.admin("POST", "/api/stores", body)).status).toBe(201);
      expect((await post(test, signed(), path))[1].status).toBe(200);
    },
  );
});
