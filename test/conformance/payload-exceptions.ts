/** What `payloads.test.ts` lets pass, each with its reason. */

interface Exception {
  /** Matches `<platform>/<file>`. */
  readonly file: RegExp;
  /** For files of a mapped topic: which of their payloads. */
  readonly when?: (payload: unknown) => boolean;
  readonly reason: string;
}

/** Platforms that write money in the smallest unit of its currency. */
export const IN_MINOR_UNITS: readonly string[] = ["square", "stripe", "paddle"];

/** What is published is the event alone; on the wire it lies in these. */
export const ENVELOPES: Readonly<Record<string, (topic: string, payload: unknown) => unknown>> = {
  wix: (eventType, payload) => ({
    data: JSON.stringify({ eventType, instanceId: "8e9d6b70", data: JSON.stringify(payload) }),
  }),
};

/** Files whose names are those of the documentation's pages instead of the topic's. */
export const FILES_OF_TOPICS: readonly { readonly file: RegExp; readonly topic: string }[] = [
  {
    file: /^wix\/wixStores-inventory-item-changed-/,
    topic: "com.wix.ecommerce.inventory.api.v1.InventoryItemChanged",
  },
];

/** Payloads without a mapped topic, or that rightly give no observation. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    file: /^prestashop\/eventbus\./,
    reason: "what the CloudSync module uploads to PrestaShop's own cloud, which sends nothing on",
  },
  {
    file: /^prestashop\/webservice\./,
    reason: "an answer of the Webservice, which completes a thin webhook and is none; see mapping.test.ts",
  },
  {
    file: /^prestashop\/bridge\./,
    reason: "a thin webhook of another bridge: what it says beside the id is read from the Webservice",
  },
  {
    file: /^magento\/commercewebhook\./,
    reason:
      "a question of the shop before it acts, of which nothing is believed; the entity is read over REST",
  },
  {
    file: /^magento\/custom-push\./,
    reason: "one shop's own shape; the published template of `admin-post` stands for such senders",
  },
  {
    file: /^saleor\/order_created\.filterable-/,
    reason: "its query asks for ids only; the order is read, and without credentials nothing is known",
  },
  { file: /^wix\/api\./, reason: "an answer of the REST API, not a webhook" },
  { file: /^wix\/app-/, reason: "what an app costs and where it was installed, not commerce of the store" },
  {
    file: /^wix\/wixStores-inventory-item-changed-/,
    reason: "names the product only; the stock is read, and without credentials nothing is known",
  },
  {
    file: /^wix\/wixStores-(?:cancel|cart|order)-/,
    reason: "events of Wix Stores before Wix eCommerce, which today's sites send as wix.ecom.* instead",
  },
  {
    file: /^woocommerce\/coupon\.created-/,
    reason: "coupons are rules of the shop and deliberately not mapped; their use stands in the orders",
  },
  {
    file: /^woocommerce\/refund-/,
    reason: "an answer of the REST API; WooCommerce has no refund topic, the order lists its refunds",
  },
  {
    file: /^woocommerce\/order\./,
    when: (payload) => hasStatus(payload, ["auto-draft", "checkout-draft"]),
    reason: "the order is not placed yet",
  },
  {
    file: /^square\/catalog\.version\.updated-/,
    reason: "says only that the catalogue changed; a search brings what did",
  },
  {
    file: /^square\/invoice\./,
    reason: "a reason to read the invoice's order; alone it tells nothing that an order holds",
  },
  {
    file: /^stripe\/charge\.succeeded-/,
    reason: "payment_intent events tell the same of the order and are mapped instead",
  },
  {
    file: /^paddle\/(?:address|api_key|api_key_exposure|business|client_token|discount|discount_group|payment_method|payout|report|subscription)\./,
    reason: "families that are deliberately not mapped: settings, plans, and parts that name no order",
  },
  {
    file: /^bigcommerce\/store\..*(metafield|category|hook|information|message|modifier|subscriber|priceList|login)/,
    reason: "set-up of the shop, notes of apps and lists of prices, which the adapter says why it ignores",
  },
  {
    file: /^bigcommerce\/store\.channel\.(created|.*(product\.assigned|settings|socialMediaLinks))/,
    reason: "set-up of sales channels",
  },
  {
    file: /^mercado-libre\/orders_v2/,
    when: (payload) => !/"resource":"(\/orders\/)?\d+"/.test(JSON.stringify(payload)),
    reason: "names no path that is allowed to be read, and nobody signed it",
  },
  {
    file: /^ecwid\/(application\.installed|category\.|profile\.)/,
    reason: "set-up of the store, which the adapter says why it ignores",
  },
  {
    file: /^ecwid\/(order|unfinished_order)\.deleted/,
    reason: "the body is not signed: without a read nothing is said to be gone",
  },
  {
    file: /^bigcommerce\/.*\.inventory\.product\./,
    reason: "names an item and a place, but no count: without a read there is nothing to tell",
  },
];

export interface Waiver {
  /** A path as in `payload-facts.ts`; what is below it is meant too. */
  readonly path: string;
  /** Only for these topics; else for all. */
  readonly topics?: RegExp;
  readonly reason: string;
}

