/** The envelope of Paddle's events: https://developer.paddle.com/webhooks/respond-to-webhooks */
import { z } from "zod";
import { fromMinorUnits } from "../../canonical/money.ts";
import type { Money } from "../../canonical/scalars.ts";
import { currencyOf } from "../../fields.ts";

export function event<S extends z.ZodType>(data: S) {
  return z.object({ data });
}

/** Amounts are whole numbers of the smallest unit, as text: https://developer.paddle.com/api-reference/about/data-types */
export function toPaddleMoney(
  units: string | null | undefined,
  currency: string | null | undefined,
): Money | undefined {
  return fromMinorUnits(units, currencyOf(currency));
}
