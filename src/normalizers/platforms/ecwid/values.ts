/** Ecwid's ways to write moments, money and people. */
import { z } from "zod";
import type { Address } from "../../canonical/address.ts";
import { currencyDigits, divideDecimals, toMoney } from "../../canonical/money.ts";
import type { Money } from "../../canonical/scalars.ts";
import { toTimestamp, toVersion } from "../../canonical/time.ts";
import { countryOf, currencyOf, momentOfSeconds, orNull } from "../../fields.ts";
import type { Read } from "../../hydration.ts";
import { count, text } from "../../payload.ts";
import type { MapContext } from "../../platform.ts";

/** More decimals than any store has are the tail of a float. */
const DECIMALS_MAX = 6;

/** `2026-01-02 03:04:05 +0000`, beside seconds since 1970. */
export function momentOf(
  seconds: number | null | undefined,
  written: string | null | undefined,
): string | undefined {
  return momentOfSeconds(seconds) ?? toTimestamp(written?.replace(/ (?=[+-]\d{4}$)/, ""));
}

export const stamps = {
  createDate: text,
  createTimestamp: count,
  updateDate: text,
  updateTimestamp: count,
};

interface Stamped {
  readonly updateDate?: string | null | undefined;
  readonly updateTimestamp?: number | null | undefined;
}

/** The change time of the answer, in whole seconds; else the moment of reading. */
export function versionOf({ updateTimestamp, updateDate }: Stamped, readAt: string): string {
  return toVersion(momentOf(updateTimestamp, updateDate)) ?? toVersion(readAt) ?? "";
}

/** An amount in major units. Its digits are kept as they are written, but for what the platform's floats leave behind them. */
export function toAmount(value: string | null | undefined, currency: string | undefined): Money | undefined {
  const tail = value?.split(".")[1]?.length ?? 0;
  if (value === null || value === undefined || currency === undefined) return undefined;
  return toMoney(
    tail > DECIMALS_MAX ? divideDecimals(value, "1", currencyDigits(currency)) : value,
    currency,
  );
}

const profileAnswer = z.object({ formatsAndUnits: z.object({ currency: text }) });

/** Orders and products name no currency: it is the admin's to tell, or else read from the store's profile, where that may be. */
export function readProfile({ options }: MapContext): Read[] {
  return currencyOf(options.currency) === undefined
    ? [{ name: "profile", path: "/profile", mayBeGone: true, mayBeForbidden: true }]
    : [];
}

export function storeCurrency({ options }: MapContext, profile: unknown): string | undefined {
  const parsed = profileAnswer.safeParse(profile);
  return currencyOf(options.currency) ?? currencyOf(parsed.data?.formatsAndUnits.currency);
}

export const person = z
  .object({
    name: text,
    companyName: text,
    street: text,
    city: text,
    countryCode: text,
    countryName: text,
    postalCode: text,
    stateOrProvinceCode: text,
    stateOrProvinceName: text,
    phone: text,
  })
  .nullish()
  .catch(undefined);

/** Lines of the street stand in one field, each on its own line. */
export function toAddress(payload: z.output<typeof person>): Address | null | undefined {
  if (payload === null || payload === undefined) return payload;
  const [line1, ...more] = payload.street?.split("\n") ?? [];
  return {
    name: orNull(payload.name),
    company: orNull(payload.companyName),
    line1: orNull(line1),
    line2: more.length === 0 ? undefined : more.join(", "),
    city: orNull(payload.city),
    postalCode: orNull(payload.postalCode),
    region: orNull(payload.stateOrProvinceName),
    regionCode: orNull(payload.stateOrProvinceCode),
    country: countryOf(payload.countryCode),
    countryName: orNull(payload.countryName),
    phone: orNull(payload.phone),
  };
}
