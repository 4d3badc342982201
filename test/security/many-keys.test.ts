/** Bodies with very many names, with names that are chosen to collide, and with nesting without end: no error, and no square. */
import { describe, expect, it } from "vitest";
import { decodeJson } from "../../src/normalizers/decode.ts";
import { readForm } from "../../src/normalizers/decode-payload.ts";
import { ADMIN_TOKEN, createTestApp, signed } from "../helpers/app.ts";

const FEW = 10_000;
const FOUR_TIMES = 4 * FEW;
/** Linear is 4, a square is 16; the least of several runs, since others use the machine, too. */
const RATIO_MAX = 12;
const RUNS = 7;

function leastMs(run: () => unknown): number {
  return Math.min(
    ...Array.from({ length: RUNS }, () => {
      const start = performance.now();
      run();
      return performance.now() - start;
    }),
  );
}

/** Names that a hash by value alone would put into one place. */
const COLLIDING: Readonly<Record<string, (at: number) => string>> = {
  "numbers with the same low bits": (at) => String(at * 4096),
  "long numbers": (at) => String(4_294_967_296 + at * 65_536),
  "one beginning": (at) => `${"a".repeat(20)}${at}`,
};

describe("names from outside", () => {
  it.each(Object.entries(COLLIDING))("that collide cost in proportion to their number: %s", (_what, name) => {
    const body = (count: number) =>
      `{${Array.from({ length: count }, (_, at) => `${JSON.stringify(name(at))}:1`).join()}}`;
    const few = body(FEW);
    const many = body(FOUR_TIMES);
    expect(decodeJson(many).ok).toBe(true);
    expect(leastMs(() => decodeJson(many)) / leastMs(() => decodeJson(few))).toBeLessThan(RATIO_MAX);
  });

  it("are at most a thousand in a form, counted before it is read", () => {
    const form = (count: number) =>
      Buffer.from(Array.from({ length: count }, (_, at) => `f${at}=1`).join("&"));
    expect(Object.keys(readForm(form(1000)) ?? {})).toHaveLength(1000);
    expect(readForm(form(1001))).toBeUndefined();
  });

  it("are refused as any body that nobody signed", async () => {
    const body = `{${Array.from({ length: 100_000 }, (_, at) => `"k${at}":1`).join()}}`;
    const { app, inbox } = createTestApp();
    expect((await app.request("/webhooks/shopify/acme", signed({ body, secret: "wrong" }))).status).toBe(401);
    expect((await app.request("/webhooks/shopify", signed({ body, secret: "wrong" }))).status).toBe(401);
    expect(inbox.stored()).toEqual([]);
  });
});

describe("a body nested without end", () => {
  const deep = (open: string, close: string, times: number) => `${open.repeat(times)}1${close.repeat(times)}`;

  it.each([
    ["lists", deep("[", "]", 200_000)],
    ["objects", deep('{"a":', "}", 100_000)],
    ["lists that do not end", "[".repeat(500_000)],
  ])("is no error of the hub: %s", async (_what, body) => {
    expect(decodeJson(body).ok).toBe(false);
    const { app } = createTestApp();
    expect((await app.request("/webhooks/shopify/acme", signed({ body }))).status).toBe(200);
    expect((await app.request("/webhooks/shopify", signed({ body, secret: "wrong" }))).status).toBe(401);
  });

  it.each([
    [
      "a filter",
      (times: number) => deep('{"all":[', "]}", times).replace("1", '{"path":"order.id","exists":true}'),
    ],
    [
      "a filter of the other kind",
      (times: number) => deep('{"not":', "}", times).replace("1", '{"path":"order.id","exists":true}'),
    ],
    ["lists", (times: number) => deep("[", "]", times)],
  ])("is none in the admin API either: %s", async (_what, make) => {
    const { app, admin } = createTestApp();
    const headers = { "Content-Type": "application/json", Authorization: `Bearer ${ADMIN_TOKEN}` };
    for (const times of [50, 1000, 8000]) {
      const body = `{"name":"deep","deliver":"nats","events":["order.*"],"where":${make(times)}}`;
      const response = await app.request("/api/subscriptions", { method: "POST", headers, body });
      expect([400, 413], `${times}`).toContain(response.status);
    }
    expect((await admin("GET", "/api/subscriptions")).status).toBe(200);
  });
});
