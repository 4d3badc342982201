/** Platforms with a sandbox on a host of its own: the store says which host its reads go to, out of a closed list. */
import { describe, expect, it } from "vitest";
import { paddle } from "../../src/normalizers/platforms/paddle/index.ts";
import { square } from "../../src/normalizers/platforms/square/index.ts";
import { fillAddress } from "../../src/publish/hydrate/template.ts";
import { createTestApp } from "../helpers/app.ts";

describe.each([
  { platform: square, live: "connect.squareup.com", sandbox: "connect.squareupsandbox.com" },
  { platform: paddle, live: "api.paddle.com", sandbox: "sandbox-api.paddle.com" },
])("reads of $platform.id", ({ platform, live, sandbox }) => {
  const add = (settings: Readonly<Record<string, string>>) =>
    createTestApp().admin("POST", "/api/stores", {
      platform: platform.id,
      name: "fresh",
      secrets: ["s"],
      settings,
    });

  it("go to the live API, or to the sandbox where the store says so", async () => {
    expect(platform.settings.apiHost.default).toBe(live);
    expect((await add({})).status).toBe(201);
    for (const apiHost of [live, sandbox]) {
      expect((await add({ apiHost })).status).toBe(201);
      expect(fillAddress(platform.api.base, { apiHost }).href).toBe(`https://${apiHost}/`);
    }
  });

  it.each(["evil.example", `${live}.evil.example`, `evil.example/${live}`, `${live}:8443`, `x${live}`])(
    "go nowhere else: %s",
    async (apiHost) => {
      expect((await add({ apiHost })).status).toBe(400);
    },
  );
});
