/** What is read over REST, and what the answers tell: https://developer.adobe.com/commerce/webapi/rest/ */
import { z } from "zod";
import { toVersion } from "../../canonical/time.ts";
import {
  type Answers,
  apiPath,
  type Hydration,
  mapAnswer,
  type NotYet,
  notYet,
  type Read,
} from "../../hydration.ts";
import { deleted, type MapContext, type MapResult, type Observation } from "../../platform.ts";
import { cartPayload, observeCart } from "./cart.ts";
import { customerPayload, observeCustomer } from "./customer.ts";
import { observeOrder } from "./observe-order.ts";
import { observeProduct } from "./observe-product.ts";
import { orderPayload } from "./order.ts";
import { productPayload } from "./product-payload.ts";
import type { Seen } from "./values.ts";

/**
 * Shops send before their own commit, so a read may miss the row or find it as it was: magento/magento2#19034. After this
 * long what the shop answers counts, because the save may have been rolled back.
 */
const COMMIT_MS_MAX = 10 * 60_000;

/** What is known of an entity before it is read. */
export interface Wanted {
  readonly id: string;
  readonly context: MapContext;
  /** The change time that the webhook told. */
  readonly updatedAt?: string | null | undefined;
  readonly isNew?: boolean;
  /** The webhook says that it was deleted. */
  readonly isDeletion?: boolean;
  readonly news?: readonly string[];
  readonly partial: () => Observation[];
}

type Resource = "order" | "product" | "customer" | "cart";

interface Subject {
  readonly resource: Resource;
  readonly read: Read;
  /** From the answer of the read to the entity; undefined where there is none. */
  readonly pick?: (answer: unknown) => unknown;
  readonly map: (answer: unknown, seen: Seen) => MapResult;
}

/** An order by its id. */
export function readOrder(wanted: Wanted): Hydration {
  return plan(wanted, {
    resource: "order",
    read: { name: "order", path: apiPath`/orders/${wanted.id}`, mayBeGone: true },
    map: mapOrder,
  });
}

export function readCustomer(wanted: Wanted): Hydration {
  return plan(wanted, {
    resource: "customer",
    read: { name: "customer", path: apiPath`/customers/${wanted.id}`, mayBeGone: true },
    map: (answer, seen) =>
      mapAnswer("customer", answer, customerPayload, (body) => observeCustomer(body, seen)),
  });
}

export function readCart(wanted: Wanted): Hydration {
  return plan(wanted, {
    resource: "cart",
    read: { name: "cart", path: apiPath`/carts/${wanted.id}`, mayBeGone: true },
    map: (answer, seen) => mapAnswer("cart", answer, cartPayload, (body) => observeCart(body, seen)),
  });
}

/** A product by its SKU where the webhook tells it, else by its id, which REST finds by a search only. */
export function readProduct({
  sku,
  ...wanted
}: Wanted & { readonly sku?: string | null | undefined }): Hydration {
  const path = sku ? apiPath`/products/${sku}` : byField("products", "entity_id", wanted.id);
  return plan(wanted, {
    resource: "product",
    read: { name: "product", path, mayBeGone: true },
    ...(sku ? {} : { pick: firstItem }),
    map: (answer, seen) => mapAnswer("product", answer, productPayload, (body) => observeProduct(body, seen)),
  });
}

export interface WantedDocument extends Omit<Wanted, "news"> {
  readonly kind: "invoices" | "shipments" | "creditmemos";
  /** Undefined where the webhook brought the whole document: then only its order is read. */
  readonly observe: (document: unknown, seen: Seen) => MapResult;
  readonly document?: unknown;
  /** Known from the webhook; else the document tells it. */
  readonly orderId?: string | undefined;
}

/**
 * An invoice, shipment or credit memo with its order, whose sums and quantities it moved. The document is searched by its
 * id unless the webhook brought it.
 */
