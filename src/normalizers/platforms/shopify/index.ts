import { ignored, on, type Platform } from "../../platform.ts";
import { capabilities } from "./capabilities.ts";
import { cartPayload, observeCart } from "./cart.ts";
import {
  checkoutDeletedPayload,
  checkoutPayload,
  observeCheckout,
  observeCheckoutDeletion,
} from "./checkout.ts";
import { emailConsentPayload, observeEmailConsent, observeSmsConsent, smsConsentPayload } from "./consent.ts";
import { customerPayload, mergePayload, observeCustomer, observeMerge } from "./customer.ts";
import { observePurchasing, purchasingPayload } from "./customer.ts";
import { deletedPayload, observeDeletion } from "./deletion.ts";
import { disputePayload, observeDispute } from "./dispute.ts";
import { draftOrderPayload, observeDraftOrder } from "./draft-order.ts";
import { fulfillmentEventPayload, fulfillmentPayload } from "./fulfillment.ts";
import { observeFulfillment, observeFulfillmentEvent } from "./fulfillment.ts";
import { ignoredFamilies } from "./ignored-families.ts";
import { itemPayload, levelPayload, observeDisconnection, observeItem, observeLevel } from "./inventory.ts";
import { checkKinds } from "./kind.ts";
import { observeOrder, orderPayload } from "./order.ts";
import { privacyPayload, uninstalledPayload } from "./privacy.ts";
import { signalCustomerRedact, signalDataRequest, signalStoreRedact, signalUninstalled } from "./privacy.ts";
import { observeProduct, productPayload } from "./product.ts";
import { observeRefund, refundPayload } from "./refund.ts";
import { observeReturn, observeReturnStatus, returnPayload } from "./return.ts";
import { samples } from "./samples.ts";
import { observePayment, transactionPayload } from "./transaction.ts";

const order = on(orderPayload, observeOrder);
const product = on(productPayload, observeProduct);
const customer = on(customerPayload, observeCustomer);
const fulfillment = on(fulfillmentPayload, observeFulfillment);
const wholeReturn = on(returnPayload, observeReturn);
const returnStatus = on(returnPayload, observeReturnStatus);
const level = on(levelPayload, observeLevel);
const item = on(itemPayload, observeItem);
const cart = on(cartPayload, observeCart);
const checkout = on(checkoutPayload, observeCheckout);
const draftOrder = on(draftOrderPayload, observeDraftOrder);
const dispute = on(disputePayload, observeDispute);
const zeroCrossing = ignored("the inventory_levels topics carry the count");
const tagChange = ignored("names only the tags that changed, not the list");
const segment = ignored("membership in a segment is the result of a query, not a change of the customer");

/**
 * Shopify Admin webhooks. The webhook id is equal on every retry of a delivery; the event id is shared by all
 * deliveries of one action and only correlates. No header is signed, only the body.
 */
export const shopify = {
  id: "shopify",
  name: "Shopify",
  docs: "https://shopify.dev/docs/apps/build/webhooks",
  schemes: [
    {
      kind: "hmac",
      signature: { headers: ["x-shopify-hmac-sha256"] },
      hash: "sha256",
      encoding: "base64",
      signs: ["body"],
    },
  ],
  locate: {
    topic: { header: "x-shopify-topic" },
    store: { header: "x-shopify-shop-domain" },
    at: { header: "x-shopify-triggered-at" },
    dedupe: [{ header: "x-shopify-webhook-id" }],
    keep: [
      "x-shopify-event-id",
      "x-shopify-api-version",
      "x-shopify-triggered-at",
      "x-shopify-webhook-id",
      "x-shopify-shop-domain",
      "x-shopify-test",
    ],
  },
  deadlineMs: 5000,
  // https://shopify.dev/docs/api/webhooks/latest
  topics: checkKinds({
    "orders/create": order,
    "orders/updated": order,
    "orders/paid": order,
    "orders/cancelled": order,
    "orders/fulfilled": order,
    "orders/partially_fulfilled": order,
    "orders/edited": ignored(
      "names the edited lines only; orders/updated fires beside it with the whole order",
    ),
    "orders/delete": on(deletedPayload, observeDeletion("order")),
    "orders/risk_assessment_changed": ignored("a judgement about the order, not its state"),
    "orders/shopify_protect_eligibility_changed": ignored("an insurance of Shopify, not the order's state"),
    "order_transactions/create": on(transactionPayload, observePayment),
    "tender_transactions/create": ignored("repeats order_transactions for accounting, without their status"),
    "refunds/create": on(refundPayload, observeRefund),
    "returns/request": wholeReturn,
    "returns/approve": wholeReturn,
    "returns/decline": returnStatus,
    "returns/cancel": returnStatus,
    "returns/close": returnStatus,
    "returns/reopen": returnStatus,
    "returns/update": ignored("names removed lines and fees only, and nothing that is known of them"),
    "returns/process": ignored(
      "its body is unverified; what it moves comes with refunds/create and returns/close",
    ),
    "reverse_fulfillment_orders/dispose": ignored("what the warehouse did with goods that came back"),
    "fulfillments/create": fulfillment,
    "fulfillments/update": fulfillment,
    "fulfillment_events/create": on(fulfillmentEventPayload, observeFulfillmentEvent),
    "fulfillment_events/delete": ignored("does not tell which status is left; fulfillments/update does"),
    "products/create": product,
    "products/update": product,
    "products/delete": on(deletedPayload, observeDeletion("product")),
    "variants/in_stock": zeroCrossing,
    "variants/out_of_stock": zeroCrossing,
    "inventory_levels/update": level,
    "inventory_levels/connect": level,
    "inventory_levels/disconnect": on(levelPayload, observeDisconnection),
    "inventory_items/create": item,
    "inventory_items/update": item,
    "inventory_items/delete": on(deletedPayload, observeDeletion("inventory_item")),
    "customers/create": customer,
    "customers/update": customer,
    "customers/enable": customer,
    "customers/disable": customer,
    "customers/delete": on(deletedPayload, observeDeletion("customer")),
    "customers/merge": on(mergePayload, observeMerge),
    "customers/purchasing_summary": on(purchasingPayload, observePurchasing),
    "customers_email_marketing_consent/update": on(emailConsentPayload, observeEmailConsent),
    "customers_marketing_consent/update": on(smsConsentPayload, observeSmsConsent),
    "customers_whats_app_marketing_consent/update": ignored("consent for WhatsApp has no canonical place"),
    "customer.tags_added": tagChange,
    "customer.tags_removed": tagChange,
    "customer.joined_segment": segment,
    "customer.left_segment": segment,
    "carts/create": cart,
    "carts/update": cart,
    "checkouts/create": checkout,
    "checkouts/update": checkout,
    "checkouts/delete": on(checkoutDeletedPayload, observeCheckoutDeletion),
    "draft_orders/create": draftOrder,
    "draft_orders/update": draftOrder,
    "draft_orders/delete": on(deletedPayload, observeDeletion("draft_order")),
    "disputes/create": dispute,
    "disputes/update": dispute,
    "app/uninstalled": on(uninstalledPayload, signalUninstalled),
    "app/scopes_update": ignored("what the app may read is the app's matter, not commerce"),
    "shop/update": ignored("settings of the shop"),
    "bulk_operations/finish": ignored("the answer to a query that someone else started"),
    "customers/data_request": on(privacyPayload, signalDataRequest),
    "customers/redact": on(privacyPayload, signalCustomerRedact),
    "shop/redact": on(privacyPayload, signalStoreRedact),
  }),
  topicPrefixes: ignoredFamilies,
  capabilities,
  samples,
} as const satisfies Platform;
