/** What a buyer pays for a product. Price rules of the catalogue are not in the body: Magento applies them in its index. */
import { compareDecimals } from "../../canonical/money.ts";
import type { Price } from "../../canonical/product.ts";
import { attribute, type ProductPayload } from "./product-payload.ts";
import { blankToNull, looseAmount, type Seen, toPrice } from "./values.ts";

/** Nobody buys these themselves: their variants or parts have the price. */
const WITHOUT_PRICE: readonly string[] = ["configurable", "grouped", "bundle"];

interface Prices {
  readonly now: string | null | undefined;
  /** The price before a reduction; null when there is none. */
  readonly before: string | null | undefined;
  readonly regular: string | null | undefined;
  readonly special: string | null | undefined;
}

export function priceOf(body: ProductPayload, { at }: Seen): Prices {
  const { price: regular } = body;
  const special = readAmount(attribute(body, "special_price"));
  if (WITHOUT_PRICE.includes(body.type_id ?? "")) {
    return { now: undefined, before: undefined, regular: undefined, special: undefined };
  }
  const isReduced =
    typeof special === "string" &&
    typeof regular === "string" &&
    compareDecimals(special, regular) < 0 &&
    isOn(body, at);
  return {
    now: isReduced ? special : regular,
    before: regular === undefined ? undefined : isReduced ? regular : null,
    regular,
    special,
  };
}

/** Undefined for what has no price of its own and for bodies without prices. */
export function toVariantPrice(body: ProductPayload, seen: Seen): Price | undefined {
  const { options } = seen;
  const { now, before, regular, special } = priceOf(body, seen);
  if (regular === undefined) return undefined;
  return {
    variantId: body.id,
    productId: body.id,
    sku: blankToNull(body.sku),
    price: toPrice(now, options) ?? null,
    compareAtPrice: toPrice(before, options),
    regularPrice: toPrice(regular, options),
    salePrice: toPrice(special, options),
  };
}

/** Whole days of the shop, the last one included; read as days of UTC, since the body does not tell the shop's zone. */
function isOn(body: ProductPayload, at: string): boolean {
  const today = at.slice(0, 10);
  const from = blankToNull(attribute(body, "special_from_date"))?.slice(0, 10);
  const to = blankToNull(attribute(body, "special_to_date"))?.slice(0, 10);
  return (!from || from <= today) && (!to || today <= to);
}

function readAmount(value: string | null | undefined): string | null | undefined {
  return looseAmount.parse(value);
}
