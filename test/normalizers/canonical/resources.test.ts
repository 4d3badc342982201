import { describe, expect, it } from "vitest";
import {
  actionsOf,
  eventTypes,
  isResource,
  isSignalResource,
  RESOURCES,
  type ResourceDefinition,
  resourceNames,
  SIGNALS,
  signalNames,
} from "../../../src/normalizers/canonical/resources.ts";
import { crossMilestones } from "../../../src/normalizers/transition/milestones.ts";

const definitions = resourceNames().map((name): [string, ResourceDefinition] => [name, RESOURCES[name]]);

describe("the vocabulary", () => {
  it("has event types of two words in lower case, each once", () => {
    const types = eventTypes();
    expect(types.length).toBeGreaterThan(40);
    expect(new Set(types).size).toBe(types.length);
    for (const type of types) expect(type).toMatch(/^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$/);
  });

  it.each([
    "order.created",
    "order.paid",
    "order.address_changed",
    "fulfillment.delivered",
    "refund.created",
    "return.requested",
    "return.closed",
    "product.unpublished",
    "price.changed",
    "stock.changed",
    "stock.out",
    "stock.back",
    "customer.consent_changed",
    "cart.completed",
    "checkout.completed",
    "app.uninstalled",
    "privacy.data_requested",
    "privacy.customer_redacted",
    "privacy.store_redacted",
  ])("has %s", (type) => {
    expect(eventTypes()).toContain(type);
  });

  it.each(definitions)("no milestone of %s has the name of a carrier", (_name, { carriers, milestones }) => {
    const names: string[] = Object.values(carriers);
    expect(Object.keys(milestones).filter((milestone) => names.includes(milestone))).toEqual([]);
    expect(carriers.deleted === undefined || carriers.deleted !== carriers.updated).toBe(true);
  });

  it("no name is both a resource and a signal, or a field beside the state in `data`", () => {
    const signals: string[] = signalNames();
    expect(resourceNames().filter((name) => signals.includes(name))).toEqual([]);
    const taken = ["changed", "previous", "delta"];
    expect([...resourceNames(), ...signalNames()].filter((name) => taken.includes(name))).toEqual([]);
  });

  it("does not take what every object inherits for a resource or signal", () => {
    for (const name of ["constructor", "toString", "__proto__", ""]) {
      expect(isResource(name)).toBe(false);
      expect(isSignalResource(name)).toBe(false);
    }
  });

  it("says of every event in a sentence what it means", () => {
    for (const name of [...resourceNames(), ...signalNames()]) {
      for (const [action, description] of Object.entries(actionsOf(name))) {
        expect(description, `${name}.${action}`).toMatch(/^[A-Z].*\.$/);
      }
    }
    expect(Object.keys(actionsOf("order"))).toContain("deleted");
    expect(Object.keys(actionsOf("price"))).toEqual(["changed"]);
    expect(actionsOf("app")).toEqual(SIGNALS.app.actions);
  });

  it.each(definitions)("the quiet fields of %s are fields of its state", (_name, { schema, quiet }) => {
    const known = "shape" in schema ? Object.keys(Object(schema.shape)) : [];
    expect(known.length).toBeGreaterThan(0);
    // A signal of time that not every resource has is harmless where it is missing.
    expect(quiet.filter((field) => field !== "updatedAt" && !known.includes(field))).toEqual([]);
  });

  it.each(resourceNames())("the milestones that can be crossed by %s are declared", (resource) => {
    const declared = Object.keys(actionsOf(resource));
    const words = ["paid", "authorized", "partially_paid", "refunded", "partially_refunded", "failed"];
    const states = [
      ...words.map((paymentStatus) => ({ paymentStatus })),
      ...["partially_fulfilled", "fulfilled", "delivered"].map((fulfillmentStatus) => ({
        fulfillmentStatus,
      })),
      ...["cancelled", "delivered", "closed", "declined", "in_stock", "out_of_stock"].map((status) => ({
        status,
      })),
      { completedAt: "2026-02-01T12:00:00Z" },
      { published: true },
      { published: false },
      { available: 0 },
      { available: 1 },
      { emailConsent: { state: "subscribed" } },
      { shippingAddress: { city: "Hamburg" } },
      { shippingAddress: { city: "Bremen" } },
    ];
    for (const previous of [undefined, ...states]) {
      for (const next of states) {
        const { crossed } = crossMilestones(resource, { previous, next, reached: [] });
        expect(declared).toEqual(expect.arrayContaining([...crossed]));
        expect(new Set(crossed).size).toBe(crossed.length);
      }
    }
  });
});
