/** Sample requests of our own, written from the documented shapes. Signing them is the sender's part. */
import type { LifeStage, SampleOptions, Samples } from "../../../wire.ts";
import { sampleAddress, sampleCustomer, sampleProduct } from "./catalog.ts";
import { sampleCreditmemo, sampleInvoice, sampleShipment } from "./documents.ts";
import { sampleOrderEntity } from "./order.ts";
import { jsonEncode } from "./php.ts";

type Entity = (options: SampleOptions) => Record<string, unknown>;
type Body = (options: SampleOptions) => string;

const order = inData(sampleOrderEntity);
const paid = inData((options) => sampleOrderEntity(atLeast("paid", options)));
const invoice = inData((options) => sampleInvoice(atLeast("paid", options)));
const product = inData(sampleProduct);
const customer = inData(sampleCustomer);
const address = inData(sampleAddress);

export const asyncEventsSamples = {
  headers: () => ({ "content-type": "application/json", "user-agent": "GuzzleHttp/7" }),
  bodies: {
    "sales.order.created": order,
    "sales.order.updated": paid,
    "sales.order.paid": paid,
    "sales.order.shipped": inData((options) => sampleOrderEntity(atLeast("shipped", options))),
    "sales.order.holded": inData((options) =>
      sampleOrderEntity({ ...options, status: options.status ?? "holded" }),
    ),
    "sales.order.unholded": order,
    "sales.unholdedcreated": order,
    "sales.order.cancelled": inData((options) =>
      sampleOrderEntity({ ...options, status: options.status ?? "canceled" }),
    ),
    "sales.invoice.created": invoice,
    "sales.invoice.paid": invoice,
    "sales.shipment.created": inData(sampleShipment),
    "sales.creditmemo.created": inData(sampleCreditmemo),
    "catalog.product.created": product,
    "catalog.product.updated": product,
    "customer.created": customer,
    "customer.updated": customer,
    "customer.login": customer,
    "customer.address.created": address,
    "customer.address.updated": address,
  },
  life: {
    created: ["sales.order.created"],
    paid: ["sales.order.updated", "sales.order.paid", "sales.invoice.paid"],
    // The state of the order stays, so only the shipment tells; its order is read.
    partly_shipped: ["sales.shipment.created"],
    shipped: ["sales.shipment.created", "sales.order.updated", "sales.order.shipped"],
    partly_refunded: ["sales.creditmemo.created"],
  },
} as const satisfies Samples;

function atLeast(stage: LifeStage, options: SampleOptions): SampleOptions {
  return { ...options, stage: options.stage ?? stage };
}

function inData(entity: Entity): Body {
  return (options) => jsonEncode({ data: entity(options) });
}
