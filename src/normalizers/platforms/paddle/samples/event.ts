import { currencyDigits, multiplyMoney, toMoney } from "../../../canonical/money.ts";
import type { SampleOptions } from "../../../wire.ts";

export function eventBody(type: string, { id, at, deliveryId }: SampleOptions, data: object): string {
  return JSON.stringify({
    event_id: deliveryId ? `evt_${deliveryId}` : `evt_${type}_${id}`,
    event_type: type,
    occurred_at: at,
    notification_id: "ntf_01h8e1jxna32kc43ev1vkqsq8x",
    data,
  });
}

/** An amount as Paddle spells it; `part` of it, for what is given back in part. */
export function units({ amount = "25.00", currency = "USD" }: SampleOptions, part = "1"): string {
  const whole = toMoney(amount, currency);
  const share = whole && multiplyMoney(whole, part);
  const scaled = share && multiplyMoney(share, 10 ** currencyDigits(share.currency));
  return String(Math.round(Number(scaled?.amount ?? 0)));
}

export function currencyCode({ currency = "USD" }: SampleOptions): string {
  return currency;
}