/** Ids and amounts of payloads that are deliberately not carried, by platform. */
export const NOT_CARRIED: Readonly<Record<string, readonly Waiver[]>> = {
  magento: [
    {
      path: "**.items",
      topics: /invoice/,
      reason: "the order's lines again, which the order tells; an invoice is a payment of it",
    },
  ],
  paddle: [
    {
      path: "data.items[].price",
      topics: /^transaction\./,
      reason: "the catalogue's price of a line; what the line costs stands in `details`",
    },
    {
      path: "data.details.tax_rates_used",
      topics: /^transaction\./,
      reason: "the lines' taxes, summed by rate",
    },
    {
      path: "data.details.adjusted_totals",
      topics: /^transaction\./,
      reason: "the totals less what went back, which is told as refunded",
    },
  ],
  stripe: [{ path: "id", reason: "the event's own id, which is the dedupe key" }],
  shopify: [
    {
      path: "**.presentment_money",
      reason: "the buyer's currency; amounts are told in the shop's, and the order's total in both",
    },
    {
      path: "total_line_items_price",
      reason: "the sum of price times quantity before discounts, which the line items tell",
    },
    { path: "total_line_items_price_set", reason: "as `total_line_items_price`" },
    {
      path: "total_unsettled_set",
      topics: /^order_transactions\//,
      reason:
        "what the order still waits for, not a part of this payment; the order tells its outstanding sum",
    },
    {
      path: "line_items[].price",
      topics: /^fulfillments\//,
      reason: "a copy of the order's line; a shipment tells which pieces are in it",
    },
    { path: "line_items[].price_set", topics: /^fulfillments\//, reason: "as `line_items[].price`" },
    {
      path: "line_items[].discount_allocations",
      topics: /^fulfillments\//,
      reason: "as `line_items[].price`",
    },
    { path: "line_items[].tax_lines", topics: /^fulfillments\//, reason: "as `line_items[].price`" },
    {
      path: "refund_line_items[].line_item",
      topics: /^refunds\//,
      reason: "a copy of the order's line; the refund's own sums stand beside it",
    },
    {
      path: "refunds[].transactions",
      topics: /^orders\//,
      reason: "the order lists its refunds by id and sum; the refund's own topic brings the parts",
    },
    { path: "refunds[].refund_line_items", topics: /^orders\//, reason: "as `refunds[].transactions`" },
    { path: "refunds[].order_adjustments", topics: /^orders\//, reason: "as `refunds[].transactions`" },
  ],
  squarespace: [{ path: "id", reason: "the id of the notification, which only its dedupe key needs" }],
  wix: [{ path: "id", reason: "the event's own id, which is the dedupe key" }],
  woocommerce: [
    {
      path: "line_items[].price",
      reason: "total / quantity as a float, tails and all; `total` and `subtotal` are exact",
    },
    {
      path: "**.taxes[].subtotal",
      reason: "tax before discounts by rate, never charged; its sum `subtotal_tax` is carried",
    },
    { path: "fee_lines[].amount", reason: "what staff typed in; `total` is what is charged" },
    {
      path: "**.meta_data",
      reason: "plugins' data in any shape, copies of other fields among them; kept by a declared list",
    },
  ],
};

function hasStatus(payload: unknown, words: readonly string[]): boolean {
  return (
    typeof payload === "object" &&
    payload !== null &&
    "status" in payload &&
    words.includes(String(payload.status))
  );
}
