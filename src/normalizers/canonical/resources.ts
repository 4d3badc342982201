/**
 * The vocabulary of events: which resources exist, what each of their events is called, and the schema of their state.
 *
 * Every transition of an entity publishes exactly one state carrier (`created`, `updated`, `deleted`) and then the
 * milestones that it crossed. Where a resource names one event for two carriers (`price.changed`), that is its only one.
 */
import type { z } from "zod";
import { cart, checkout } from "./cart.ts";
import { customer } from "./customer.ts";
import { draftOrder, order } from "./order.ts";
import { inventoryItem, price, product, stock } from "./product.ts";
import { dispute, fulfillment, orderReturn, refund } from "./shipping.ts";
import { app, privacy } from "./signals.ts";

export interface ResourceDefinition {
  readonly schema: z.ZodType;
  /** Event names of the state carriers; a resource without `deleted` keeps silent about deletions. */
  readonly carriers: { readonly created: string; readonly updated: string; readonly deleted?: string };
  readonly milestones: Readonly<Record<string, string>>;
  /** Fields that ride along: a change in nothing but these is no event. */
  readonly quiet: readonly string[];
  readonly descriptions: { readonly created: string; readonly updated: string; readonly deleted?: string };
}

const CHANGE_TIME = ["updatedAt"] as const;

const life = {
  quiet: CHANGE_TIME,
  carriers: { created: "created", updated: "updated", deleted: "deleted" },
  descriptions: {
    created: "First seen, and new at the platform.",
    updated:
      "Something changed; `changed` says what. Also the first sight of one that existed before the store was connected.",
    deleted: "No longer exists at the platform; the data is the last known state.",
  },
} as const;

const changes = {
  carriers: { created: "changed", updated: "changed" },
  descriptions: {
    created: "A new value; on first sight (`firstseen`) without a previous one.",
    updated: "A new value; on first sight (`firstseen`) without a previous one.",
  },
} as const;

const updates = {
  quiet: CHANGE_TIME,
  carriers: { created: "updated", updated: "updated", deleted: "deleted" },
  descriptions: {
    created: "Started or changed.",
    updated: "Started or changed.",
    deleted: "Given up at the platform.",
  },
} as const;

export const RESOURCES = {
  order: {
    schema: order,
    ...life,
    milestones: {
      paid: "All of it has been paid, for the first time.",
      partially_paid: "A part has been paid, for the first time.",
      authorized: "The money is reserved, not yet taken.",
      payment_failed: "A payment was tried and failed.",
      fulfilled: "All items have been shipped.",
      partially_fulfilled: "Some items have been shipped.",
      delivered: "All shipments have arrived.",
      cancelled: "The order was cancelled.",
      refunded: "All money went back.",
      partially_refunded: "A part of the money went back, for the first time.",
      address_changed: "The shipping address differs from the one told before.",
    },
  },
  draft_order: { schema: draftOrder, ...life, milestones: { completed: "It became an order." } },
  fulfillment: {
    schema: fulfillment,
    quiet: CHANGE_TIME,
    carriers: { created: "created", updated: "updated" },
    descriptions: { created: life.descriptions.created, updated: life.descriptions.updated },
    milestones: { delivered: "The carrier handed it over.", cancelled: "The shipment was cancelled." },
  },
  refund: {
    schema: refund,
    quiet: CHANGE_TIME,
    carriers: { created: "created", updated: "updated" },
    descriptions: { created: life.descriptions.created, updated: life.descriptions.updated },
    milestones: {},
  },
  return: {
    schema: orderReturn,
    quiet: CHANGE_TIME,
    carriers: { created: "requested", updated: "updated" },
    descriptions: { created: "The buyer wants to send goods back.", updated: life.descriptions.updated },
    milestones: { closed: "The return has come to its end." },
  },
  dispute: {
    schema: dispute,
    quiet: CHANGE_TIME,
    carriers: { created: "created", updated: "updated" },
    descriptions: { created: life.descriptions.created, updated: life.descriptions.updated },
    milestones: {},
  },
  product: {
    schema: product,
    ...life,
    milestones: { published: "Buyers can see it now.", unpublished: "Buyers no longer see it." },
  },
  price: { schema: price, ...changes, quiet: ["productId", "sku"], milestones: {} },
  stock: {
    schema: stock,
    ...changes,
    quiet: ["updatedAt", "variantId", "productId", "sku"],
    milestones: { out: "Nothing is left to sell.", back: "There is something to sell again." },
  },
  inventory_item: { schema: inventoryItem, ...life, milestones: {} },
  customer: {
    schema: customer,
    ...life,
    milestones: { consent_changed: "Consent to marketing differs from the one told before." },
  },
  cart: { schema: cart, ...updates, milestones: { completed: "It went to checkout." } },
  checkout: { schema: checkout, ...updates, milestones: { completed: "It became an order." } },
} as const satisfies Record<string, ResourceDefinition>;

/** Signals tell what happened to the store itself; no entity and no state stands behind them. */
export const SIGNALS = {
  app: { schema: app, actions: { uninstalled: "The store removed the app; its credentials are dead." } },
  privacy: {
    schema: privacy,
    actions: {
      data_requested: "A customer asks for the data held about them.",
      customer_redacted: "The data of a customer has to be erased.",
      store_redacted: "All data of the store has to be erased.",
    },
  },
} as const;

export type Resource = keyof typeof RESOURCES;
export type SignalResource = keyof typeof SIGNALS;
export type SignalType = {
  [R in SignalResource]: `${R}.${Extract<keyof (typeof SIGNALS)[R]["actions"], string>}`;
}[SignalResource];

export type StateOf<R extends Resource> = z.infer<(typeof RESOURCES)[R]["schema"]>;

/** Every action of a resource or signal with its meaning: carriers first, then milestones. */
export function actionsOf(resource: Resource | SignalResource): Record<string, string> {
  if (isSignalResource(resource)) return { ...SIGNALS[resource].actions };
  const { carriers, descriptions, milestones }: ResourceDefinition = RESOURCES[resource];
  return {
    [carriers.created]: descriptions.created,
    [carriers.updated]: descriptions.updated,
    ...(carriers.deleted && descriptions.deleted ? { [carriers.deleted]: descriptions.deleted } : {}),
    ...milestones,
  };
}

/** Every event type there is, `order.created` and so on. */
export function eventTypes(): string[] {
  const resources: (Resource | SignalResource)[] = [...resourceNames(), ...signalNames()];
  return resources.flatMap((resource) =>
    Object.keys(actionsOf(resource)).map((action) => `${resource}.${action}`),
  );
}

export function isResource(name: string): name is Resource {
  return Object.hasOwn(RESOURCES, name);
}

export function isSignalResource(name: string): name is SignalResource {
  return Object.hasOwn(SIGNALS, name);
}

export function resourceNames(): Resource[] {
  return Object.keys(RESOURCES).filter(isResource);
}

export function signalNames(): SignalResource[] {
  return Object.keys(SIGNALS).filter(isSignalResource);
}
