/** Requests as Square would send them, one per topic that gives observations. */
import type { SampleOptions, Samples } from "../../wire.ts";
import * as orders from "./samples/order.ts";
import * as rest from "./samples/rest.ts";

type Body = (options: SampleOptions) => string;

const bodies: Record<string, Body> = {
  "order.created": orders.orderBody("order.created", "order_created"),
  "order.updated": orders.orderBody("order.updated", "order_updated"),
  "order.fulfillment.updated": orders.fulfillmentBody,
  "payment.created": orders.paymentBody("payment.created"),
  "payment.updated": orders.paymentBody("payment.updated"),
  "refund.created": orders.refundBody("refund.created"),
  "refund.updated": orders.refundBody("refund.updated"),
  "invoice.payment_made": rest.invoiceBody("invoice.payment_made", "PAID"),
  "invoice.published": rest.invoiceBody("invoice.published", "UNPAID"),
  "invoice.refunded": rest.invoiceBody("invoice.refunded", "REFUNDED"),
  "invoice.canceled": rest.invoiceBody("invoice.canceled", "CANCELED"),
  "inventory.count.updated": rest.inventoryBody,
  "catalog.version.updated": rest.catalogBody,
  "customer.created": rest.customerBody("customer.created"),
  "customer.updated": rest.customerBody("customer.updated"),
  "customer.deleted": rest.customerDeletedBody,
  "dispute.created": rest.disputeBody("dispute.created", "EVIDENCE_REQUIRED"),
  "dispute.state.updated": rest.disputeBody("dispute.state.updated", "WON"),
  "oauth.authorization.revoked": rest.revokedBody,
};

export const samples: Samples = {
  headers: (_topic, { at }) => ({
    "content-type": "application/json",
    "square-environment": "Production",
    "square-initial-delivery-timestamp": at,
  }),
  bodies,
  life: {
    created: ["order.created"],
    paid: ["payment.updated", "order.updated"],
    partly_shipped: ["order.fulfillment.updated"],
    shipped: ["order.fulfillment.updated"],
    partly_refunded: ["refund.created", "payment.updated"],
  },
};
