/** Requests as Paddle would send them, one per topic that gives observations. */
import type { SampleOptions, Samples } from "../../wire.ts";
import * as rest from "./samples/rest.ts";
import { transactionBody } from "./samples/transaction.ts";

type Body = (options: SampleOptions) => string;

const bodies: Record<string, Body> = {
  "transaction.created": transactionBody("transaction.created", "draft"),
  "transaction.ready": transactionBody("transaction.ready", "ready"),
  "transaction.billed": transactionBody("transaction.billed", "billed"),
  "transaction.paid": transactionBody("transaction.paid", "paid"),
  "transaction.completed": transactionBody("transaction.completed", "completed"),
  "transaction.updated": transactionBody("transaction.updated", "ready"),
  "transaction.revised": transactionBody("transaction.revised", "completed"),
  "transaction.past_due": transactionBody("transaction.past_due", "past_due"),
  "transaction.payment_failed": transactionBody("transaction.payment_failed", "past_due"),
  "transaction.canceled": transactionBody("transaction.canceled", "canceled"),
  "adjustment.created": rest.adjustmentBody("adjustment.created"),
  "adjustment.updated": rest.adjustmentBody("adjustment.updated"),
  "product.created": rest.productBody("product.created"),
  "product.imported": rest.productBody("product.imported"),
  "product.updated": rest.productBody("product.updated"),
  "price.created": rest.priceBody("price.created"),
  "price.imported": rest.priceBody("price.imported"),
  "price.updated": rest.priceBody("price.updated"),
  "customer.created": rest.customerBody("customer.created"),
  "customer.imported": rest.customerBody("customer.imported"),
  "customer.updated": rest.customerBody("customer.updated"),
};

export const samples: Samples = {
  headers: () => ({ "content-type": "application/json", "user-agent": "Paddle" }),
  bodies,
  life: {
    created: ["transaction.billed"],
    paid: ["transaction.paid"],
    shipped: ["transaction.completed"],
    partly_refunded: ["adjustment.created"],
  },
};
