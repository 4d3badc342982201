/** Topics about products, their combinations, prices and stock. */
import type { z } from "zod";
import { toVersion } from "../../canonical/time.ts";
import { type Answers, type Hydration, hydrated, mapAnswer, type Read } from "../../hydration.ts";
import { count, flag, idOrNone } from "../../payload.ts";
import { type MapContext, type Observation, observed, on, type TopicHandler } from "../../platform.ts";
import { anyBody, bodyOf, type Shop, shopOf, versionOfBody } from "./envelope.ts";
import { variantIdOf } from "./order-lines.ts";
import { type Link, linkOf, planEntity, readList } from "./plan.ts";
import { sellablesOf, toPrice, toProduct, toStock } from "./product.ts";
import {
  combinationAnswer,
  combinationsAnswer,
  optionValuesAnswer,
  type ProductAnswers,
  productAnswers,
} from "./product-answers.ts";
import { listPath, onePath, toMoment } from "./webservice.ts";

const looseId = idOrNone.catch(undefined);
const partBody = bodyOf({ productId: looseId });
const stockBody = bodyOf({ productId: looseId, combinationId: looseId, quantity: count, isSum: flag });

export const productTopic: TopicHandler = hydrated(anyBody, (body, context) =>
  planProduct({ id: body.object.externalId }, shopOf(body, context)),
);

/** A combination belongs to its product's state; a deleted one leaves it. */
export const combinationTopic: TopicHandler = hydrated(partBody, (body, context) => {
  const { object, payload } = body;
  const shop = shopOf(body, context);
  if (payload?.productId == null && context.topic === "combination.deleted") return { observations: [] };
  const combination = { resource: "combinations", id: object.externalId, find: productOf };
  return planProduct(linkOf(payload?.productId, combination, shop), shop);
});

/** A reduction of a product; one of a catalogue rule without a product changes nothing that can be read here. */
export const specificPriceTopic: TopicHandler = hydrated(partBody, (body, context) =>
  body.payload?.productId == null
    ? { observations: [] }
    : planProduct({ id: body.payload.productId }, shopOf(body, context)),
);

/** The quantity stands in the webhook. The sum of a product's combinations is no stock beside theirs. */
export const stockTopic: TopicHandler = on(stockBody, observeStock);

function observeStock(body: z.output<typeof stockBody>, context: MapContext): Observation[] {
  const { object, payload } = body;
  if (payload == null || typeof payload.quantity !== "number" || payload.isSum === true) return [];
  const id =
    payload.productId == null ? object.externalId : variantIdOf(payload.productId, payload.combinationId);
  const productId = payload.productId ?? undefined;
  const state = { inventoryItemId: id, variantId: id, productId, available: payload.quantity };
  return [observed("stock", { id, version: versionOfBody(body, context), state })];
}

function productOf(combination: unknown): string | undefined {
  return combinationAnswer.safeParse(combination).data?.id_product ?? undefined;
}

/** The webhook tells that something changed and nothing else. */
function planProduct(link: Link, shop: Shop): Hydration {
  return planEntity(link, {
    resource: "product",
    reads: (id, answers) => readsOf(id, answers, shop),
    map: (answers, readAt) =>
      mapAnswer("product", answers, productAnswers, (value) => observe(value, shop, readAt)),
    told: () => [],
  });
}

function readsOf(id: string, answers: Answers, shop: Shop): Read[] {
  const combinations = combinationsAnswer.safeParse(answers.combinations).data ?? [];
  const valueIds = unique(
    combinations.flatMap((row) => row.associations?.product_option_values?.map((value) => value.id) ?? []),
  );
  const optionIds = unique(
    (optionValuesAnswer.safeParse(answers.optionValues).data ?? []).map((row) => row.id_attribute_group),
  );
  const ofProduct = (name: string, resource: string): Read => ({
    name,
    path: listPath(resource, { id_product: [id] }, shop),
  });
  return [
    { name: "product", path: onePath("products", id, shop), mayBeGone: true },
    ofProduct("combinations", "combinations"),
    ofProduct("stocks", "stock_availables"),
    ofProduct("specificPrices", "specific_prices"),
    ...readList("optionValues", "product_option_values", valueIds, shop),
    ...readList("options", "product_options", optionIds, shop),
  ];
}

function unique(ids: readonly (string | null | undefined)[]): string[] {
  return [...new Set(ids.filter((id) => id != null))].sort();
}

function observe(answers: ProductAnswers, shop: Shop, readAt: string): Observation[] {
  const { product } = answers;
  // A row that the page made for a product which nobody has saved yet.
  if (product.state === false) return [];
  const bornAt = toMoment(product.date_add, shop);
  // Stock, combinations and reductions do not move the product's change time: PrestaShop/PrestaShop#20465
  const version = toVersion(readAt) ?? "";
  const sellables = sellablesOf(answers);
  return [
    observed("product", { id: product.id, version, state: toProduct(answers, shop, readAt), bornAt }),
    ...sellables.flatMap((each) => {
      const state = toPrice(each, answers, { shop, readAt });
      return state === undefined ? [] : [observed("price", { id: each.id, version, state, bornAt })];
    }),
    ...sellables.flatMap((each) => {
      const state = toStock(each, answers, shop);
      return state === undefined ? [] : [observed("stock", { id: each.id, version, state, bornAt })];
    }),
  ];
}
