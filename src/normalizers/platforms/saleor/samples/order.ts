import { addDecimals, currencyDigits, divideDecimals, normalizeDecimal } from "../../../canonical/money.ts";
import type { LifeStage, SampleOptions } from "../../../wire.ts";

const STAGE_OF: Readonly<Record<string, LifeStage>> = {
  order_fully_paid: "paid",
  order_paid: "paid",
  order_fulfilled: "shipped",
  order_refunded: "partly_refunded",
};
const STATUS: Readonly<Record<LifeStage, string>> = {
  created: "UNFULFILLED",
  paid: "UNFULFILLED",
  partly_shipped: "PARTIALLY_FULFILLED",
  shipped: "FULFILLED",
  partly_refunded: "FULFILLED",
};
/** As for payments by transactions, where money that went back counts no longer. */
const PAYMENT: Readonly<Record<LifeStage, string>> = {
  created: "NOT_CHARGED",
  paid: "FULLY_CHARGED",
  partly_shipped: "FULLY_CHARGED",
  shipped: "FULLY_CHARGED",
  partly_refunded: "PARTIALLY_CHARGED",
};
const STATUS_OF: Readonly<Record<string, string>> = { order_cancelled: "CANCELED", order_expired: "EXPIRED" };

const address = {
  firstName: "Zoë",
  lastName: "Müller",
  streetAddress1: "Am Sandtorkai 12",
  city: "Hamburg",
  postalCode: "20457",
  country: { code: "DE", country: "Germany" },
};

/** An order of two lines and shipping whose sums add up to the amount. */
export function orderOf(options: SampleOptions, topic = ""): Record<string, unknown> {
  const { id, at, currency = "EUR", stage = STAGE_OF[topic] ?? "created" } = options;
  const write = (value: string) => ({ amount: Number(value), currency });
  const sums = split(options.amount ?? "98.40", currencyDigits(currency));
  const isAllRefunded = topic === "order_fully_refunded" && options.stage === undefined;
  const paid = stage === "created" && !isAllRefunded ? "0" : sums.total;
  const refunded = isAllRefunded ? sums.total : stage === "partly_refunded" ? sums.shipping : "0";
  return {
    id,
    number: "1021",
    created: at,
    updatedAt: at,
    status: options.status ?? STATUS_OF[topic] ?? STATUS[stage],
    paymentStatus: isAllRefunded ? "NOT_CHARGED" : PAYMENT[stage],
    userEmail: "zoe@example.com",
    channel: { id: "Q2hhbm5lbDox", slug: "default-channel", currencyCode: currency },
    user: null,
    total: { gross: write(sums.total), net: write(sums.total), tax: write("0") },
    subtotal: { gross: write(sums.lines) },
    shippingPrice: { gross: write(sums.shipping) },
    totalCharged: write(addDecimals(paid, `-${refunded}`)),
    totalRefunded: write(refunded),
    totalBalance: write(paid === "0" ? `-${sums.total}` : `-${refunded}`),
    shippingMethodName: "Standardversand",
    billingAddress: address,
    shippingAddress: address,
    lines: [
      lineOf("1", "Kaffeebecher „Hafen“", write(sums.first)),
      lineOf("2", "Seesack", write(sums.second)),
    ],
    transactions:
      refunded === "0"
        ? []
        : [
            {
              id: "VDox",
              events: [{ id: `re-${id}`, type: "REFUND_SUCCESS", createdAt: at, amount: write(refunded) }],
            },
          ],
  };
}

function lineOf(id: string, productName: string, gross: object): Record<string, unknown> {
  return {
    id: `T3JkZXJMaW5lOj${id}`,
    productName,
    variantName: "Blau",
    productSku: `HB-${id}`,
    quantity: 1,
    undiscountedUnitPrice: { gross },
    unitPrice: { gross },
    totalPrice: { gross },
    variant: { id: `UHJvZHVjdFZhcmlhbnQ6${id}`, product: { id: `UHJvZHVjdDo${id}` } },
  };
}

/** The first parcel, or once all has left the second. */
export function fulfillmentOf(
  { id, at, stage, status }: SampleOptions,
  topic: string,
): Record<string, unknown> {
  const parcel = stage === "shipped" ? "2" : "1";
  const word = topic === "fulfillment_canceled" ? "CANCELED" : "FULFILLED";
  return {
    id: `f${parcel}-${id}`,
    status: status ?? word,
    trackingNumber: `0034043${parcel}`,
    created: at,
    warehouse: { id: "V2FyZWhvdXNlOjE=" },
    lines: [{ id: `fl${parcel}`, quantity: 1, orderLine: { id: `T3JkZXJMaW5lOj${parcel}` } }],
  };
}

function split(amount: string, digits: number) {
  const write = (value: string) => normalizeDecimal(value, digits) ?? value;
  const part = (divisor: string) => write(divideDecimals(amount, divisor, digits) ?? "0");
  const [shipping, first] = [part("20"), part("2")];
  const second = write(addDecimals(amount, `-${addDecimals(shipping, first)}`));
  return { total: write(amount), shipping, first, second, lines: write(addDecimals(first, second)) };
}
