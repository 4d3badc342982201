import { currencyDigits, multiplyMoney, toMoney } from "../../../canonical/money.ts";
import type { SampleOptions } from "../../../wire.ts";

/** The envelope of an event; `object` is what stands under `data.object`. */
export function eventBody(
  type: string,
  { id, at, deliveryId }: SampleOptions,
  data: { readonly type: string; readonly id: string; readonly object: object; readonly deleted?: true },
): string {
  return JSON.stringify({
    merchant_id: "6SSW7HV8K2ST5",
    location_id: LOCATION,
    type,
    event_id: deliveryId ?? `event-${type}-${id}`,
    created_at: at,
    data,
  });
}

export const LOCATION = "S8GWD5R9QB376";

/** An amount as Square spells it; `part` of it, for what is given back in part. */
export function squareMoney({ amount = "25.00", currency = "USD" }: SampleOptions, part = "1") {
  const whole = toMoney(amount, currency);
  const share = whole && multiplyMoney(whole, part);
  const units = share && multiplyMoney(share, 10 ** currencyDigits(share.currency));
  return { amount: Math.round(Number(units?.amount ?? 0)), currency: whole?.currency ?? currency };
}
