/** What the cases beside this file cannot show: the tables of words, traps of the payloads, and reads that come too early. */
import { describe, expect, it } from "vitest";
import type { Hydration } from "../../../../src/normalizers/hydration.ts";
import type { MapContext } from "../../../../src/normalizers/platform.ts";
import { magento } from "../../../../src/normalizers/platforms/magento/index.ts";
import { orderPayload, toOrder } from "../../../../src/normalizers/platforms/magento/order.ts";
import { sampleOrderEntity } from "../../../../src/normalizers/platforms/magento/samples/order.ts";
import { findTopic } from "../../../../src/normalizers/registry.ts";
import { answers } from "./api.ts";

const AT = "2026-11-01T12:00:00Z";
const SAMPLE = { id: "12", at: AT };
const CONTEXT: MapContext = { topic: "", at: AT, receivedAt: AT, headers: {}, options: {} };

function order(fields: Record<string, unknown>) {
  const body = orderPayload.parse({ ...sampleOrderEntity(SAMPLE), ...fields });
  return toOrder(body, { at: AT, options: {} });
}

describe("the state of an order", () => {
  it.each([
    ["new", "open"],
    ["pending_payment", "pending"],
    ["payment_review", "pending"],
    ["processing", "open"],
    ["complete", "completed"],
    ["closed", "completed"],
    ["canceled", "cancelled"],
    ["holded", "on_hold"],
    ["of_an_extension", "unknown"],
  ])("%s is %s, and the shop's own word stays", (state, status) => {
    expect(order({ state, status: "closed_exchange_success" })).toMatchObject({
      status,
      platformStatus: "closed_exchange_success",
      extra: { state },
    });
  });

  it("is not guessed from a status that belongs to two states", () => {
    expect(order({ state: undefined, status: "fraud" }).status).toBe("unknown");
    expect(order({ state: undefined, status: "pending_paypal" }).status).toBe("pending");
  });
});

describe("the money of an order", () => {
  it.each([
    [{ total_due: 129.35 }, "pending"],
    [{ total_due: "0.0000", total_paid: "129.3500" }, "paid"],
    [{ total_due: 100, total_paid: 29.35 }, "partially_paid"],
    [{ total_due: 0, total_paid: 129.35, total_refunded: 20 }, "partially_refunded"],
    [{ total_due: 0, total_paid: 129.35, total_refunded: 129.35, state: "closed" }, "refunded"],
    [{ total_due: 0, state: "canceled" }, "voided"],
    [{ grand_total: 0, total_due: 0 }, "paid"],
  ])("with %j is %s", (fields, status) => {
    expect(order(fields).paymentStatus).toBe(status);
  });

  it("is told in the order's currency, with the base currency beside it", () => {
    const { currency, totals, extra } = order({
      base_currency_code: "USD",
      base_grand_total: "140.0000",
      base_to_order_rate: "0.9239",
    });
    expect(currency).toBe("EUR");
    expect(totals?.total).toEqual({ amount: "129.35", currency: "EUR" });
    expect(extra).toMatchObject({
      baseCurrency: "USD",
      base: { total: { amount: "140.00", currency: "USD" } },
    });
  });
});

describe("lines and addresses", () => {
  const bundle = { item_id: 1, product_id: 7, product_type: "bundle", qty_ordered: 1, qty_shipped: 0 };
  const part = { parent_item_id: 1, product_type: "simple", qty_ordered: 2 };

  it("counts a configurable product once, with its variant", () => {
    expect(order({}).lineItems?.map(({ id, productId, variantId }) => [id, productId, variantId])).toEqual([
      ["21", "93", "94"],
      ["23", "22", "22"],
    ]);
  });

  it("counts the parts of a bundle that are shipped apart", () => {
    const items = (second: number) => [
      bundle,
      { ...part, item_id: 2, product_id: 8, qty_shipped: 2 },
      { ...part, item_id: 3, product_id: 9, qty_shipped: second },
    ];
    expect(order({ items: items(0) }).fulfillmentStatus).toBe("partially_fulfilled");
    expect(order({ items: items(2) }).fulfillmentStatus).toBe("fulfilled");
  });

  it("knows no shipping address of an order of downloads", () => {
    expect(order({ is_virtual: 1, extension_attributes: {} }).shippingAddress).toBeNull();
    expect(order({ extension_attributes: {} }).shippingAddress).toBeUndefined();
  });

  it("knows guests", () => {
    expect(order({ customer_is_guest: 1, customer_id: undefined }).customer).toMatchObject({ id: null });
  });
});

