/** Products, their prices and stock. A variant is a product of its own, with what it inherits filled in by the API. */
import { z } from "zod";
import { toVersion } from "../../canonical/time.ts";
import { currencyOf } from "../../fields.ts";
import { type Answers, type Hydration, hydrated } from "../../hydration.ts";
import { id, text } from "../../payload.ts";
import {
  deleted,
  type MapContext,
  type Observation,
  observed,
  on,
  type TopicHandler,
} from "../../platform.ts";
import { changesOf, versionOfBody, writtenBody } from "./envelope.ts";
import {
  type CatalogFrame,
  DEFAULT_CURRENCY,
  type ProductPayload,
  productPayload,
  toProduct,
  toStock,
} from "./product-state.ts";
import { foundBy, idsOf, keyOf, searches } from "./search.ts";
import { latest, moment } from "./values.ts";

const SEARCH = {
  entity: "product",
  associations: { manufacturer: {}, options: { associations: { group: {} } } },
};

const currencyPayload = z.object({ id, isoCode: text });
const rulePrice = z.object({ id, productId: id });

export const productTopic: TopicHandler = hydrated(writtenBody, (body, context) => {
  const changes = changesOf(body);
  const version = versionOfBody(body, context);
  const gone = changes
    .filter(({ isDeleted }) => isDeleted)
    .flatMap((change) => goneProduct(change.id, version));
  const ids = idsOf(changes.filter(({ isDeleted }) => !isDeleted));
  const newIds = idsOf(changes.filter(({ isNew }) => isNew));
  return ids.length === 0 ? { observations: gone } : planProducts({ ids, newIds, context, known: gone });
});

export const deletedProductTopic: TopicHandler = on(writtenBody, (body, context) =>
  changesOf(body).flatMap((change) => goneProduct(change.id, versionOfBody(body, context))),
);

/** A price of a rule names itself only; its product is read. One that is deleted leads nowhere. */
export const rulePriceTopic: TopicHandler = hydrated(writtenBody, (body, context) => {
  const ids = idsOf(changesOf(body).filter(({ isDeleted }) => !isDeleted));
  if (ids.length === 0) return { observations: [] };
  const productIds = (answers: Answers) => {
    const read = foundBy("product-price", ids, rulePrice, answers);
    return read.ok ? [...new Set(read.found.map(({ productId }) => productId))] : undefined;
  };
  const planOf = (found: readonly string[]) => planProducts({ ids: found, newIds: [], context, known: [] });
  return {
    key: keyOf("product-price", ids),
    reads: (answers) => [
      ...searches({ entity: "product-price" }, ids),
      ...planOf(productIds(answers) ?? []).reads(answers),
    ],
    map: (answers, readAt) => {
      const read = foundBy("product-price", ids, rulePrice, answers);
      return read.ok ? planOf(productIds(answers) ?? []).map(answers, readAt) : read;
    },
    partial: () => ({ ok: true, observations: [] }),
  };
});

function goneProduct(productId: string, version: string): Observation[] {
  return [deleted("product", productId, version)];
}

interface Plan {
  readonly ids: readonly string[];
  readonly newIds: readonly string[];
  readonly context: MapContext;
  readonly known: Observation[];
}

function planProducts({ ids, newIds, context, known }: Plan): Hydration {
  const currencies = [DEFAULT_CURRENCY];
  return {
    key: keyOf("product", ids),
    reads: () =>
      ids.length === 0 ? [] : [...searches(SEARCH, ids), ...searches({ entity: "currency" }, currencies)],
    map: (answers, readAt) => {
      if (ids.length === 0) return { ok: true, observations: known };
      const read = foundBy("product", ids, productPayload, answers);
      if (!read.ok) return read;
      const found = foundBy("currency", currencies, currencyPayload, answers);
      if (!found.ok) return found;
      const currency = currencyOf(found.found[0]?.isoCode) ?? context.options.currency;
      const version = toVersion(readAt) ?? "";
      const missing = ids.filter((each) => read.found.every((product) => product.id !== each));
      return {
        ok: true,
        observations: [
          ...known,
          ...read.found.flatMap((product) =>
            observe(product, { currency, context, fallback: version, isNew: newIds.includes(product.id) }),
          ),
          ...missing.map((each) => deleted("product", each, version)),
        ],
      };
    },
    // Which product changed, and nothing of how it is.
    partial: () => ({ ok: true, observations: known }),
  };
}

interface Frame extends CatalogFrame {
  readonly fallback: string;
  readonly isNew: boolean;
}

function observe(product: ProductPayload, frame: Frame): Observation[] {
  const { fallback, isNew } = frame;
  const bornAt = moment(product.createdAt);
  const version = latest([product.createdAt, product.updatedAt]) ?? fallback;
  const state = toProduct(product, frame);
  // Nobody buys a product with variants itself; its variants have prices and stock.
  const isSold = (product.childCount ?? 0) === 0;
  const stock = toStock(product);
  return [
    observed("product", { id: product.id, version, state, bornAt, isNew }),
    ...(isSold && state.price
      ? [
          observed("price", {
            id: product.id,
            version,
            state: {
              variantId: product.id,
              productId: product.parentId ?? product.id,
              sku: state.sku,
              price: state.price,
              compareAtPrice: state.compareAtPrice,
            },
            bornAt,
            isNew,
          }),
        ]
      : []),
    // Orders move the stock without the product's change time, so it is as of the read.
    ...(isSold && stock !== undefined
      ? [observed("stock", { id: product.id, version: fallback, state: stock, bornAt, isNew })]
      : []),
  ];
}
