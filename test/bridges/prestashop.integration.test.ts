/**
 * The PrestaShop module as the other end sees it: real PHP processes post to a real HTTP server, which checks each request
 * by CONTRACT.md with code of its own. Any receiver that is given `url` and `SECRET` can take the server's place.
 */
import { execFile, spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  answer,
  type Endpoint,
  type EndpointRequest,
  flood,
  reset,
  silence,
  startEndpoint,
} from "../helpers/endpoint.ts";
import { useBroker } from "../helpers/broker.ts";
import { startFakeApi } from "../helpers/fake-api.ts";
import { startTestHub } from "../helpers/hub.ts";
import { anOrder, answersWith } from "../normalizers/platforms/prestashop/api.ts";

const broker = useBroker();

const SECRET = "ps-bridge-secret";
const TOLERANCE_MS = 300_000;
const CONTRACT = new URL("../../bridges/prestashop/CONTRACT.md", import.meta.url);
const PROCESS = new URL("../../bridges/prestashop/test/process.php", import.meta.url).pathname;

const hasPhp = spawnSync("php", ["-v"]).status === 0;
if (!hasPhp && process.env.CI === undefined) {
  console.warn(
    "SKIPPED: the PrestaShop module is not tested because there is no php on the PATH (see .ci/php)",
  );
}

const outcome = z.object({
  log: z.array(z.string()),
  status: z.object({ pending: z.number(), sent: z.number(), failed: z.number(), lastError: z.string() }),
  cron: z.object({ status: z.number(), body: z.record(z.string(), z.number()) }).optional(),
});
const posted = z.object({
  response: z.object({ status: z.number(), retryAfter: z.string().nullable(), error: z.string() }),
  tookMs: z.number(),
});
const envelope = z.object({
  schemaVersion: z.literal(1),
  eventId: z.uuid({ version: "v4" }),
  eventType: z.string(),
  occurredAt: z.iso.datetime({ precision: 3 }),
  sequence: z.number().int().positive(),
  object: z.object({ type: z.string(), externalId: z.string() }),
  shop: z.object({ id: z.string() }),
  payload: z.record(z.string(), z.unknown()),
  previous: z.record(z.string(), z.unknown()).nullable(),
});

/** As the Webservice writes the shop's times. */
function parisTime(ms: number): string {
  return new Date(ms).toLocaleString("sv-SE", { timeZone: "Europe/Paris" });
}

interface Job {
  readonly task: "order" | "cron" | "post";
  readonly url: string;
  readonly secret?: string;
  readonly previousSecret?: string;
  readonly transport?: string;
  readonly laterMs?: number;
}

async function runPhp(job: Job, database: string): Promise<unknown> {
  const { stdout, stderr } = await promisify(execFile)(
    "php",
    [PROCESS, JSON.stringify({ secret: SECRET, ...job })],
    {
      env: { ...process.env, SHOP_DATABASE: database },
    },
  );
  expect(stderr).toBe("");
  for (const secret of [SECRET, Buffer.from(SECRET).toString("base64")]) expect(stdout).not.toContain(secret);
  return JSON.parse(stdout);
}

/** The check of CONTRACT.md section 2. */
function isSigned(request: EndpointRequest, secret: string, now = Date.now()): boolean {
  const timestamp = String(request.headers["x-entrepot-timestamp"]);
  if (!/^\d+$/.test(timestamp) || Math.abs(now - Number(timestamp)) > TOLERANCE_MS) return false;
  const expected = createHmac("sha256", secret).update(`${timestamp}.`).update(request.body).digest("hex");
  const values = String(request.headers["x-entrepot-signature"]).split(",");
  return values.some((value) => value.trim() === `sha256=${expected}`);
}

function bodyOf(request: EndpointRequest): z.infer<typeof envelope> {
  return envelope.parse(JSON.parse(request.body.toString()));
}

