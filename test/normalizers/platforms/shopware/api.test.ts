/** Reads of a shop's admin API over HTTP: its tokens live ten minutes. */
import { describe, expect, it } from "vitest";
import type { Hydration } from "../../../../src/normalizers/hydration.ts";
import { shopware } from "../../../../src/normalizers/platforms/shopware/index.ts";
import { sampleBody } from "../../../helpers/app.ts";
import { planOf } from "../../../helpers/hydrate.ts";
import { type RealReads, startRealReads } from "../../../helpers/real-reads.ts";
import { aTokenEndpoint } from "../../../helpers/token-endpoint.ts";
import { answers } from "./api.ts";

const SAMPLE = { id: "42", at: "2026-11-01T12:00:10Z" };

describe("the API", () => {
  const CREDENTIALS = { apiKey: "KEY-1", secretKey: "hush" };
  const plan = planOf(shopware, {
    topic: "order.written",
    body: sampleBody(shopware, "order.written", SAMPLE),
  });
  const open = async (
    test: (reads: RealReads, tokens: ReturnType<typeof aTokenEndpoint>, order: Hydration) => Promise<void>,
    credentials = CREDENTIALS,
  ) => {
    if (!("reads" in plan)) return expect.unreachable("needs no read");
    const tokens = aTokenEndpoint(
      { grant_type: "client_credentials", client_id: "KEY-1", client_secret: "hush" },
      { lifeSeconds: 600 },
    );
    const reads = await startRealReads(shopware, {
      answers: answers("paid", SAMPLE),
      credentials,
      authorize: (request) =>
        tokens.authorize(request) &&
        request.headers.accept === "application/json" &&
        request.headers["sw-inheritance"] === "1",
      routes: { "POST /api/oauth/token": tokens.route },
      open: ["POST /api/oauth/token"],
    });
    await test(reads, tokens, plan).finally(reads.close);
  };

  it("is searched with a token of the shop, which is kept until shortly before it expires", () =>
    open(async (reads, tokens, order) => {
      expect(await reads.hydrate(order)).toMatchObject({
        kind: "observed",
        observations: [{ resource: "order" }],
      });
      reads.skip(500_000);
      await reads.hydrate(order);
      expect(tokens.given()).toBe(1);
      reads.skip(60_000);
      expect(await reads.hydrate(order)).toMatchObject({ kind: "observed" });
      expect(tokens.given()).toBe(2);
      expect(reads.api.asked().slice(0, 2)).toEqual(["POST /api/oauth/token", "POST /api/search/order"]);
    }));

  it("is asked once more with another token when it refuses the first, and no third time", () =>
    open(async (reads, tokens, order) => {
      await reads.hydrate(order);
      tokens.revoke();
      expect(await reads.hydrate(order)).toMatchObject({ kind: "observed" });
      expect(tokens.given()).toBe(2);
      expect(reads.api.requests.map(({ status }) => status)).toEqual([200, 200, 401, 200, 200]);
      reads.api.failNext({ status: 401 }, { body: { access_token: "useless", expires_in: 600 } });
      expect(await reads.hydrate(order)).toMatchObject({ kind: "later" });
      expect(reads.api.requests.map(({ status }) => status).slice(5)).toEqual([401, 200, 401]);
    }));

  it("is left alone where the shop does not know the credentials", () =>
    open(
      async (reads, tokens, order) => {
        expect(await reads.hydrate(order)).toMatchObject({ kind: "later" });
        expect(tokens.given()).toBe(0);
        expect(new Set(reads.api.asked())).toEqual(new Set(["POST /api/oauth/token"]));
      },
      { ...CREDENTIALS, secretKey: "old" },
    ));
});
