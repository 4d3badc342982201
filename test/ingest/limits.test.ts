/** What is too large, too much or in an encoding that nobody asked for. */
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { createTestApp, signed } from "../helpers/app.ts";
import { ACME, manyHeaders, post } from "../helpers/ingest.ts";

describe("limits", () => {
  it.each([
    [5_000_000, 200],
    [5_000_001, 413],
  ])("a body of %i bytes gets %i", async (bytes, status) => {
    const [test, response] = await post(createTestApp(), signed({ body: Buffer.alloc(bytes, "1") }));
    expect(response.status).toBe(status);
    expect(test.inbox.stored()).toHaveLength(status === 200 ? 1 : 0);
  });

  it("a body that is announced as too large is not read", async () => {
    const incoming = new IncomingMessage(new Socket());
    const init = signed({ headers: { "content-length": "10000000" } });
    const response = await createTestApp().app.request(ACME, init, { incoming });
    expect(response.status).toBe(413);
    expect(incoming.listenerCount("data")).toBe(0);
  });

  it.each([
    [100, 200],
    [101, 431],
  ])("%i headers get %i", async (count, status) => {
    const init = signed();
    const more = count - Object.keys(init.headers).length;
    const [, response] = await post(createTestApp(), {
      ...init,
      headers: { ...init.headers, ...manyHeaders(more) },
    });
    expect(response.status).toBe(status);
  });

  it("hold before the sender is verified, and only at stores that exist", async () => {
    const [test] = await post(createTestApp(), {
      method: "POST",
      body: Buffer.alloc(6_000_000),
      headers: {},
    });
    expect(await test.count("requests", { platform: "shopify", outcome: "too_large" })).toBe(1);
    const [, other] = await post(
      test,
      { method: "POST", body: Buffer.alloc(6_000_000) },
      "/webhooks/shopify/x",
    );
    expect(other.status).toBe(404);
  });

  it.each(["gzip", "br", "deflate", "GZIP", "identity, gzip", "x"])(
    "a body in encoding %s gets 415",
    async (encoding) => {
      const [test, response] = await post(
        createTestApp(),
        signed({ headers: { "content-encoding": encoding } }),
      );
      expect(response.status).toBe(415);
      expect(test.inbox.stored()).toEqual([]);
    },
  );

  it("a body in encoding identity is taken", async () => {
    const [, response] = await post(createTestApp(), signed({ headers: { "content-encoding": "identity" } }));
    expect(response.status).toBe(200);
  });

  it("cut what is kept of headers", async () => {
    const headers = { "x-shopify-topic": "t".repeat(5000), "x-shopify-event-id": "e".repeat(5000) };
    const [test] = await post(createTestApp(), signed({ headers, deliveryId: "d".repeat(5000) }));
    const [stored] = test.inbox.stored();
    expect(stored?.topic).toHaveLength(256);
    expect(stored?.headers["x-shopify-event-id"]).toHaveLength(1024);
    expect(stored?.dedupeKey.length).toBeLessThan(1100);
  });
});