describe.skipIf(!hasPhp && process.env.CI === undefined)("PrestaShop module", () => {
  let endpoint: Endpoint;
  let folder: string;
  let database: string;

  beforeEach(async () => {
    endpoint = await startEndpoint();
    folder = await mkdtemp(join(tmpdir(), "entrepot-shop-"));
    database = join(folder, "shop.sqlite");
  });
  afterEach(async () => {
    await endpoint.close();
    await rm(folder, { recursive: true });
  });

  const shop = async (job: Omit<Job, "url">) =>
    outcome.parse(await runPhp({ url: endpoint.url, ...job }, database));

  it("and this test agree with the vectors of the contract", async () => {
    const contract = await readFile(CONTRACT, "utf8");
    const bodies = [...contract.matchAll(/^```\n(\{.*\})\n```$/gm)].map(([, body = ""]) => Buffer.from(body));
    const signatures = [...contract.matchAll(/`X-Entrepot-Signature: (\S+)`/g)].map(
      ([, value = ""]) => value,
    );
    const [first, second] = bodies;
    if (first === undefined || second === undefined) throw new Error("CONTRACT.md has no vectors");
    const cases = [
      { timestamp: "1766000000000", body: first, secret: SECRET },
      { timestamp: "1772352931000", body: second, secret: SECRET },
      { timestamp: "1772352931000", body: second, secret: "previous-secret" },
    ];
    expect(signatures).toHaveLength(cases.length);
    for (const [index, { timestamp, body, secret }] of cases.entries()) {
      const headers = { "x-entrepot-timestamp": timestamp, "x-entrepot-signature": signatures[index] ?? "" };
      const request = { method: "POST", path: "/", headers, rawHeaders: [], body };
      expect(isSigned(request, secret, Number(timestamp))).toBe(true);
      expect(isSigned(request, `${secret}x`, Number(timestamp))).toBe(false);
      expect(isSigned(request, secret, Number(timestamp) + TOLERANCE_MS + 1)).toBe(false);
    }
    expect(bodyOf({ method: "POST", path: "/", headers: {}, rawHeaders: [], body: second }).eventType).toBe(
      "order.status_changed",
    );
  });

  describe.each(["curl", "stream"])("over %s", (transport) => {
    it("sends what a request of the shop did when it ends, in order and signed", async () => {
      const { log, status } = await shop({ task: "order", transport });
      expect(log).toEqual([]);
      expect(status).toMatchObject({ pending: 0, sent: 3, failed: 0 });
      const bodies = endpoint.requests.map(bodyOf);
      expect(
        bodies.map(({ eventType, object, sequence }) => [eventType, object.externalId, sequence]),
      ).toEqual([
        ["order.created", "42", 1],
        ["order.status_changed", "42", 2],
        ["stock.changed", "12-0", 3],
      ]);
      expect(bodies[2]).toMatchObject({ payload: { quantity: 4 }, previous: { quantity: 5 } });
      for (const [index, request] of endpoint.requests.entries()) {
        expect(request.method).toBe("POST");
        expect(isSigned(request, SECRET)).toBe(true);
        expect(isSigned(request, "another secret")).toBe(false);
        expect(request.headers).toMatchObject({
          "content-type": "application/json",
          "x-entrepot-event-id": bodies[index]?.eventId,
          "x-entrepot-topic": bodies[index]?.eventType,
          "x-entrepot-shop-id": bodies[index]?.shop.id,
          "x-entrepot-sequence": String(bodies[index]?.sequence),
          "x-entrepot-changed-at": bodies[index]?.occurredAt,
          "x-entrepot-attempt": "1",
        });
        expect(request.headers["user-agent"]).toMatch(
          /^Entrepot-PrestaShop\/\S+ \(PrestaShop\/8\.1\.7; PHP\/\S+\)$/,
        );
      }
    });

    it("signs with both secrets while they change", async () => {
      await shop({ task: "order", transport, secret: "the-new-secret", previousSecret: SECRET });
      expect(endpoint.requests).toHaveLength(3);
      for (const request of endpoint.requests) {
        expect(isSigned(request, SECRET)).toBe(true);
        expect(isSigned(request, "the-new-secret")).toBe(true);
      }
    });

    it("keeps what the hub did not take, and cron of another process sends the same event again", async () => {
      endpoint.behave(answer(503, { headers: { "retry-after": "90" } }), answer(204));
      const first = await shop({ task: "order", transport });
      expect(first.status).toMatchObject({ pending: 3, sent: 0, lastError: "HTTP 503" });
      expect(endpoint.requests).toHaveLength(1);

      const early = await shop({ task: "cron", transport, laterMs: 80_000 });
      expect(early.cron?.body).toEqual({ sent: 1, retried: 0, failed: 0 });
      expect(endpoint.requests.map((request) => bodyOf(request).eventType)).toEqual([
        "order.created",
        "stock.changed",
      ]);

      const late = await shop({ task: "cron", transport, laterMs: 100_000 });
      expect(late.cron?.body).toEqual({ sent: 2, retried: 0, failed: 0 });
      expect(late.status).toMatchObject({ pending: 0, sent: 3, lastError: "" });
      const [attempt, , retry, last] = endpoint.requests;
      expect(retry?.body).toEqual(attempt?.body);
      expect(retry?.headers).toMatchObject({
        "x-entrepot-event-id": attempt?.headers["x-entrepot-event-id"],
        "x-entrepot-attempt": "2",
      });
      expect(retry?.headers["x-entrepot-timestamp"]).not.toBe(attempt?.headers["x-entrepot-timestamp"]);
      expect(endpoint.requests.every((request) => isSigned(request, SECRET))).toBe(true);
      expect(last?.headers["x-entrepot-topic"]).toBe("order.status_changed");
    });

    it("tells that nobody answered, without address or secret", async () => {
      const { url } = endpoint;
      await endpoint.close();
      const { log, status } = outcome.parse(await runPhp({ task: "order", transport, url }, database));
      expect(log).toEqual([]);
      expect(status).toMatchObject({ pending: 3, sent: 0 });
      expect(status.lastError).toMatch(/^no answer: \w/);
      expect(status.lastError).not.toContain("/hook");
      endpoint = await startEndpoint();
    });

    const post = async () =>
      posted.parse(await runPhp({ task: "post", transport, url: endpoint.url }, database));

    it("does not follow a redirect", async () => {
      endpoint.behave(answer(307, { headers: { location: "/elsewhere" } }));
      expect((await post()).response.status).toBe(307);
      expect(endpoint.requests).toHaveLength(1);
    });

    it("reads Retry-After", async () => {
      endpoint.behave(answer(429, { headers: { "retry-after": "120" } }));
      expect((await post()).response).toMatchObject({ status: 429, retryAfter: "120" });
    });

    it("does not wait for a hub that says nothing", async () => {
      endpoint.behave(silence());
      const { response, tookMs } = await post();
      expect(response.status).toBe(0);
      expect(response.error).not.toBe("");
      expect(tookMs).toBeGreaterThan(250);
      expect(tookMs).toBeLessThan(5_000);
    });

    it("takes a cut connection for no answer", async () => {
      endpoint.behave(reset());
      expect((await post()).response.status).toBe(0);
    });

    it("does not read an answer without end", async () => {
      endpoint.behave(flood(200));
      const { response, tookMs } = await post();
      expect(response.status).toBe(200);
      expect(tookMs).toBeLessThan(5_000);
    });
  });

  it("and the hub speak with each other: what the shop sends and the Webservice says comes out as events", async () => {
    const now = Date.now();
    const order = anOrder(
      { stage: "paid" },
      { date_add: parisTime(now + 1000), date_upd: parisTime(now + 2000) },
    );
    const read = answersWith({ "/orders/42": { order } });
    const route = ({ url }: { url: URL }) => {
      const body = read(url.pathname.slice("/api".length));
      return body === undefined ? { status: 404 } : { body };
    };
    const webservice = await startFakeApi({
      authorize: ({ headers }) => headers.authorization === `Basic ${btoa("webservice-key:")}`,
      routes: { "GET /api/{resource}": route, "GET /api/{resource}/{id}": route },
    });
    const hub = await startTestHub({ url: broker().server.url, now: Date.now });
    try {
      const added = await hub.admin("POST", "/api/stores", {
        platform: "prestashop",
        name: "acme",
        secrets: [SECRET],
        settings: { baseUrl: webservice.url },
        credentials: { webserviceKey: "webservice-key" },
      });
      expect(added.status).toBe(201);
      const url = `${await hub.listen()}/webhooks/prestashop/acme`;
      const { log, status } = outcome.parse(await runPhp({ task: "order", url }, database));
      expect([log, status]).toMatchObject([[], { pending: 0, sent: 3, failed: 0, lastError: "" }]);

      const counts = await hub.settled();
      expect(counts).toMatchObject({ stored: 3, dead_lettered: 0, unknown_topic: 0, ignored: 0 });
      const events = await hub.events();
      expect(events.map(({ type, subject }) => `${type} ${subject}`).sort()).toEqual([
        "order.created 42",
        "order.paid 42",
        "stock.changed 12-0",
      ]);
      const created = events.find(({ type }) => type === "order.created");
      expect(created).toMatchObject({
        platform: "prestashop",
        authenticity: "api",
        data: {
          order: {
            number: "FMHGOYBGK",
            status: "open",
            totals: { total: { amount: "80.00", currency: "EUR" } },
          },
        },
      });
      expect(created).not.toHaveProperty("partial");
      expect(events.find(({ type }) => type === "stock.changed")).toMatchObject({
        authenticity: "signature",
        data: { stock: { productId: "12", available: 4 } },
      });
      expect(webservice.requests.every(({ status }) => status === 200)).toBe(true);
    } finally {
      await hub.stop();
      await webservice.close();
    }
  });

  it("is told by the hub to try again where its secret is another one, and no event comes out", async () => {
    const hub = await startTestHub({ url: broker().server.url, now: Date.now });
    try {
      await hub.addStore("prestashop", "acme", ["another secret"]);
      const url = `${await hub.listen()}/webhooks/prestashop/acme`;
      const { status } = outcome.parse(await runPhp({ task: "order", url }, database));
      expect(status).toMatchObject({ pending: 3, sent: 0, lastError: "HTTP 401" });
      expect(await hub.outcomes()).toMatchObject({ stored: 0 });
    } finally {
      await hub.stop();
    }
  });
});
