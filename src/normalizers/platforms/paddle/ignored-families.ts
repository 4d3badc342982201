/** Families of topics that are deliberately not mapped: https://developer.paddle.com/webhooks/overview */
import { ignored, type TopicHandler } from "../../platform.ts";

const settings = ignored("keys and settings of the account");

export const ignoredFamilies: Readonly<Record<string, TopicHandler>> = {
  "address.": ignored("names no customer; orders are read with their address"),
  "api_key.": settings,
  "api_key_exposure.": settings,
  "business.": ignored("names no customer; orders carry the business by its id"),
  "client_token.": settings,
  "discount.": ignored("a rule for discounts; its use stands in the transactions"),
  "discount_group.": ignored("a group of rules for discounts"),
  "invoice.": ignored("the transaction of the invoice tells that it was paid"),
  "payment_method.": ignored("stored ways to pay; payments name theirs"),
  "payout.": ignored("money between Paddle and the seller, not a buyer's"),
  "report.": ignored("a file that someone asked for"),
  "subscription.": ignored("a plan for later sales; each sale comes as a transaction"),
};
