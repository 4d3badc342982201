/** Builds the objects that tests speak of; each test overrides only what it is about. */
import type { Customer } from "../../src/normalizers/canonical/customer.ts";
import type { Order, Payment } from "../../src/normalizers/canonical/order.ts";
import type { Stock } from "../../src/normalizers/canonical/product.ts";
import type { Resource } from "../../src/normalizers/canonical/resources.ts";
import { toVersion } from "../../src/normalizers/canonical/time.ts";
import { deleted, observed, patched, type StateObservation } from "../../src/normalizers/platform.ts";
import type { EntityObservation } from "../../src/normalizers/transition/apply.ts";
import type { Origin } from "../../src/normalizers/transition/events.ts";
import type { EntityRow } from "../../src/normalizers/transition/row.ts";
import { type Cause, transition } from "../../src/normalizers/transition/transition.ts";
import type { Webhook } from "../../src/webhook.ts";

const CONNECTED_AT = "2026-01-01T00:00:00Z";

/** The version of the n-th second after noon on a day after the store was connected. */
export function at(second: number): string {
  const moment = new Date(Date.UTC(2026, 1, 1, 12, 0, 0) + second * 1000).toISOString();
  return toVersion(moment) ?? moment;
}

export function anOrder(overrides: Partial<Order> = {}): Order {
  return {
    id: "1001",
    number: "#1001",
    placedAt: "2026-02-01T12:00:00Z",
    status: "open",
    paymentStatus: "pending",
    fulfillmentStatus: "unfulfilled",
    currency: "EUR",
    totals: { total: { amount: "20.00", currency: "EUR" }, paid: { amount: "0.00", currency: "EUR" } },
    lineItems: [{ id: "1", sku: "MUG", quantity: 2, unitPrice: { amount: "10.00", currency: "EUR" } }],
    shippingAddress: { name: "Ada", line1: "Quay 1", city: "Hamburg", country: "DE" },
    ...overrides,
  };
}

type SeenOverrides<R extends Resource> = Partial<Omit<StateObservation<R>, "kind" | "resource" | "state">>;

/** An order that was placed after the store was connected. */
export function anOrderObservation(
  order: Partial<Order> = {},
  overrides: SeenOverrides<"order"> = {},
): StateObservation<"order"> {
  const state = anOrder(order);
  return observed("order", {
    id: state.id,
    version: at(0),
    bornAt: "2026-02-01T12:00:00Z",
    ...overrides,
    state,
  });
}

/** A customer that the platform says is new. */
export function aCustomerObservation(
  customer: Partial<Customer> = {},
  overrides: SeenOverrides<"customer"> = {},
): StateObservation<"customer"> {
  const state = { id: "7", email: "ada@example.com", ...customer };
  return observed("customer", { id: state.id, version: at(0), isNew: true, ...overrides, state });
}

export function aStockObservation(
  stock: Partial<Stock> = {},
  overrides: SeenOverrides<"stock"> = {},
): StateObservation<"stock"> {
  const state: Stock = { inventoryItemId: "5", locationId: "9", available: 3, ...stock };
  return observed("stock", { id: "5/9", version: at(0), isNew: true, ...overrides, state });
}

function aPayment(overrides: Partial<Payment> = {}): Payment {
  return {
    id: "31",
    kind: "sale",
    status: "succeeded",
    amount: { amount: "20.00", currency: "EUR" },
    ...overrides,
  };
}

/** One payment of order 1001, as Shopify's order transactions tell it. */
export function aPaymentPatch(payment: Partial<Payment>, version: string) {
  const value = aPayment(payment);
  const news = ["payment_failed"];
  return patched("order", { id: "1001", path: "payments", key: value.id, version, value, news });
}

/** The consent of customer 7 to e-mail. */
export function aConsentPatch(state: string, version: string) {
  const news = ["consent_changed"];
  return patched("customer", { id: "7", path: "emailConsent", version, value: { state }, news });
}

export function anOrderDeletion(version: string) {
  return deleted("order", "1001", version);
}

export function aCause(overrides: Partial<Cause> = {}): Cause {
  return {
    webhookId: "01950000-0000-7000-8000-000000000001",
    receivedAt: "2026-02-01T12:30:00.123Z",
    sentAt: "",
    authenticity: "signature",
    via: "webhook",
    inboxSequence: 1,
    connectedAt: CONNECTED_AT,
    ...overrides,
  };
}

/** The cause of the n-th webhook that the hub received. */
export function aCauseNumbered(n: number, overrides: Partial<Cause> = {}): Cause {
  const webhookId = `01950000-0000-7000-8000-${String(n).padStart(12, "0")}`;
  return aCause({ webhookId, inboxSequence: n, ...overrides });
}

export function anOrigin(overrides: Partial<Origin> = {}): Origin {
  return { platform: "shopify", store: "acme", publicUrl: "https://hub.example.com", ...overrides };
}

/** The row after these observations, each by a webhook of its own. */
export function aRow(
  observations: readonly EntityObservation[] = [anOrderObservation()],
  overrides: Partial<EntityRow> = {},
): EntityRow {
  let row: EntityRow | undefined;
  for (const [index, observation] of observations.entries()) {
    const result = transition(row, observation, aCauseNumbered(index + 1));
    if (result.outcome !== "stale" && result.row) row = result.row;
  }
  if (row === undefined) throw new Error("no observation wrote a row");
  return { ...row, ...overrides };
}

export function aWebhook(overrides: Partial<Webhook> = {}): Webhook {
  return {
    id: "01950000-0000-7000-8000-000000000001",
    platform: "shopify",
    store: "acme",
    topic: "orders/create",
    dedupeKey: "shopify:acme:b54557e4",
    receivedAt: "2026-02-01T12:30:00.123Z",
    sentAt: "2026-02-01T12:29:59.987654321Z",
    via: "webhook",
    authenticity: "signature",
    headers: { "x-shopify-topic": "orders/create" },
    body: Buffer.from('{"id":1001}'),
    ...overrides,
  };
}

/** Freezes a value all the way down, so that whoever changes it throws. */
export function freezeDeep<T>(value: T): T {
  if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value)) {
    for (const inner of Object.values(value)) freezeDeep(inner);
    Object.freeze(value);
  }
  return value;
}
