/**
 * Snapshot events: https://docs.stripe.com/api/events/object. `previous_attributes` is not read: what changed is found by
 * comparing states, which also holds when an event was missed.
 */
import { z } from "zod";
import { currencyDigits, fromMinorUnits } from "../../canonical/money.ts";
import type { Money } from "../../canonical/scalars.ts";
import { currencyOf, momentOfSeconds, versionFrom } from "../../fields.ts";
import { count, flag, id } from "../../payload.ts";
import type { MapContext } from "../../platform.ts";

/** Whose the object is, where that is an account connected to the endpoint's own: https://docs.stripe.com/connect/webhooks */
const account = z
  .string()
  .regex(/^acct_[A-Za-z0-9]+$/, "is no account")
  .nullish();

export function event<S extends z.ZodType>(object: S) {
  return z.object({ created: count, livemode: flag, account, data: z.object({ object }) });
}

export interface Told {
  readonly created?: number | null | undefined;
  readonly livemode?: boolean | undefined;
  readonly account?: string | null | undefined;
}

/** Objects carry no change time, so the event's stands in; it counts seconds. */
export function versionOfEvent({ created }: Told, context: MapContext): string {
  return versionFrom(context, momentOfSeconds(created));
}

/** A field that holds an id, or the object itself where it was expanded: https://docs.stripe.com/expand */
export const expandable = z
  .union([z.literal(""), id, z.object({ id })])
  .nullish()
  .transform((value) => (typeof value === "object" && value !== null ? value.id : value || null));

/** https://docs.stripe.com/currencies#special-cases: MGA has no decimals here, ISK and UGX keep two for old times' sake. */
const OWN_DIGITS: Readonly<Record<string, number>> = { MGA: 0, ISK: 2, UGX: 2 };

/** Currency codes are in lower case. */
export function toStripeMoney(
  units: string | number | null | undefined,
  currency: string | null | undefined,
): Money | undefined {
  const code = currencyOf(currency);
  if (code === undefined) return undefined;
  return fromMinorUnits(
    units,
    code,
    Object.hasOwn(OWN_DIGITS, code) ? OWN_DIGITS[code] : currencyDigits(code),
  );
}
