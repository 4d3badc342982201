/** Splits a total into what an order is made of, so that the parts of a sample add up. Exact, in the smallest unit. */
import { currencyDigits, normalizeDecimal } from "../../../canonical/money.ts";

export interface Amounts {
  readonly currency: string;
  readonly total: string;
  readonly subtotal: string;
  readonly lineItems: string;
  readonly shipping: string;
  readonly tax: string;
  readonly discount: string;
  /** What the buyer paid for the second line, with its tax. */
  readonly secondLine: string;
  /** The total without the second line. */
  readonly rest: string;
  readonly lines: readonly {
    quantity: number;
    price: string;
    discount: string;
    tax: string;
    subtotal: string;
  }[];
}

/** total = 2 * first + second - discount + shipping + tax */
export function toAmounts(amount = "119.90", currency = "USD"): Amounts {
  const digits = currencyDigits(currency);
  const total = toUnits(amount, digits);
  const part = total / 20n;
  const goods = total - part * 2n;
  const first = goods / 4n;
  const write = (units: bigint) => fromUnits(units, digits);
  const line = (quantity: number, price: bigint, discount: bigint) => ({
    quantity,
    price: write(price),
    discount: write(discount),
    tax: write(part),
    subtotal: write(price * BigInt(quantity) - discount),
  });
  const second = goods - first * 2n;
  const secondDiscount = part - part / 2n;
  const secondLine = second - secondDiscount + part;
  return {
    currency,
    total: write(total),
    subtotal: write(goods - part),
    lineItems: write(goods),
    shipping: write(part),
    tax: write(part * 2n),
    discount: write(part),
    secondLine: write(secondLine),
    rest: write(total - secondLine),
    lines: [line(2, first, part / 2n), line(1, second, secondDiscount)],
  };
}

/** `X_set` of a shop whose buyers see its own currency. */
export function set(amount: string, currency: string) {
  const money = { amount, currency_code: currency };
  return { shop_money: money, presentment_money: money };
}

function toUnits(amount: string, digits: number): bigint {
  const [whole = "0", fraction = ""] = (normalizeDecimal(amount, digits) ?? "0").split(".");
  return BigInt(whole + fraction.slice(0, digits));
}

function fromUnits(units: bigint, digits: number): string {
  const text = units.toString().padStart(digits + 1, "0");
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
