/**
 * What an event with chosen fields is good for: it names the entity that is read, and without the API it tells what its
 * fields say for sure.
 */
import { z } from "zod";
import { toVersion } from "../../canonical/time.ts";
import type { Hydration } from "../../hydration.ts";
import { id, idOrNone, text } from "../../payload.ts";
import { deleted, type MapContext, type Observation } from "../../platform.ts";
import { cartPayload, observeCart } from "./cart.ts";
import { customerPayload, isWholeCustomer, observeCustomer } from "./customer.ts";
import { observeSomeOrder } from "./observe-order.ts";
import { observeProduct } from "./observe-product.ts";
import { orderPayload } from "./order.ts";
import { type ProductPayload, productPayload } from "./product-payload.ts";
import { readCart, readCustomer, readOrder, readProduct } from "./reads.ts";
import type { Seen } from "./values.ts";

/** The least that a value holds; the rest is looked at where there is no API to read. */
export const entityValue = z.looseObject({ entity_id: id, updated_at: text });
export type EntityValue = z.output<typeof entityValue>;

/** Products are saved with `_isNew`, and so are orders: adobe/commerce-integration-starter-kit. */
const isNewFlag = z.object({ _isNew: z.union([z.literal(true), z.literal(1), z.literal("1")]) });
const withSku = z.object({ sku: z.string().min(1) });
const identified = z.looseObject({ entity_id: idOrNone, id: idOrNone }).transform((value, context) => {
  const found = value.entity_id ?? value.id;
  if (found) return found;
  context.addIssue("has no entity_id; add it to the fields of the event");
  return z.NEVER;
});

export function tellOrder(value: EntityValue, context: MapContext): Hydration {
  return readOrder({
    ...wantedOf(value, context),
    partial: () => observeIf(orderPayload, value, (body) => observeSomeOrder(body, seenIn(context))),
  });
}

export function tellProduct(value: EntityValue, context: MapContext): Hydration {
  return readProduct({
    ...wantedOf(value, context),
    sku: withSku.safeParse(value).data?.sku,
    partial: () =>
      observeIf(productPayload, value, (body) =>
        isWholeProduct(body) ? observeProduct(body, seenIn(context)) : [],
      ),
  });
}

export function tellCustomer(value: EntityValue, context: MapContext): Hydration {
  return readCustomer({
    ...wantedOf(value, context),
    partial: () =>
      observeIf(customerPayload, value, (body) =>
        isWholeCustomer(body) ? observeCustomer(body, seenIn(context)) : [],
      ),
  });
}

export function tellCart(value: EntityValue, context: MapContext): Hydration {
  return readCart({
    ...wantedOf(value, context),
    partial: () =>
      observeIf(cartPayload, value, (body) =>
        body.items === undefined ? [] : observeCart(body, seenIn(context)),
      ),
  });
}

/** What was deleted is told by whatever fields were chosen; one of them has to be its id. */
export const deletedValue = identified;

/** A deletion carries no time of its own, so the event's stands for it. */
export function tellDeleted(
  resource: "product" | "customer",
  gone: string,
  { at }: MapContext,
): Observation[] {
  return [deleted(resource, gone, toVersion(at) ?? "")];
}

export function seenIn({ at, options }: MapContext): Seen {
  return { at, options };
}

/** A save in a store view holds what that view overrides; only the default scope is the product. */
function isWholeProduct({ name, sku, type_id, status, store_id }: ProductPayload): boolean {
  return !store_id && [name, sku, type_id, status].every((field) => field != null);
}

function wantedOf(value: EntityValue, context: MapContext) {
  return {
    id: value.entity_id,
    context,
    updatedAt: value.updated_at,
    ...(isNewFlag.safeParse(value).success ? { isNew: true } : {}),
  };
}

function observeIf<S extends z.ZodType>(
  schema: S,
  value: unknown,
  observe: (body: z.output<S>) => Observation[],
): Observation[] {
  const parsed = schema.safeParse(value);
  return parsed.success ? observe(parsed.data) : [];
}
