/** Sample deliveries of Adobe I/O Events, with PHP's mix of types. */
import type { SampleOptions, Samples } from "../../../wire.ts";
import { sampleCart, sampleCustomer, sampleProduct } from "./catalog.ts";
import { sampleCreditmemo, sampleInvoice, sampleShipment } from "./documents.ts";
import { sampleOrderEntity } from "./order.ts";
import { jsonEncode, toPhp, utc } from "./php.ts";

type Value = (options: SampleOptions) => Record<string, unknown>;

const PREFIX = "com.adobe.commerce.";
const PROVIDER = "11111111-2222-3333-4444-555555555555";
/** What the store's setting `clientId` has to be for a sample to be taken. */
export const SAMPLE_CLIENT_ID = "0123456789abcdef0123456789abcdef";

const renamed =
  (entity: Value): Value =>
  (options) => {
    const { id, ...rest } = entity(options);
    return { entity_id: id, ...rest };
  };
const product: Value = (options) => {
  const {
    id,
    extension_attributes: _extension,
    custom_attributes: _custom,
    ...rest
  } = sampleProduct(options);
  return {
    entity_id: id,
    ...rest,
    store_id: 0,
    url_key: "seesack",
    category_ids: ["16"],
    stock_data: { item_id: 7, product_id: id, stock_id: 1, qty: 41, is_in_stock: 1, manage_stock: 1 },
  };
};
const customer = renamed(sampleCustomer);
const cart = renamed(sampleCart);
const stockRow: Value = ({ id }) => ({
  item_id: 7,
  product_id: id,
  stock_id: 1,
  qty: 41,
  is_in_stock: 1,
  website_id: 0,
  type_id: "simple",
});

const VALUES: Readonly<Record<string, Value>> = {
  "observer.sales_order_save_commit_after": sampleOrderEntity,
  "observer.sales_order_save_after": sampleOrderEntity,
  "observer.checkout_submit_all_after": (options) => ({ order: sampleOrderEntity(options) }),
  "plugin.magento.sales.api.order_management.place": sampleOrderEntity,
  "observer.sales_order_status_history_save_after": (options) => ({
    entity_id: 91,
    parent_id: options.id,
    comment: "Bitte klingeln",
    status: options.status ?? "processing",
    created_at: utc(options),
  }),
  "observer.sales_order_invoice_save_after": sampleInvoice,
  "observer.sales_order_invoice_save_commit_after": sampleInvoice,
  "observer.sales_order_invoice_pay": sampleInvoice,
  "observer.sales_order_shipment_save_after": sampleShipment,
  "observer.sales_order_shipment_save_commit_after": sampleShipment,
  "observer.sales_order_shipment_track_save_after": (options) => ({
    entity_id: 51,
    parent_id: sampleShipment(options).entity_id,
    order_id: options.id,
    track_number: "99.00.123456.12345678",
    title: "Die Post",
    carrier_code: "custom",
  }),
  "observer.sales_order_creditmemo_save_after": sampleCreditmemo,
  "observer.sales_order_creditmemo_save_commit_after": sampleCreditmemo,
  "observer.catalog_product_save_commit_after": product,
  "observer.catalog_product_save_after": product,
  "observer.catalog_product_delete_commit_after": ({ id }) => ({ entity_id: id, sku: "HB 22/A" }),
  "observer.cataloginventory_stock_item_save_commit_after": stockRow,
  "observer.customer_save_commit_after": customer,
  "observer.customer_register_success": (options) => ({ customer: customer(options) }),
  "observer.customer_delete_commit_after": ({ id }) => ({ entity_id: id, email: "zoe@example.com" }),
  "observer.sales_quote_save_after": cart,
  "observer.sales_quote_save_commit_after": cart,
};

export const ioEventsSamples = {
  headers: (topic, _options, deliveryId) => ({
    "content-type": "application/json; charset=utf-8",
    "user-agent": "Adobe/1.0",
    "x-adobe-event-code": topic,
    "x-adobe-delivery-id": deliveryId,
    "x-adobe-provider": PROVIDER,
    "x-adobe-public-key1-path": "/prod/keys/pub-key-3f5c7a90-0000-4000-8000-000000000001.pem",
  }),
  bodies: Object.fromEntries(
    Object.entries(VALUES).map(([event, value], index) => [
      PREFIX + event,
      (options: SampleOptions) => write({ event, value, index }, options),
    ]),
  ),
  life: {
    created: named("observer.checkout_submit_all_after"),
    paid: named("observer.sales_order_invoice_save_after", "observer.sales_order_save_commit_after"),
    partly_shipped: named("observer.sales_order_shipment_save_after"),
    shipped: named("observer.sales_order_shipment_save_after", "observer.sales_order_save_commit_after"),
    partly_refunded: named("observer.sales_order_creditmemo_save_after"),
  },
} as const satisfies Samples;

function named(...events: readonly string[]): string[] {
  return events.map((event) => PREFIX + event);
}

interface Event {
  readonly event: string;
  readonly value: Value;
  readonly index: number;
}

function write({ event, value, index }: Event, options: SampleOptions): string {
  const eventId = options.deliveryId ?? eventIdOf(index, options);
  return jsonEncode({
    specversion: "1.0",
    id: eventId,
    source: `urn:uuid:${PROVIDER}`,
    type: PREFIX + event,
    datacontenttype: "application/json",
    time: options.at,
    eventid: eventId,
    event_id: eventId,
    recipientclientid: SAMPLE_CLIENT_ID,
    recipient_client_id: SAMPLE_CLIENT_ID,
    data: {
      key: eventId,
      source: "shop.production",
      value: toPhp(value(options)),
      _metadata: {
        commerceEdition: "Adobe Commerce",
        commerceVersion: "2.4.8",
        storeId: "1",
        websiteId: "1",
      },
    },
  });
}

/** Another one for each event, entity and moment. */
function eventIdOf(index: number, { id, at }: SampleOptions): string {
  const hash = [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 0x1_0000_0000, 7);
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0").slice(-digits);
  return `${hex(hash, 8)}-${hex(index, 4)}-4000-8000-${hex(Date.parse(at) || 0, 12)}`;
}
