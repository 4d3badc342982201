/**
 * Requests that the shop's admin designs: Mageplaza Webhook (mageplaza/magento-2-webhook) and its forks, and observers of
 * one's own. Nothing is signed and no field can be trusted to be valid JSON, so the body is the template of the README,
 * and whatever it names is read over REST. Sent from `*_save_after`, before the commit.
 */
import { z } from "zod";
import { type Hydration, hydrated } from "../../../hydration.ts";
import { id, text } from "../../../payload.ts";
import { ignored, type MapContext, type Observation, patched } from "../../../platform.ts";
import type { Wire } from "../../../wire.ts";
import { toVersion } from "../../../canonical/time.ts";
import { CREDITMEMO, INVOICE, SHIPMENT, tellDocument } from "../documents.ts";
import { readCart, readCustomer, readOrder, readProduct, type Wanted } from "../reads.ts";
import { adminPostSamples } from "../samples/admin-post.ts";
import { tellDeleted } from "../told.ts";
import { blankToAbsent } from "../values.ts";

/** The published template; `increment_id` is empty where there is none. */
const template = z.object({ event: z.string(), entity_id: id, increment_id: text, updated_at: text });
type Template = z.output<typeof template>;

const category = ignored("a category of the catalogue; products name those that they are in");

const wire = {
  locate: {
    topic: { json: "event" },
    // Nothing identifies a delivery and nothing is retried; equal bodies name the same save of the same entity.
    dedupe: [{ digest: "body" }],
  },
  // Magento's curl waits without a limit of its own, in the shopper's request.
  deadlineMs: 5000,
  topics: {
    "order.saved": about(readOrder, numbered),
    "order.commented": about(readOrder, numbered),
    "invoice.created": document(INVOICE),
    "shipment.created": document(SHIPMENT),
    "creditmemo.created": document(CREDITMEMO),
    "customer.created": about(readCustomer),
    "customer.updated": about(readCustomer),
    "customer.login": about(readCustomer),
    "customer.deleted": deletion("customer", readCustomer),
    "product.created": about(readProduct),
    "product.updated": about(readProduct),
    "product.deleted": deletion("product", readProduct),
    "cart.abandoned": about(readCart),
    "category.created": category,
    "category.updated": category,
    "category.deleted": category,
    "subscriber.saved": ignored(
      "a subscriber of the newsletter without an account; customers carry their consent",
    ),
  },
  samples: adminPostSamples,
} as const satisfies Omit<Wire, "schemes">;

export const adminPost = {
  name: "Requests designed by the admin (Mageplaza Webhook and others)",
  docs: "https://github.com/mageplaza/magento-2-webhook",
  schemes: [{ kind: "unsigned", reason: "these modules sign nothing; the address holds the secret" }],
  ...wire,
} as const satisfies Wire & { name: string; docs: string };

/** The same with the secret in a header, for those who do not want it in logs of addresses. */
export const adminPostHeader = {
  name: "Requests designed by the admin, with the secret in a header",
  docs: adminPost.docs,
  schemes: [{ kind: "static", token: { header: "x-webhook-secret" } }],
  ...wire,
} as const satisfies Wire & { name: string; docs: string };

type Tell = (body: Template, told: Pick<Wanted, "id" | "context">) => Observation[];

function about(read: (wanted: Wanted) => Hydration, tell: Tell = () => []) {
  return hydrated(template, (body, context) => {
    const told = { id: body.entity_id, context };
    return read({ ...told, updatedAt: body.updated_at, partial: () => tell(body, told) });
  });
}

function deletion(resource: "customer" | "product", read: (wanted: Wanted) => Hydration) {
  return hydrated(template, ({ entity_id: gone, updated_at: updatedAt }, context) =>
    read({
      id: gone,
      context,
      updatedAt,
      isDeletion: true,
      partial: () => tellDeleted(resource, gone, context),
    }),
  );
}

/** All that is sure of an order without reading it; its sums would be whatever the sender likes. */
function numbered(body: Template, { id: orderId, context }: Pick<Wanted, "id" | "context">): Observation[] {
  const number = blankToAbsent(body.increment_id);
  const version = toVersion(body.updated_at) ?? toVersion(context.at) ?? "";
  return number === undefined
    ? []
    : [patched("order", { id: orderId, version, path: "number", value: number })];
}

function document(kind: typeof INVOICE) {
  return hydrated(template, ({ entity_id }, context: MapContext) =>
    tellDocument(kind, { id: entity_id, isWhole: false, context, isNew: true }),
  );
}
