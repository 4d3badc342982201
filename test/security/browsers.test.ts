/** No page of another site can use the API in an admin's browser: nothing is allowed across origins, and nothing is remembered. */
import { describe, expect, it } from "vitest";
import { ADMIN_TOKEN, createTestApp, signed } from "../helpers/app.ts";

const ORIGIN = "https://evil.example";
const PATHS = [
  "/api/stores",
  "/metrics",
  "/openapi.json",
  "/docs",
  "/healthz",
  "/asyncapi.json",
  "/webhooks/shopify/acme",
  "/nothing",
];

describe("another origin", () => {
  it.each(PATHS)("may not read %s, and is told so before it asks", async (path) => {
    const { app } = createTestApp();
    const asked = {
      Origin: ORIGIN,
      "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": "authorization",
    };
    for (const method of ["GET", "OPTIONS", "POST"]) {
      const response = await app.request(path, {
        method,
        headers: { ...asked, Authorization: `Bearer ${ADMIN_TOKEN}` },
      });
      const names = [...response.headers.keys()].filter((name) => name.startsWith("access-control-"));
      expect(names, `${method} ${path}`).toEqual([]);
      expect(response.headers.get("set-cookie")).toBeNull();
      if (method === "OPTIONS") expect(response.status).toBeGreaterThanOrEqual(400);
    }
  });

  it("is no way around the token: nothing else is taken for one", async () => {
    const { app } = createTestApp();
    const basic = `Basic ${Buffer.from(`admin:${ADMIN_TOKEN}`).toString("base64")}`;
    for (const headers of [
      { Cookie: `token=${ADMIN_TOKEN}` },
      { Authorization: basic },
      { "X-Api-Key": ADMIN_TOKEN },
    ])
      expect((await app.request("/api/stores", { headers: { Origin: ORIGIN, ...headers } })).status).toBe(
        401,
      );
    expect((await app.request(`/api/stores?token=${ADMIN_TOKEN}&access_token=${ADMIN_TOKEN}`)).status).toBe(
      401,
    );
  });

  it("cannot change anything with a form, since a body has to be JSON", async () => {
    const { app } = createTestApp();
    const form = { "Content-Type": "text/plain", Authorization: `Bearer ${ADMIN_TOKEN}` };
    const body = JSON.stringify({ platform: "shopify", name: "new", secrets: ["secret"] });
    const response = await app.request("/api/stores", { method: "POST", headers: form, body });
    expect(response.status).toBe(400);
  });
});

describe("an answer to a webhook", () => {
  it("is never a page", async () => {
    const { app } = createTestApp();
    for (const init of [signed(), signed({ secret: "wrong" })]) {
      const { headers } = await app.request("/webhooks/shopify/acme", init);
      expect(headers.get("content-type") ?? "").not.toContain("html");
    }
  });
});
