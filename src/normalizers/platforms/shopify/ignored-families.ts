/**
 * Families of topics that are deliberately not mapped: https://shopify.dev/docs/api/webhooks/latest. Some names are
 * unverified (profiles, segments, tax and subscription families); a wrong one matches nothing, and the topic is then
 * counted as unknown.
 */
import { ignored, type TopicHandler } from "../../platform.ts";

const appMatter = ignored("billing and purchases of apps, not of the shop's buyers");
const b2b = ignored("companies and their contacts have no canonical form yet; orders carry the company");
const catalogue = ignored("where products are shown, not what they are");
const content = ignored("custom content, not commerce");
const promotion = ignored("a rule for discounts; its use stands in the orders");
const returnLogistics = ignored("how goods come back; the returns topics tell the return");
const settings = ignored("settings of the shop");
const subscription = ignored("a plan for later orders; each order comes with its own topics");
const terms = ignored("when an order is due stands in the order");
const transfer = ignored("goods between locations; what arrives shows in inventory_levels");
const workOrder = ignored("steps inside the warehouse; the fulfillments topics tell what was shipped");

export const ignoredFamilies: Readonly<Record<string, TopicHandler>> = {
  "app_purchases_one_time/": appMatter,
  "app_subscriptions/": appMatter,
  "audit_events/": ignored("who used the API"),
  "channels/": catalogue,
  "checkout_and_accounts_configurations/": settings,
  "collection_listings/": catalogue,
  "collection_publications/": catalogue,
  "collections/": catalogue,
  "companies/": b2b,
  "company_contact_roles/": b2b,
  "company_contacts/": b2b,
  "company_locations/": b2b,
  "customer_account_settings/": settings,
  "customer_groups/": ignored("a saved query over customers"),
  "customer_payment_methods/": ignored("stored cards; payments come with order_transactions"),
  "delivery_promise_settings/": settings,
  "discounts/": promotion,
  "domains/": settings,
  "fulfillment_holds/": workOrder,
  "fulfillment_orders/": workOrder,
  "inventory_shipments/": transfer,
  "inventory_transfers/": transfer,
  "locales/": settings,
  "locations/": settings,
  "markets/": settings,
  "markets_backup_region/": settings,
  "metafield_definitions/": content,
  "metaobjects/": content,
  "payment_schedules/": terms,
  "payment_terms/": terms,
  "product_feeds/": catalogue,
  "product_listings/": catalogue,
  "product_publications/": catalogue,
  "profiles/": settings,
  "publications/": catalogue,
  "reverse_deliveries/": returnLogistics,
  "reverse_fulfillment_orders/": returnLogistics,
  "scheduled_product_listings/": catalogue,
  "segments/": ignored("a saved query over customers"),
  "selling_plan_groups/": subscription,
  "subscription_billing_attempts/": subscription,
  "subscription_billing_cycle_edits/": subscription,
  "subscription_billing_cycles/": subscription,
  "subscription_contracts/": subscription,
  "tax_partners/": settings,
  "tax_services/": settings,
  "tax_summaries/": ignored("the taxes of an order stand in the order"),
  "themes/": settings,
};
