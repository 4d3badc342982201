/** What a platform gets when its webhook cannot be stored: never a yes. */
import { describe, expect, it } from "vitest";
import { createMemoryInbox } from "../../src/ingest/inbox/memory.ts";
import { createMemoryStores } from "../../src/ingest/stores-memory.ts";
import { aStore, createTestApp, signed } from "../helpers/app.ts";
import { ACME, appWithInbox, failing, post, problemOf } from "../helpers/ingest.ts";

describe("when nothing can be stored", () => {
  it("the platform is told to come back, and then it is stored", async () => {
    const memory = createMemoryInbox();
    let isDown = true;
    const test = appWithInbox(async (webhook, waitMs) =>
      isDown ? { kind: "unavailable", reason: "the broker is away" } : memory.append(webhook, waitMs),
    );
    const [, refused] = await post(test, signed());
    expect(refused.status).toBe(503);
    expect(memory.stored()).toEqual([]);
    isDown = false;
    const [, taken] = await post(test, signed());
    expect(taken.status).toBe(200);
    expect(memory.stored()).toHaveLength(1);
  });

  it("the log names the webhook and the reason", async () => {
    const [test] = await post(failing({ kind: "unavailable", reason: "the broker is away" }), signed());
    expect(test.lines.at(-1)).toMatchObject({
      reason: "the broker is away",
      topic: "orders/create",
      store: "acme",
      webhookId: expect.any(String),
    });
  });

  it("a store that holds its share of the room is refused unread, and another is not", async () => {
    const memory = createMemoryInbox();
    const test = createTestApp({
      stores: [aStore(), aStore({ name: "quiet" })],
      overrides: {
        inbox: {
          ...memory,
          refusal: (store) => (store === "acme" ? { kind: "store_overloaded" } : undefined),
        },
      },
    });
    const [, refused] = await post(test, { ...signed(), body: "never read, so not even verified" });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    const taken = await test.app.request("/webhooks/shopify/quiet", signed());
    expect(taken.status).toBe(200);
    expect(memory.stored()).toHaveLength(1);
  });

  it("the log says once a second that webhooks are turned away, not for each of thousands", async () => {
    const test = failing({ kind: "overloaded" });
    for (let time = 0; time < 50; time += 1) await post(test, signed());
    expect(test.lines.filter(({ outcome }) => outcome === "overloaded")).toHaveLength(1);
    test.clock.now += 1000;
    await post(test, signed());
    expect(test.lines.filter(({ outcome }) => outcome === "overloaded")).toHaveLength(2);
  });

  it("retries are asked for at different moments", async () => {
    const asked = new Set<string | null>();
    const test = failing({ kind: "overloaded" });
    for (let time = 0; time < 50; time += 1) {
      const [, response] = await post(test, signed());
      asked.add(response.headers.get("retry-after"));
    }
    expect(asked.size).toBeGreaterThan(1);
    for (const seconds of asked) expect(Number(seconds)).toBeLessThan(30);
  });

  it("the inbox gets less time than the platform waits", async () => {
    const waits: number[] = [];
    const test = appWithInbox(async (_webhook, waitMs) => {
      waits.push(waitMs);
      return { kind: "stored" };
    });
    await post(test, signed());
    expect(waits).toEqual([3500]);
  });

  it("a defect of the inbox is an error to the platform, never a yes", async () => {
    const test = appWithInbox(() => Promise.reject(new Error("a defect with personal data")));
    const [, response] = await post(test, signed());
    expect(response.status).toBe(500);
    expect(await problemOf(response)).toMatchObject({ code: "internal" });
  });

  it.each([ACME, "/webhooks/shopify/other", "/webhooks/other/acme"])(
    "because the stores are not read yet, %s gets 503 and no 404, which would make the platform give up",
    async (path) => {
      const stores = { ...createMemoryStores(), isReady: () => false };
      const [test, response] = await post(createTestApp({ overrides: { stores } }), signed(), path);
      expect(response.status).toBe(503);
      expect(response.headers.get("retry-after")).not.toBeNull();
      expect(test.inbox.stored()).toEqual([]);
    },
  );
});
