/** A platform that exists in tests only: its webhooks say which order changed and nothing else. */
import { createHmac } from "node:crypto";
import { z } from "zod";
import { toTimestamp, toVersion } from "../../src/normalizers/canonical/time.ts";
import { type Api, apiPath, hydrated, mapAnswer } from "../../src/normalizers/hydration.ts";
import { deleted, observed, on, patched, type Platform } from "../../src/normalizers/platform.ts";
import { type FakeApi, page, startFakeApi } from "./fake-api.ts";

const LINES_PER_PAGE = 2;

const thinOrder = z.object({ id: z.coerce.string() });
const orderAnswer = z.object({
  id: z.coerce.string(),
  status: z.enum(["open", "completed"]),
  placed_at: z.string(),
  changed_at: z.string(),
  total: z.string(),
});
const linePages = z.array(z.array(z.object({ id: z.coerce.string(), quantity: z.number() })));

const STATIC: Api["auth"] = { kind: "header", name: "x-auth", value: "{apiKey}" };

/** The declaration; `auth` and `limits` as the test wants them. */
export function thinPlatform({
  auth = STATIC,
  limits = { concurrency: 4, perSecond: 500 },
}: {
  readonly auth?: Api["auth"];
  readonly limits?: Api["limits"];
} = {}): Platform {
  return {
    id: "thinshop",
    name: "Thinshop",
    docs: "https://thinshop.example.com",
    schemes: [
      {
        kind: "hmac",
        signature: { headers: ["x-thin-signature"] },
        hash: "sha256",
        encoding: "hex",
        signs: ["body"],
      },
    ],
    locate: { topic: { header: "x-thin-topic" }, dedupe: [{ header: "x-thin-id" }] },
    deadlineMs: 5000,
    topics: {
      "order.changed": hydrated(thinOrder, ({ id }, { at }) => ({
        key: `order:${id}`,
        reads: ({ order }) => [
          { name: "order", path: apiPath`/orders/${id}`, mayBeGone: true },
          ...(order === undefined
            ? []
            : [
                {
                  name: "lines",
                  path: apiPath`/orders/${id}/lines?page=1`,
                  nextPage: (answer: unknown, number: number) =>
                    Array.isArray(answer) && answer.length === LINES_PER_PAGE
                      ? apiPath`/orders/${id}/lines?page=${number + 1}`
                      : undefined,
                },
              ]),
        ],
        map: ({ order, lines }, readAt) => {
          if (order === undefined) {
            return { ok: true, observations: [deleted("order", id, toVersion(readAt) ?? "")] };
          }
          const parsed = linePages.safeParse(lines);
          return mapAnswer("order", order, orderAnswer, (state) => [
            observed("order", {
              id: state.id,
              version: toVersion(state.changed_at) ?? "",
              bornAt: state.placed_at,
              state: {
                id: state.id,
                placedAt: toTimestamp(state.placed_at) ?? state.placed_at,
                status: state.status,
                currency: "EUR",
                totals: { total: { amount: state.total, currency: "EUR" } },
                lineItems: (parsed.data ?? []).flat(),
              },
            }),
          ]);
        },
        partial: () => ({
          ok: true,
          observations: [
            patched("order", { id, version: toVersion(at) ?? "", path: "platformStatus", value: "changed" }),
          ],
        }),
      })),
      "order.told": on(thinOrder, ({ id }, { at }) => [
        patched("order", { id, version: toVersion(at) ?? "", path: "note", value: "told" }),
      ]),
    },
    capabilities: { "order.created": "hydrated" },
    settings: { shopUrl: { description: "Address of the shop", example: "https://shop.example.com" } },
    credentials: { apiKey: { description: "Key of the API", example: "k-1" } },
    api: { base: "{shopUrl}/api", auth, limits },
    samples: { headers: () => ({}), bodies: {} },
  };
}

export interface ThinShop extends FakeApi {
  readonly orders: Map<string, { status: "open" | "completed"; changed_at: string; lines: number }>;
  readonly setOrder: (id: string, changed?: { status?: "open" | "completed"; changed_at?: string }) => void;
}

export const API_KEY = "k-1";

/** The platform's API for one shop, without orders. `authorized` decides who may ask. */
export async function startThinShop({
  authorized = (headers: Readonly<Record<string, unknown>>) => headers["x-auth"] === API_KEY,
  ...options
}: {
  readonly authorized?: (headers: Readonly<Record<string, unknown>>) => boolean;
  readonly perSecond?: number;
  readonly before?: Promise<unknown>;
} & Partial<Pick<Parameters<typeof startFakeApi>[0], "routes" | "open">> = {}): Promise<ThinShop> {
  const orders: ThinShop["orders"] = new Map();
  const api = await startFakeApi({
    authorize: ({ headers }) => authorized(headers),
    ...(options.perSecond === undefined ? {} : { perSecond: options.perSecond }),
    ...(options.open === undefined ? {} : { open: options.open }),
    routes: {
      "GET /api/orders/{id}": ({ params: { id = "" } }) => {
        const order = orders.get(id);
        if (order === undefined) return { status: 404 };
        const { lines: _lines, ...rest } = order;
        return { body: { id: Number(id), placed_at: "2026-11-01T12:00:01Z", total: "20.00", ...rest } };
      },
      "GET /api/orders/{id}/lines": (request) => {
        const { lines = 0 } = orders.get(request.params.id ?? "") ?? {};
        const all = Array.from({ length: lines }, (_, at) => ({ id: at + 1, quantity: 1 }));
        return { body: page(all, request, LINES_PER_PAGE) };
      },
      ...options.routes,
    },
  });
  const setOrder: ThinShop["setOrder"] = (id, changed = {}) => {
    orders.set(id, { status: "open", changed_at: "2026-11-01T12:00:02Z", lines: 3, ...changed });
  };
  return { ...api, orders, setOrder };
}

let sent = 0;

/** A request of the platform about an order, signed. */
export function thinWebhook(
  id: string,
  { topic = "order.changed", secret = "test-store-secret" }: { topic?: string; secret?: string } = {},
) {
  sent += 1;
  const body = JSON.stringify({ id: Number(id) });
  return {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-thin-topic": topic,
      "x-thin-id": `delivery-${sent}`,
      "x-thin-signature": createHmac("sha256", secret).update(body).digest("hex"),
    },
  };
}
