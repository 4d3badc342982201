/**
 * The subscription queries that the shop's admin registers, one webhook per event: with them a body is whole and known.
 * https://docs.saleor.io/developer/extending/webhooks/subscription-webhook-payloads
 *
 * `issuedAt` makes two changes differ that leave the same state, since Saleor sends no id of the delivery.
 */
const MONEY = "{ amount currency }";
const TAXED = `{ gross ${MONEY} net ${MONEY} tax ${MONEY} }`;
const ADDRESS =
  "{ firstName lastName companyName streetAddress1 streetAddress2 city postalCode countryArea country { code country } phone }";

/**
 * A field that may not be null and needs a permission which the app lacks takes the whole object with it: see README.md.
 * `note` of a checkout is not asked for: Saleor 3.24 calls it otherwise, and refuses a query with a name that it does not know.
 */
export const ORDER_FIELDS = `{
  id number created updatedAt status paymentStatus isPaid userEmail customerNote languageCodeEnum
  channel { id slug currencyCode }
  user { id email firstName lastName }
  total ${TAXED} subtotal ${TAXED} shippingPrice ${TAXED}
  totalCharged ${MONEY} totalRefunded ${MONEY} totalBalance ${MONEY}
  shippingMethodName billingAddress ${ADDRESS} shippingAddress ${ADDRESS}
  lines { id productName variantName productSku quantity quantityFulfilled variant { id product { id } }
    undiscountedUnitPrice { gross ${MONEY} } unitPrice ${TAXED} totalPrice ${TAXED} taxRate }
  transactions { id events { id type createdAt message amount ${MONEY} } }
}`;

export const FULFILLMENT_FIELDS =
  "{ id status trackingNumber created warehouse { id } lines { id quantity orderLine { id } } }";

export const VARIANT_FIELDS = `{
  id name sku updatedAt product { id }
  channelListings { channel { slug } price ${MONEY} priorPrice ${MONEY} }
  stocks { warehouse { id } quantity quantityAllocated }
}`;

export const PRODUCT_FIELDS = `{
  id name slug created updatedAt category { id name } productType { name }
  channelListings { channel { slug } isPublished }
  variants ${VARIANT_FIELDS}
}`;

export const CUSTOMER_FIELDS = `{
  id email firstName lastName isActive isConfirmed note dateJoined updatedAt languageCode
  defaultBillingAddress ${ADDRESS} defaultShippingAddress ${ADDRESS}
}`;

export const CHECKOUT_FIELDS = `{
  id created updatedAt email channel { slug currencyCode }
  totalPrice { gross ${MONEY} } subtotalPrice { gross ${MONEY} }
  lines { id quantity variant { id sku name product { id } } totalPrice { gross ${MONEY} } }
}`;

/** The query of an event, `order_created`, over the fields of what it is about. */
export function subscriptionOf(topic: string): string | undefined {
  const part = PARTS.find(([pattern]) => pattern.test(topic))?.[1];
  if (part === undefined) return undefined;
  const type = topic.replace(/(?:^|_)([a-z])/g, (_whole, letter: string) => letter.toUpperCase());
  return `subscription { event { ... on ${type} { issuedAt version ${part} } } }`;
}

const PARTS: readonly (readonly [RegExp, string])[] = [
  [/^order_bulk_created$/, `orders ${ORDER_FIELDS}`],
  [/^order_/, `order ${ORDER_FIELDS}`],
  [/^fulfillment_/, `order { id } fulfillment ${FULFILLMENT_FIELDS}`],
  [/^product_variant_/, `productVariant ${VARIANT_FIELDS}`],
  [/^product_/, `product ${PRODUCT_FIELDS}`],
  [/^customer_/, `user ${CUSTOMER_FIELDS}`],
  [/^checkout_/, `checkout ${CHECKOUT_FIELDS}`],
  [/^app_deleted$/, "app { id name }"],
];

/** The same fields by id, for webhooks that were registered with a query for ids only. */
export const ORDER_QUERY = `query($id: ID!) { order(id: $id) ${ORDER_FIELDS} }`;
export const PRODUCT_QUERY = `query($id: ID!) { product(id: $id) ${PRODUCT_FIELDS} }`;
