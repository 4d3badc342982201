/** Events of the app system: https://developer.shopware.com/docs/resources/references/app-reference/webhook-events-reference.html */
import { ignored, on, signal, type TopicHandler } from "../../platform.ts";
import {
  addressTopic,
  customerGoneTopic,
  deletedCustomerTopic,
  registeredTopic,
  writtenCustomerTopic,
} from "./customer.ts";
import { plainBody } from "./envelope.ts";
import { deletedOrderTopic, orderTopic, writtenOrderTopic } from "./observe-order.ts";
import { deletedProductTopic, productTopic, rulePriceTopic } from "./product.ts";

const bookkeeping = ignored("the state of the app in the shop, not commerce");
const twin = ignored("every change of state enters another one, which has a topic of its own");
const uninstalled: TopicHandler = on(plainBody, ({ source }) => [
  signal("app.uninstalled", { shop: source?.url ?? undefined }),
]);

/** The states that each state machine of an order can enter. */
const STATES = {
  order: ["open", "in_progress", "completed", "cancelled"],
  order_transaction: [
    "open",
    "in_progress",
    "unconfirmed",
    "reminded",
    "authorized",
    "paid",
    "paid_partially",
    "refunded",
    "refunded_partially",
    "cancelled",
    "failed",
    "chargeback",
  ],
  order_transaction_capture_refund: ["completed"],
  order_delivery: ["open", "shipped", "shipped_partially", "returned", "returned_partially", "cancelled"],
} as const;

/** `state_enter.order_transaction.state.paid` and so on: the event carries the order. */
export const STATE_TOPICS: readonly string[] = Object.entries(STATES).flatMap(([machine, states]) =>
  states.map((state) => `state_enter.${machine}.state.${state}`),
);

export const topics: Readonly<Record<string, TopicHandler>> = {
  "checkout.order.placed": orderTopic,
  ...Object.fromEntries(STATE_TOPICS.map((topic) => [topic, orderTopic])),
  "order.written": writtenOrderTopic,
  "order.deleted": deletedOrderTopic,
  "product.written": productTopic,
  "product.deleted": deletedProductTopic,
  "product_price.written": rulePriceTopic,
  "product_price.deleted": ignored("names the price of a rule only, and its product can no longer be found"),
  "customer.written": writtenCustomerTopic,
  "customer.deleted": deletedCustomerTopic,
  "customer_address.written": addressTopic,
  "checkout.customer.register": registeredTopic,
  "checkout.customer.deleted": customerGoneTopic,
  "app.deleted": uninstalled,
  // As old pages of the documentation spell it.
  app_deleted: uninstalled,
  "app.installed": bookkeeping,
  "app.updated": bookkeeping,
  "app.activated": bookkeeping,
  "app.deactivated": bookkeeping,
  "app.permissions.updated": bookkeeping,
  "shopware.updated": ignored("the shop's software has another version"),
};

export const topicPrefixes: Readonly<Record<string, TopicHandler>> = { "state_leave.": twin };
