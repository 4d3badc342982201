import type { SampleOptions, Samples } from "../../../wire.ts";
import { sampleCustomer, sampleProduct } from "./catalog.ts";
import { sampleCreditmemo, sampleInvoice, sampleShipment } from "./documents.ts";
import { sampleOrderEntity } from "./order.ts";
import { jsonEncode, toPhp } from "./php.ts";

const ORDER = "observer.sales_order_save_commit_after";
const INVOICE = "observer.sales_order_invoice_save_commit_after";
const SHIPMENT = "observer.sales_order_shipment_save_commit_after";
const CREDITMEMO = "observer.sales_order_creditmemo_save_commit_after";
const PRODUCT = "observer.catalog_product_save_commit_after";
const CUSTOMER = "observer.customer_save_commit_after";

export const commerceWebhooksSamples = {
  headers: (_topic, _options, deliveryId) => ({
    "content-type": "application/json",
    "x-adobe-commerce-request-id": deliveryId,
  }),
  bodies: {
    [ORDER]: write(ORDER, "order", sampleOrderEntity),
    [INVOICE]: write(INVOICE, "invoice", sampleInvoice),
    [SHIPMENT]: write(SHIPMENT, "shipment", sampleShipment),
    [CREDITMEMO]: write(CREDITMEMO, "creditmemo", sampleCreditmemo),
    [PRODUCT]: write(PRODUCT, "product", (options) => withEntityId(sampleProduct(options))),
    [CUSTOMER]: write(CUSTOMER, "customer", (options) => withEntityId(sampleCustomer(options))),
  } satisfies Record<string, (options: SampleOptions) => string>,
  life: {
    created: [ORDER],
    paid: [INVOICE, ORDER],
    partly_shipped: [SHIPMENT],
    shipped: [SHIPMENT, ORDER],
    partly_refunded: [CREDITMEMO],
  },
} as const satisfies Samples;

function write(topic: string, argument: string, entity: (options: SampleOptions) => Record<string, unknown>) {
  const eventName = topic.replace("observer.", "");
  return (options: SampleOptions) => jsonEncode({ eventName, data: toPhp({ [argument]: entity(options) }) });
}

function withEntityId({ id, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return { entity_id: id, ...rest };
}