describe("a read before the shop's commit", () => {
  const { topics } = magento.variants["admin-post"];
  const plan = (event: "order.saved" | "shipment.created" | "customer.deleted", at = AT): Hydration => {
    const body = { event, entity_id: "12", increment_id: "000000012", updated_at: "2026-11-01 12:00:00" };
    const planned = topics[event].plan(body, { ...CONTEXT, receivedAt: at });
    return planned.ok && "hydration" in planned ? planned.hydration : expect.unreachable(event);
  };
  const fresh = answers("created", SAMPLE)("/orders/12");
  const old = answers("created", { ...SAMPLE, at: "2026-11-01T11:00:00Z" })("/orders/12");
  const later = "2026-11-01T12:10:00Z";

  it("is made again while the order is missing or older than the webhook says", () => {
    const { map } = plan("order.saved");
    expect(map({ order: undefined }, AT)).toMatchObject({ ok: false, again: true });
    expect(map({ order: old }, AT)).toMatchObject({ ok: false, again: true });
    expect(map({ order: fresh }, AT)).toMatchObject({ ok: true, observations: [{ kind: "state" }] });
  });

  it("counts after ten minutes, because the save may have been rolled back", () => {
    const { map } = plan("order.saved");
    expect(map({ order: undefined }, later)).toEqual({ ok: true, observations: [] });
    expect(map({ order: old }, later)).toMatchObject({ ok: true, observations: [{ kind: "state" }] });
  });

  it("finds what was deleted gone, or waits until it is", () => {
    const { map } = plan("customer.deleted");
    const customer = answers("created", SAMPLE)("/customers/12");
    expect(map({ customer }, AT)).toMatchObject({ ok: false, again: true });
    expect(map({ customer: undefined }, AT)).toMatchObject({ ok: true, observations: [{ kind: "deleted" }] });
  });

  it("finds a document first and its order then", () => {
    const { reads, map } = plan("shipment.created");
    const api = answers("partly_shipped", SAMPLE);
    const [search, ...more] = reads({});
    expect(more).toEqual([]);
    const document = api(search?.path ?? "");
    expect(reads({ document }).map(({ path }) => path)).toEqual([search?.path, "/orders/12"]);
    expect(map({ document: { items: [] } }, AT)).toMatchObject({ ok: false, again: true });
    expect(map({ document, order: api("/orders/12") }, AT)).toMatchObject({
      ok: true,
      observations: [
        { resource: "order", state: { fulfillmentStatus: "partially_fulfilled" } },
        { resource: "fulfillment", state: { orderId: "12" } },
        { resource: "order", path: "fulfillments" },
      ],
    });
  });
});

describe("Adobe Commerce Webhooks", () => {
  const { topics, topicPrefixes, answer } = magento.variants["commerce-webhooks"];

  it("are answered with yes, and tell nothing of what they only ask", () => {
    expect(JSON.parse(answer.body)).toEqual({ op: "success" });
    expect(topicPrefixes["observer."].kind).toBe("ignored");
    for (const name of ["sales_order_place_before", "plugin.magento.sales.api.order_management.place"]) {
      expect(findTopic(magento.variants["commerce-webhooks"], name)?.kind, name).toBe("ignored");
    }
  });

  it("are known by the name of the subscription, and by the one without `observer.` that the body has", () => {
    for (const [topic, handler] of Object.entries(topics)) {
      const other = topic.startsWith("observer.") ? topic.slice("observer.".length) : `observer.${topic}`;
      expect(findTopic({ topics }, other), other).toBe(handler);
    }
  });

  it("never believe the body: without the API they tell nothing", () => {
    const planned = topics["observer.sales_order_save_commit_after"]?.plan(
      { eventName: "observer.sales_order_save_commit_after", data: { order: sampleOrderEntity(SAMPLE) } },
      CONTEXT,
    );
    if (!planned?.ok || !("hydration" in planned)) return expect.unreachable("no reads");
    expect(planned.hydration.partial()).toEqual({ ok: true, observations: [] });
    expect(planned.hydration.reads({})).toMatchObject([{ path: "/orders/12" }]);
  });
});
