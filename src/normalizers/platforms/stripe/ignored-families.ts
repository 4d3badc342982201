/** Families of topics that are deliberately not mapped: https://docs.stripe.com/api/events/types */
import { ignored, type TopicHandler } from "../../platform.ts";

const money = ignored("the account's own money, not a buyer's");
const subscription = ignored("a plan for later payments; each payment comes with its own events");
const settings = ignored("settings of the account");
const thin = ignored("a thin event; the snapshot event of the same change carries the state");

export const ignoredFamilies: Readonly<Record<string, TopicHandler>> = {
  "account.": settings,
  "application_fee.": money,
  "balance.": money,
  "capability.": settings,
  "charge.": ignored("payment_intent and refund events tell the same of the order"),
  "coupon.": ignored("a rule for discounts; its use stands in the orders"),
  "credit_note.": ignored("a paper about an invoice; money that goes back comes as a refund"),
  "customer.": ignored(
    "parts of a customer's account that are not the customer: sources, discounts, plans, tax ids",
  ),
  "customer.subscription.": subscription,
  "invoice.": ignored("steps of an invoice before its payment"),
  "payment_intent.": ignored("a step that changes nothing of an order"),
  "payment_link.": ignored("a page that offers a checkout; what is bought comes as a session"),
  "payment_method.": ignored("stored ways to pay; payments name theirs"),
  "payout.": money,
  "plan.": ignored("an older form of prices; price events carry them"),
  "promotion_code.": ignored("a rule for discounts; its use stands in the orders"),
  "radar.": ignored("a judgement about a payment, not its state"),
  "review.": ignored("a judgement about a payment, not its state"),
  "setup_intent.": ignored("a way to pay is stored; nothing is bought"),
  "subscription_schedule.": subscription,
  "tax_rate.": settings,
  "transfer.": money,
  "v1.": thin,
  "v2.": thin,
};