export function readDocument(wanted: WantedDocument): Hydration {
  const { kind, id, context } = wanted;
  const documentOf = (answers: Answers) => wanted.document ?? firstItem(answers.document);
  return {
    key: `${kind}:${id}`,
    reads: (answers) => {
      const document = documentOf(answers);
      const orderId = wanted.orderId ?? orderIdOf(document);
      return [
        ...(wanted.document === undefined
          ? [{ name: "document", path: byField(kind, "entity_id", id), mayBeGone: true }]
          : []),
        ...(orderId === undefined
          ? []
          : [{ name: "order", path: apiPath`/orders/${orderId}`, mayBeGone: true }]),
      ];
    },
    map: ({ order, ...answers }, readAt) => {
      const document = documentOf(answers);
      const seen = seenAt(wanted, readAt);
      if (document === undefined) return missing(`none of the ${kind}`, context, readAt);
      const observed = wanted.observe(document, seen);
      if (!observed.ok || order === undefined) return observed;
      const { isNew: _isNew, ...seenOrder } = seen;
      const mapped = mapOrder(order, seenOrder);
      return mapped.ok
        ? { ok: true, observations: [...mapped.observations, ...observed.observations] }
        : mapped;
    },
    partial: () => ({ ok: true, observations: wanted.partial() }),
  };
}

function plan(wanted: Wanted, { resource, read, pick = (answer) => answer, map }: Subject): Hydration {
  const { id, context } = wanted;
  return {
    key: `${resource}:${id}`,
    reads: () => [read],
    map: (answers, readAt) => {
      const answer = pick(answers[read.name]);
      if (answer === undefined && wanted.isDeletion) {
        return { ok: true, observations: [deleted(resource, id, toVersion(readAt) ?? "")] };
      }
      if (answer === undefined) return missing(`no ${resource}`, context, readAt);
      const isBefore = wanted.isDeletion === true || isOlder(answer, wanted.updatedAt);
      if (isBefore && !isSettled(context, readAt)) {
        return notYet(`the ${resource} that was read is the one from before the webhook`);
      }
      return map(answer, seenAt(wanted, readAt));
    },
    partial: () => ({ ok: true, observations: wanted.partial() }),
  };
}

function mapOrder(answer: unknown, seen: Seen): MapResult {
  return mapAnswer("order", answer, orderPayload, (body) => observeOrder(body, seen));
}

function seenAt({ context, isNew, news }: Pick<Wanted, "context" | "isNew" | "news">, at: string): Seen {
  return {
    at,
    options: context.options,
    ...(isNew === undefined ? {} : { isNew }),
    ...(news === undefined ? {} : { news }),
  };
}

/** A save that was rolled back is no news, and a deletion has its own webhook. */
function missing(what: string, context: MapContext, readAt: string): MapResult | NotYet {
  return isSettled(context, readAt)
    ? { ok: true, observations: [] }
    : notYet(`the shop has ${what} of that id yet`);
}

function isSettled({ receivedAt }: MapContext, readAt: string): boolean {
  return Date.parse(readAt) - Date.parse(receivedAt) >= COMMIT_MS_MAX;
}

const stamped = z.object({ updated_at: z.string() });

function isOlder(answer: unknown, told: string | null | undefined): boolean {
  const parsed = stamped.safeParse(answer);
  const [read, expected] = [toVersion(parsed.data?.updated_at), toVersion(told)];
  return read !== undefined && expected !== undefined && read < expected;
}

/** https://developer.adobe.com/commerce/webapi/rest/use-rest/performing-searches/ */
function byField(collection: string, field: string, value: string): string {
  return apiPath`/${collection}?searchCriteria[filter_groups][0][filters][0][field]=${field}&searchCriteria[filter_groups][0][filters][0][value]=${value}&searchCriteria[pageSize]=1`;
}

const page = z.object({ items: z.array(z.unknown()).nullish() });

function firstItem(answer: unknown): unknown {
  const parsed = page.safeParse(answer);
  return parsed.success ? parsed.data.items?.[0] : undefined;
}

const ofOrder = z.object({ order_id: z.union([z.string().min(1), z.number()]).transform(String) });

function orderIdOf(document: unknown): string | undefined {
  return ofOrder.safeParse(document).data?.order_id;
}
