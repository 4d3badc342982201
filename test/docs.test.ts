import { describe, expect, it } from "vitest";
import { createTestApp } from "./helpers/app.ts";

const { app } = createTestApp();

/** What a document loads, and nothing that only looks like it. */
function loadedBy(html: string): string[] {
  return [...html.matchAll(/<(?:script|link|img|iframe)\b[^>]*?(?:src|href)="([^"]+)"/g)].map(
    ([, address = ""]) => address,
  );
}

async function page(): Promise<string> {
  return (await app.request("/docs")).text();
}

describe("/docs", () => {
  it("is a page whose every script and style the hub serves itself", async () => {
    const response = await app.request("/docs");
    expect(response.headers.get("content-type")).toBe("text/html; charset=UTF-8");
    const addresses = loadedBy(await response.text()).filter((address) => !address.startsWith("data:"));
    expect(addresses).toHaveLength(3);
    for (const address of addresses) {
      const { origin, pathname } = new URL(address, "http://hub.example.com/docs");
      expect(origin, address).toBe("http://hub.example.com");
      const asset = await app.request(pathname);
      expect(asset.status, address).toBe(200);
      expect((await asset.text()).length, address).toBeGreaterThan(100);
      const type = address.endsWith(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8";
      expect(asset.headers.get("content-type")).toBe(type);
    }
  });

  it("works below a path of a proxy too", async () => {
    for (const address of loadedBy(await page())) expect(address).not.toMatch(/^(?:\/|https?:)/);
    expect(await (await app.request("/docs/start.js")).text()).toContain('url: "openapi.json"');
  });

  it("asks no validator on the internet, and keeps the token nowhere", async () => {
    const start = await (await app.request("/docs/start.js")).text();
    expect(start).toContain("validatorUrl: null");
    expect(start).toContain("persistAuthorization: false");
  });

  it.each(["/docs", "/docs/start.js", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js"])(
    "%s may run and reach nothing but the hub, is what it says it is, and is cached",
    async (path) => {
      const { headers } = await app.request(path);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("cache-control")).toBe(path === "/docs" ? "no-cache" : "public, max-age=3600");
      const etag = headers.get("etag") ?? "";
      const again = await app.request(path, { headers: { "If-None-Match": etag } });
      expect([again.status, await again.text()]).toEqual([304, ""]);
    },
  );

  it("has no inline script or style, which its policy would stop", async () => {
    const html = await page();
    expect(html).not.toMatch(/<style|style=|\son[a-z]+=|<script>/);
  });

  it.each([
    "/docs/",
    "/docs/index.html",
    "/docs/package.json",
    "/docs/..%2fpackage.json",
    "/docs/%2e%2e/src",
  ])("serves no other file: %s", async (path) => {
    expect((await app.request(path)).status).toBe(404);
  });
});
