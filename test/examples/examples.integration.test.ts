/** The examples as processes of their own, reading the sources of the client instead of the built package. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CanonicalEvent } from "../../src/normalizers/canonical/event.ts";
import { type HandMade, handMade } from "../client/hand-made.ts";
import { useBroker } from "../helpers/broker.ts";
import { anEvent } from "../helpers/event.ts";
import { eventually } from "../helpers/eventually.ts";

const ROOT = join(import.meta.dirname, "../..");
const broker = useBroker();

interface Running {
  readonly lines: () => unknown[];
  readonly errors: () => string;
  /** Asks it to end, and gives the code with which it did. */
  readonly end: () => Promise<number | null>;
  readonly exited: Promise<number | null>;
}

let dir: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "entrepot-example-"));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await rm(dir, { recursive: true, force: true });
});

async function run(example: string, { access }: HandMade, ...args: string[]): Promise<Running> {
  const file = join(dir, "access.json");
  await writeFile(file, JSON.stringify(access));
  const child = spawn(
    process.execPath,
    ["--import", "tsx", join(ROOT, "examples", example, "main.ts"), file, ...args],
    { cwd: ROOT, env: { ...process.env, TSX_TSCONFIG_PATH: join(ROOT, "test/tsconfig.json") } },
  );
  children.push(child);
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk.toString();
  });
  const exited = once(child, "exit").then(() => child.exitCode);
  return {
    lines: () =>
      out
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line)),
    errors: () => err,
    exited,
    end: () => {
      child.kill("SIGTERM");
      return exited;
    },
  };
}

const ADDRESS = { name: "Ada Lovelace", line1: "Dorset Street 1", city: "London", country: "GB" };

function anOrder(type: string, sequence: number, order: object = {}, rest: Partial<CanonicalEvent> = {}) {
  const state = {
    id: "1001",
    number: "#1001",
    lineItems: [{ id: "1", sku: "MUG", quantity: 2 }],
    shippingAddress: ADDRESS,
    ...order,
  };
  return anEvent(sequence, { type, data: { order: state, changed: [], previous: {} }, ...rest });
}

describe("the shipping example", () => {
  const events = ["order.paid", "order.address_changed", "order.cancelled", "order.refunded"];

  it("asks for labels and follows the order, and ends in order when it is told to", async () => {
    const hub = await handMade(broker(), { events });
    const shipping = await run("shipping", hub);
    await hub.publish([
      anOrder("order.paid", 3),
      anOrder("order.address_changed", 5, { shippingAddress: { ...ADDRESS, line1: "Dorset Street 2" } }),
      anOrder("order.cancelled", 7),
      anOrder("order.paid", 1, { id: "1002", shippingAddress: null }, { subject: "1002" }),
      anOrder("order.paid", 1, { id: "1003", lineItems: [] }, { subject: "1003" }),
      anOrder("order.paid", 1, { id: "1004", test: true }, { subject: "1004" }),
      anOrder("order.refunded", 1, { id: "1005" }, { subject: "1005" }),
    ]);
    const base = { store: "acme", orderId: "1001", orderNumber: "#1001" };
    await eventually(() => expect(shipping.lines()).toHaveLength(5), { withinMs: 20_000 });
    expect(shipping.lines()).toEqual([
      {
        action: "create_label",
        request: "acme:order:1001:3",
        ...base,
        to: ADDRESS,
        parcels: [{ sku: "MUG", quantity: 2 }],
      },
      {
        action: "change_address",
        request: "acme:order:1001:5",
        ...base,
        to: { ...ADDRESS, line1: "Dorset Street 2" },
      },
      { action: "cancel_label", request: "acme:order:1001:7", ...base },
      expect.objectContaining({ action: "ask_for_address", orderId: "1002" }),
      expect.objectContaining({ action: "cancel_label", orderId: "1005" }),
    ]);
    expect(await shipping.end()).toBe(0);
    expect(shipping.errors()).toBe("");
    expect(await hub.open()).toBe(0);
  });

  it("says why there are no more events, and ends", async () => {
    const hub = await handMade(broker(), { events });
    await hub.deleteConsumers();
    const shipping = await run("shipping", hub);
    expect(await shipping.exited).toBe(1);
    expect(shipping.errors()).toContain("the subscription was removed");
  });
});

describe("the marketing example", () => {
  const events = [
    "customer.created",
    "customer.updated",
    "customer.consent_changed",
    "checkout.*",
    "stock.back",
  ];

  function aCustomer(type: string, sequence: number, customer: object, changed: string[] = []) {
    const data = { customer: { id: "7", email: "ada@example.com", ...customer }, changed, previous: {} };
    return anEvent(sequence, { type, subject: "7", data });
  }

  function aCheckout(id: string, type: string, sequence: number) {
    const checkout = { id, email: `${id}@example.com`, acceptsMarketing: true, recoveryUrl: `https://${id}` };
    return anEvent(sequence, { type, subject: id, data: { checkout, changed: [], previous: {} } });
  }

  it("follows consent, welcomes first buyers, and tells of what is back and what was left", async () => {
    const hub = await handMade(broker(), { events });
    const marketing = await run("marketing", hub, "0.001");
    const stock = { inventoryItemId: "9", sku: "MUG", available: 3 };
    await hub.publish([
      aCustomer("customer.consent_changed", 2, { emailConsent: { state: "subscribed" } }),
      aCustomer("customer.updated", 3, { ordersCount: 1, emailConsent: { state: "subscribed" } }, [
        "ordersCount",
      ]),
      anEvent(4, { type: "stock.back", subject: "9", data: { stock, changed: [], previous: {} } }),
      aCheckout("left", "checkout.updated", 1),
      aCustomer("customer.consent_changed", 5, { emailConsent: { state: "unsubscribed" } }),
    ]);
    const store = "acme";
    const email = "ada@example.com";
    await eventually(() => expect(marketing.lines()).toHaveLength(5), { withinMs: 20_000 });
    expect(marketing.lines()).toEqual(
      expect.arrayContaining([
        { message: "subscribe", store, email },
        { message: "first_order", store, email },
        { message: "back_in_stock", store, sku: "MUG" },
        { message: "abandoned_checkout", store, email: "left@example.com", link: "https://left" },
        { message: "unsubscribe", store, email },
      ]),
    );
    expect(await marketing.end()).toBe(0);
    expect(marketing.errors()).toBe("");
  });

  it("leaves a trace of what it cannot read, and goes on", async () => {
    const hub = await handMade(broker(), { events });
    const marketing = await run("marketing", hub);
    const stock = { sku: "MUG" };
    await hub.publish([
      anEvent(1, { type: "stock.back", subject: "9", data: { stock, changed: [], previous: {} } }),
      aCustomer("customer.consent_changed", 2, { emailConsent: { state: "subscribed" } }),
    ]);
    await eventually(() => expect(marketing.lines()).toHaveLength(1), { withinMs: 20_000 });
    expect(marketing.errors()).toContain("is not a valid event");
    expect(await marketing.end()).toBe(0);
  });
});
