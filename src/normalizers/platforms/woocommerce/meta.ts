/** What is kept of plugins' `meta_data`: by name, because keys that start with `_` may hold anything and anyone's data. */
import type { MetaEntry } from "./values.ts";

/**
 * Order meta that a shipping, accounting or tax tool needs, and its name in `extra`. The keys are those seen in
 * published captures of orders; other plugins' keys are added here when someone needs them.
 */
const ORDER_META: Readonly<Record<string, string>> = {
  _wc_shipment_tracking_items: "shipmentTracking",
  is_vat_exempt: "vatExempt",
  _shipping_phone: "shippingPhone",
  _billing_purchase_order_number: "purchaseOrderNumber",
  _stripe_intent_id: "stripeIntentId",
  _stripe_refund_id: "stripeRefundId",
  _stripe_fee: "stripeFee",
  _stripe_net: "stripeNet",
  _stripe_currency: "stripeCurrency",
};

/** The declared meta of an order, by its name in `extra`. */
export function pickOrderMeta(meta: readonly MetaEntry[] | undefined): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const { key, value } of meta ?? []) {
    if (key && Object.hasOwn(ORDER_META, key)) picked[ORDER_META[key] ?? key] = value;
  }
  return picked;
}

/**
 * What the buyer chose or typed for a line (size, engraving): the pairs that the shop shows, so none that starts with
 * `_`. The display value is HTML for free text; then the raw value stands for it.
 */
export function toAttributes(
  meta: readonly MetaEntry[] | undefined,
): { name: string; value: string }[] | undefined {
  if (meta === undefined) return undefined;
  return meta.flatMap(({ key, value, display_key, display_value }) => {
    if (!key || key.startsWith("_")) return [];
    const shown = display_value?.includes("<") ? undefined : display_value;
    const plain = shown ?? (typeof value === "object" || value === undefined ? undefined : String(value));
    return plain === undefined ? [] : [{ name: display_key || key, value: plain }];
  });
}
