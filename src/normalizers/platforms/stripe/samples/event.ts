import { currencyDigits, multiplyMoney, toMoney } from "../../../canonical/money.ts";
import type { SampleOptions } from "../../../wire.ts";

/** A snapshot event about one object. */
export function eventBody(type: string, { id, at, deliveryId }: SampleOptions, object: object): string {
  return JSON.stringify({
    id: deliveryId ? `evt_${deliveryId}` : `evt_${type}_${id}`,
    object: "event",
    api_version: "2024-06-20",
    created: seconds(at),
    livemode: true,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
    data: { object },
  });
}

export function seconds(at: string): number {
  return Math.floor(Date.parse(at) / 1000);
}

/** An amount as Stripe spells it; `part` of it, for what is given back in part. */
export function units({ amount = "25.00", currency = "USD" }: SampleOptions, part = "1"): number {
  const whole = toMoney(amount, currency);
  const share = whole && multiplyMoney(whole, part);
  const scaled = share && multiplyMoney(share, 10 ** currencyDigits(share.currency));
  return Math.round(Number(scaled?.amount ?? 0));
}

export function currencyCode({ currency = "USD" }: SampleOptions): string {
  return currency.toLowerCase();
}

export const ADDRESS = {
  line1: "510 Townsend St",
  line2: null,
  city: "San Francisco",
  state: "CA",
  postal_code: "94103",
  country: "US",
};
