import { z } from "zod";
import {
  attributes,
  catalogPrice,
  countryCode,
  dimensions,
  entityId,
  extra,
  quantity,
  timestamp,
  weight,
} from "./scalars.ts";

export const variant = z.object({
  id: entityId,
  sku: z.string().nullish(),
  gtin: z.string().nullish().describe("Barcode: EAN, UPC, ISBN."),
  title: z.string().nullish(),
  position: z.number().optional(),
  price: catalogPrice.nullish(),
  compareAtPrice: catalogPrice.nullish().describe("The price before a reduction."),
  options: attributes.optional(),
  taxable: z.boolean().optional(),
  requiresShipping: z.boolean().optional(),
  weight: weight.optional(),
  dimensions: dimensions.optional(),
  inventoryItemId: entityId.nullish().describe("Whose stock is counted; stock events carry it."),
  inventoryPolicy: z.string().nullish(),
  extra: extra.optional(),
});

export const product = z
  .object({
    id: entityId,
    parentId: entityId
      .nullish()
      .describe("The product that this variation belongs to, where variations are entities of their own."),
    title: z.string().optional(),
    handle: z.string().nullish(),
    url: z.string().nullish(),
    description: z.string().nullish().describe("May hold HTML."),
    shortDescription: z.string().nullish(),
    vendor: z.string().nullish(),
    type: z.string().nullish().describe("The platform's or the store's own word."),
    status: z.enum(["active", "draft", "archived", "unknown"]).optional(),
    platformStatus: z.string().nullish(),
    published: z.boolean().optional().describe("Buyers can see it."),
    publishedAt: timestamp.nullish(),
    createdAt: timestamp.optional(),
    updatedAt: timestamp.optional(),
    sku: z.string().nullish(),
    gtin: z.string().nullish(),
    price: catalogPrice.nullish(),
    compareAtPrice: catalogPrice.nullish(),
    saleFrom: timestamp.nullish(),
    saleTo: timestamp.nullish(),
    tags: z.array(z.string()).optional(),
    categories: z.array(z.object({ id: entityId.optional(), name: z.string().optional() })).optional(),
    options: z.array(z.object({ name: z.string(), values: z.array(z.string()) })).optional(),
    images: z
      .array(z.object({ id: entityId.optional(), url: z.string(), alt: z.string().nullish() }))
      .optional(),
    weight: weight.optional(),
    dimensions: dimensions.optional(),
    variants: z.array(variant).optional(),
    variantIds: z
      .array(entityId)
      .optional()
      .describe("All variants, where the platform details only some of them or none."),
    extra: extra.optional(),
  })
  .describe("Something the store sells, with its variants.");
export type Product = z.infer<typeof product>;

export const price = z
  .object({
    variantId: entityId,
    productId: entityId.optional(),
    sku: z.string().nullish(),
    price: catalogPrice.nullable().describe("What the buyer pays now; null when no price is set."),
    compareAtPrice: catalogPrice.nullish().describe("The price before a reduction."),
    regularPrice: catalogPrice.nullish(),
    salePrice: catalogPrice.nullish(),
  })
  .describe("The price of one variant.");
export type Price = z.infer<typeof price>;

export const stock = z
  .object({
    inventoryItemId: entityId.describe(
      "Whose stock is counted; the variant's id where the platform has no other.",
    ),
    variantId: entityId.optional().describe("Where known."),
    productId: entityId.optional().describe("Where known."),
    sku: z.string().nullish().describe("Where known."),
    locationId: entityId.optional().describe("Absent where the platform counts one stock for all locations."),
    available: quantity
      .nullable()
      .describe("Pieces that can be sold; negative when oversold; null when not counted."),
    status: z
      .enum(["in_stock", "out_of_stock", "backorder"])
      .optional()
      .describe("Where the platform tells it beside or without a count."),
    tracked: z.boolean().optional(),
    stocked: z.boolean().optional().describe("false: the location no longer holds this item."),
    updatedAt: timestamp.optional(),
  })
  .describe("The stock of one item at one location.");
export type Stock = z.infer<typeof stock>;

export const inventoryItem = z
  .object({
    id: entityId,
    variantId: entityId.optional().describe("Where known."),
    productId: entityId.optional().describe("Where known."),
    sku: z.string().nullish(),
    cost: catalogPrice.nullish(),
    tracked: z.boolean().optional(),
    requiresShipping: z.boolean().optional(),
    originCountry: countryCode.nullish(),
    originRegion: z.string().nullish(),
    harmonizedSystemCode: z.string().nullish(),
    harmonizedSystemCodes: z.array(z.object({ code: z.string(), country: countryCode })).optional(),
    createdAt: timestamp.optional(),
    updatedAt: timestamp.optional(),
    weight: weight.optional(),
    extra: extra.optional(),
  })
  .describe("What a warehouse keeps of a variant: cost, origin, customs codes.");
export type InventoryItem = z.infer<typeof inventoryItem>;
