/** Lines of an order, with tax. Vouchers concern the whole order and are not spread over its lines. */
import { addDecimals, multiplyMoney, toMoney } from "../../canonical/money.ts";
import type { LineItem } from "../../canonical/order.ts";
import type { Shop } from "./envelope.ts";
import type { DetailRow, OrderAnswers, OrderRow } from "./order-answers.ts";
import { toWeight } from "./units.ts";
import { blankToNull, toExtra } from "./webservice.ts";

/** How the bridge and the Webservice's stock name what is sold: product and combination, 0 for a product without. */
export function variantIdOf(productId: string, combinationId: string | null | undefined): string {
  return `${productId}-${combinationId ?? "0"}`;
}

interface LineFrame {
  readonly currency: string | undefined;
  readonly shop: Shop;
}

export function toLineItems({ order, details }: OrderAnswers, frame: LineFrame): LineItem[] | undefined {
  // A key without the right to read details still sees the order's own short rows.
  return details.length > 0
    ? details.map((row) => fromDetail(row, frame))
    : order.associations?.order_rows?.map((row) => fromRow(row, frame.currency));
}

function fromDetail(row: DetailRow, frame: LineFrame): LineItem {
  const { currency, shop } = frame;
  return {
    ...ids(row),
    sku: blankToNull(row.product_reference),
    gtin: blankToNull(row.product_ean13) ?? blankToNull(row.product_upc),
    title: row.product_name ?? undefined,
    quantity: row.product_quantity,
    refundedQuantity: row.product_quantity_refunded ?? undefined,
    unitPrice: toMoney(row.unit_price_tax_incl, currency),
    tax: taxOf(row, currency),
    total: toMoney(row.total_price_tax_incl, currency),
    weight: toWeight(row.product_weight, shop),
    extra: toExtra({
      unitPriceTaxExcluded: toMoney(row.unit_price_tax_excl, currency),
      totalTaxExcluded: toMoney(row.total_price_tax_excl, currency),
      originalPriceTaxExcluded: toMoney(row.original_product_price, currency),
      returnedQuantity: row.product_quantity_return || undefined,
      supplierReference: row.product_supplier_reference,
      customizationId: row.id_customization,
    }),
  };
}

function fromRow(
  row: NonNullable<NonNullable<OrderRow["associations"]>["order_rows"]>[number],
  currency: string | undefined,
): LineItem {
  const unitPrice = toMoney(row.unit_price_tax_incl, currency);
  return {
    ...ids(row),
    sku: blankToNull(row.product_reference),
    gtin: blankToNull(row.product_ean13),
    title: row.product_name ?? undefined,
    quantity: row.product_quantity,
    unitPrice,
    total: unitPrice && multiplyMoney(unitPrice, row.product_quantity),
    extra: toExtra({ unitPriceTaxExcluded: toMoney(row.unit_price_tax_excl, currency) }),
  };
}

function ids(
  row: Pick<DetailRow, "id" | "product_id" | "product_attribute_id">,
): Pick<LineItem, "id" | "productId" | "variantId"> {
  const { id, product_id: productId, product_attribute_id: combinationId } = row;
  return { id, productId, variantId: productId == null ? productId : variantIdOf(productId, combinationId) };
}

function taxOf(row: DetailRow, currency: string | undefined): LineItem["tax"] {
  const [with_, without] = [row.total_price_tax_incl, row.total_price_tax_excl];
  return with_ == null || without == null ? undefined : toMoney(difference(with_, without), currency);
}

/** Exact a - b. */
export function difference(a: string, b: string): string {
  return addDecimals(a, b.startsWith("-") ? b.slice(1) : `-${b}`);
}
