/**
 * The admin API, given whatever JSON, text and addresses there are: no answer is an error of the hub's, every refusal is a problem
 * document, and `__proto__` is a name like any other. Longer runs: `FUZZ_RUNS=100 npx vitest run test/fuzz` (see
 * `test/helpers/fuzz.ts`).
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { problem } from "../../src/api.ts";
import { ADMIN_TOKEN, createTestApp, SECRET, type TestApp } from "../helpers/app.ts";
import { mutations } from "../helpers/byte-mutations.ts";
import { FUZZ_TIMEOUT_MS, fuzz } from "../helpers/fuzz.ts";
import { damaged, junkValue, writeOut } from "../helpers/json-mutations.ts";

const where = {
  all: [
    { path: "order.totals.total.amount", gte: "100" },
    {
      any: [
        { path: "order.paymentStatus", in: ["paid", "authorized"] },
        { not: { path: "order.note", exists: true } },
      ],
    },
  ],
};
const subscription = {
  name: "crm",
  events: ["order.*", "stock.changed"],
  stores: ["acme"],
  platforms: ["shopify"],
  where,
  startAt: "2026-11-01T00:00:00Z",
  deliver: "http",
  url: "https://crm.example.com/in",
  headers: { "x-a": "b" },
  ordered: true,
  timeoutMs: 1000,
  concurrency: 2,
  ratePerSecond: 5,
  retrySeconds: [5, 60],
  disableAfterSeconds: 86_400,
};

/** Bodies that the routes take; what is damaged is one of them. */
const BODIES: readonly unknown[] = [
  subscription,
  { name: "erp", events: ["*"], deliver: "nats" },
  {
    platform: "shopify",
    name: "next",
    secrets: [SECRET],
    options: { currency: "EUR", timeZone: "Europe/Berlin" },
  },
  { secrets: [SECRET], overlapHours: 1 },
  { apiKey: "x" },
  { name: "ci", scopes: ["read"], expiresAt: "2027-01-01T00:00:00Z" },
  { sequences: [1, 2], dryRun: true },
  { stage: "normalize", store: "acme", after: 0 },
  { since: "2026-11-01T00:00:00Z", until: "2026-12-01T00:00:00Z" },
  { type: "order.paid" },
  { from: "now" },
  {},
];

const operations = z
  .object({
    paths: z.record(
      z.string(),
      z.record(
        z.string(),
        z.looseObject({ parameters: z.array(z.object({ name: z.string(), in: z.string() })).optional() }),
      ),
    ),
  })
  .transform(({ paths }) =>
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { parameters = [] }]) => ({
        path,
        method: method.toUpperCase(),
        query: parameters.filter(({ in: place }) => place === "query").map(({ name }) => name),
      })),
    ),
  );

const word = fc.oneof(
  fc.constantFrom(
    "acme",
    "crm",
    "order",
    "1",
    "__proto__",
    "constructor",
    "toString",
    "..",
    ".",
    "~",
    "%",
    "%00",
    "%E0%A4%A",
  ),
  fc.constantFrom(
    "",
    " ",
    "*",
    ">",
    "order.*",
    "order.paid",
    "NaN",
    "Infinity",
    "-1",
    "1e9",
    "1e999",
    "0x1",
    "1.5",
    "\ud800",
  ),
  fc.constantFrom(
    "9007199254740993",
    "99999999999999999999",
    "2026-11-01T00:00:00Z",
    "0000-01-01",
    "now",
    "beginning",
  ),
  fc.constantFrom(
    "a".repeat(64),
    "a".repeat(5000),
    "\r\nx: y",
    "a/b",
    "a\0b",
    "\u202e",
    "[]",
    "{}",
    "true",
    "null",
  ),
  fc.string(),
  fc.string({ unit: "binary" }),
);

const body = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...BODIES).chain(damaged) },
  { weight: 1, arbitrary: junkValue.map(writeOut) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...BODIES), mutations(4))
      .map(([value, mutate]) => mutate(Buffer.from(JSON.stringify(value)))),
  },
);

interface Operation {
  readonly path: string;
  readonly method: string;
  readonly query: readonly string[];
}

/** A request to the operation with words of any kind in its places. */
function request({ path, method, query }: Operation): fc.Arbitrary<Request> {
  const known = new Set(query);
  return fc
    .record({
      words: fc.array(word, { minLength: 4, maxLength: 4 }),
      parameters: fc.array(fc.tuple(fc.constantFrom(...known, "x"), word), { maxLength: 5 }),
      body,
      type: fc.constantFrom(
        "application/json",
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "",
      ),
    })
    .map(({ words, parameters, body: text, type }) => {
      let at = 0;
      const target = path.replace(
        /\{[^}]+\}/g,
        () => encodeURIComponent(Buffer.from(words[at++] ?? "").toString()) || "x",
      );
      const search = new URLSearchParams(parameters).toString();
      const mayHaveBody = method !== "GET" && method !== "HEAD";
      return new Request(`http://hub.example.com${target}?${search}`, {
        method,
        headers: { authorization: `Bearer ${ADMIN_TOKEN}`, ...(type === "" ? {} : { "content-type": type }) },
        ...(mayHaveBody ? { body: typeof text === "string" ? text : new Uint8Array(text) } : {}),
      });
    });
}

describe("the admin API", () => {
  it(
    "takes or refuses whatever it is sent",
    async () => {
      const test = createTestApp();
      for (const operation of await operationsOf(test)) {
        await fc.assert(
          fc.asyncProperty(request(operation), async (sent) => {
            await expectAnswer(await test.app.request(sent));
          }),
          fuzz(20),
        );
      }
    },
    FUZZ_TIMEOUT_MS,
  );

  it(
    "takes or refuses whatever filter a subscription has",
    async () => {
      const test = createTestApp();
      const filter = fc.oneof(
        { weight: 4, arbitrary: damaged(where) },
        { weight: 1, arbitrary: junkValue.map(writeOut) },
      );
      await fc.assert(
        fc.asyncProperty(filter, async (text) => {
          const { name: _name, where: _where, ...rest } = subscription;
          const whole = JSON.stringify(rest).replace(/\}$/, `,"where":${text}}`);
          const response = await test.app.request("/api/subscriptions/crm", {
            method: "PUT",
            headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
            body: whole,
          });
          await expectAnswer(response);
        }),
        fuzz(200),
      );
    },
    FUZZ_TIMEOUT_MS,
  );

  it("knows no store, token or subscription by what every object has", async () => {
    const { app, admin } = createTestApp();
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      for (const path of ["stores", "subscriptions", "tokens"]) {
        expect((await admin("DELETE", `/api/${path}/${name}`)).status, path).toBe(404);
      }
      const response = await app.request(`/webhooks/${name}/${name}`, { method: "POST", body: "{}" });
      expect(response.status).toBe(404);
      expect((await admin("POST", "/api/stores", { platform: name, name: "x", secrets: ["y"] })).status).toBe(
        400,
      );
    }
  });
});

async function operationsOf({ app }: TestApp): Promise<Operation[]> {
  const found = operations.parse(await (await app.request("/openapi.json")).json());
  expect(found.length).toBeGreaterThan(25);
  return found;
}

async function expectAnswer(response: Response): Promise<void> {
  if (response.status < 400) {
    await response.body?.cancel();
    return;
  }
  const text = await response.text();
  expect(response.status, text).toBeLessThan(500);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(problem.parse(JSON.parse(text)).status).toBe(response.status);
}
