/**
 * Decimal amounts as strings. Floats lose cents and big sums, so nothing here is reckoned in fractions: amounts become
 * whole numbers of their smallest digit, and those that a JavaScript number cannot hold bigints. Written by hand instead
 * of with a decimal library because every amount of every webhook passes here.
 */
import type { Money } from "./scalars.ts";

/** What nearly every amount looks like: no sign, no leading zeros. */
const COMMON = /^(?:0|[1-9]\d*)(?:\.\d+)?$/;
const PLAIN = /^-?\d+(?:\.\d+)?$/;
/** The longest that JavaScript writes for a number has 309 digits. Arithmetic on millions of digits would take seconds. */
const LENGTH_MAX = 400;
/** As many digits as a JavaScript number surely holds, also in the sum of two such numbers. */
const SAFE_DIGITS = 15;
const SCIENTIFIC = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,3})$/;

/** ISO 4217 minor units other than 2. `Intl` follows CLDR instead, which drops the decimals of HUF, IDR, IQD and more. */
const DIGITS: ReadonlyMap<string, number> = new Map([
  ...listed(0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
  ...listed(3, "BHD IQD JOD KWD LYD OMR TND"),
  ...listed(4, "CLF UYW"),
]);

/** The number of decimals of a currency (ISO 4217 minor unit): 2 for USD, 0 for JPY, 3 for KWD. Unknown codes count as 2. */
export function currencyDigits(currency: string): number {
  return DIGITS.get(currency) ?? 2;
}

function listed(digits: number, codes: string): [string, number][] {
  return codes.split(" ").map((code) => [code, digits]);
}

/**
 * A decimal string in its shortest exact form with at least `digits` decimals: padded, never rounded.
 * Returns undefined for anything that is not a decimal number, or is too long to be one of this world.
 */
export function normalizeDecimal(value: string | number, digits = 0): string | undefined {
  const written = typeof value === "number" ? String(value) : value;
  if (written.length > LENGTH_MAX) return undefined;
  if (COMMON.test(written)) return fitDecimals(written, digits);
  const text = plain(written.trim());
  if (text === undefined) return undefined;
  const negative = text.startsWith("-");
  const [whole = "0", fraction = ""] = (negative ? text.slice(1) : text).split(".");
  const kept = trimZeros(fraction, digits).padEnd(digits, "0");
  const body = (whole.replace(/^0+(?=\d)/, "") || "0") + (kept === "" ? "" : `.${kept}`);
  return negative && /[1-9]/.test(body) ? `-${body}` : body;
}

/**
 * An amount in a currency, normalized to the currency's decimals. More decimals than that are kept (platforms compute
 * taxes to five digits); fewer are padded. Returns undefined when the amount is absent or no number.
 */
export function toMoney(
  amount: string | number | null | undefined,
  currency: string | undefined,
): Money | undefined {
  if (amount === null || amount === undefined || currency === undefined) return undefined;
  const code = currency.toUpperCase();
  const normalized = normalizeDecimal(amount, currencyDigits(code));
  return normalized === undefined ? undefined : { amount: normalized, currency: code };
}

/**
 * An amount that is written in the smallest unit of its currency: 1250 of USD is 12.50, 1250 of JPY is 1250. A fraction of
 * the smallest unit is kept. `digits` is for platforms that count the decimals of a currency differently from ISO 4217.
 * Returns undefined where `toMoney` does.
 */
export function fromMinorUnits(
  units: string | number | null | undefined,
  currency: string | undefined,
  digits?: number,
): Money | undefined {
  const money = toMoney(units, currency);
  const written = units === null || units === undefined ? undefined : normalizeDecimal(units);
  if (money === undefined || written === undefined) return undefined;
  const scale = digits ?? currencyDigits(money.currency);
  const one = scale === 0 ? "1" : `0.${"1".padStart(scale, "0")}`;
  return toMoney(multiplyDecimals(written, one), money.currency);
}

/** The exact sum of amounts in one currency; undefined for an empty list or when currencies differ. */
export function sumMoney(amounts: readonly Money[]): Money | undefined {
  const first = amounts[0];
  if (first === undefined || amounts.some((money) => money.currency !== first.currency)) {
    return undefined;
  }
  if (amounts.length === 1) return first;
  return toMoney(
    amounts.reduce((total, money) => addDecimals(total, money.amount), "0"),
    first.currency,
  );
}

/** The same amount with the opposite sign. */
export function negateMoney(money: Money): Money {
  const amount = money.amount.startsWith("-") ? money.amount.slice(1) : `-${money.amount}`;
  return {
    amount: normalizeDecimal(amount, currencyDigits(money.currency)) ?? amount,
    currency: money.currency,
  };
}

/** a - b; undefined when the currencies differ. */
export function subtractMoney(a: Money, b: Money): Money | undefined {
  return sumMoney([a, negateMoney(b)]);
}

/** The exact amount times a number of pieces, which may be a fraction; undefined when that is no number. */
export function multiplyMoney(money: Money, factor: string | number): Money | undefined {
  if (factor === 1) return money;
  const times = normalizeDecimal(factor);
  return times === undefined ? undefined : toMoney(multiplyDecimals(money.amount, times), money.currency);
}

/** Exact a * b of two plain decimal strings. */
function multiplyDecimals(a: string, b: string): string {
  const scaleA = scaleOf(a);
  const scaleB = scaleOf(b);
  const [x, y] = [unitsOf(a, scaleA), unitsOf(b, scaleB)];
  const isSmall = x.length + y.length <= SAFE_DIGITS;
  return fromUnits(isSmall ? Number(x) * Number(y) : BigInt(x) * BigInt(y), scaleA + scaleB);
}

/** Exact a + b of two plain decimal strings. */
export function addDecimals(a: string, b: string): string {
  const scale = Math.max(scaleOf(a), scaleOf(b));
  const [x, y] = [unitsOf(a, scale), unitsOf(b, scale)];
  const isSmall = x.length <= SAFE_DIGITS && y.length <= SAFE_DIGITS;
  return fromUnits(isSmall ? Number(x) + Number(y) : BigInt(x) + BigInt(y), scale);
}

/** -1, 0 or 1 as the plain decimal string a is below, equal to or above b. */
export function compareDecimals(a: string, b: string): -1 | 0 | 1 {
  const scale = Math.max(scaleOf(a), scaleOf(b));
  const left = toUnits(a, scale);
  const right = toUnits(b, scale);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** a / b with at most `scale` decimals, rounded half away from zero; undefined when b is zero. */
export function divideDecimals(a: string, b: string, scale: number): string | undefined {
  const common = Math.max(scaleOf(a), scaleOf(b));
  const divisor = toUnits(b, common);
  if (divisor === 0n) return undefined;
  const dividend = toUnits(a, common) * 10n ** BigInt(scale);
  const negative = dividend < 0n !== divisor < 0n;
  const top = dividend < 0n ? -dividend : dividend;
  const bottom = divisor < 0n ? -divisor : divisor;
  const quotient = (top + bottom / 2n) / bottom;
  return normalizeDecimal(fromUnits(negative ? -quotient : quotient, scale));
}

/** Pads or trims the zeros at the end; the amount stays the same. */
function fitDecimals(text: string, digits: number): string {
  const point = text.indexOf(".");
  if (point === -1) return digits === 0 ? text : `${text}.${"0".repeat(digits)}`;
  let end = text.length;
  while (end > point + 1 + digits && text.charCodeAt(end - 1) === 48) end -= 1;
  const decimals = end - point - 1;
  if (decimals === 0) return text.slice(0, point);
  return decimals < digits ? text.padEnd(point + 1 + digits, "0") : text.slice(0, end);
}

function plain(text: string): string | undefined {
  if (PLAIN.test(text)) return text;
  const match = SCIENTIFIC.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", power = "0"] = match;
  const exponent = Number(power);
  const digits = whole + fraction;
  const point = whole.length + exponent;
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  const padded = digits.padEnd(point, "0");
  const rest = padded.slice(point);
  return `${sign}${padded.slice(0, point)}${rest === "" ? "" : `.${rest}`}`;
}

function trimZeros(fraction: string, keep: number): string {
  let end = fraction.length;
  while (end > keep && fraction[end - 1] === "0") end -= 1;
  return fraction.slice(0, end);
}

function scaleOf(text: string): number {
  const point = text.indexOf(".");
  return point === -1 ? 0 : text.length - point - 1;
}

function toUnits(text: string, scale: number): bigint {
  return BigInt(unitsOf(text, scale));
}

/** The number without its point, as text: how many units of the last decimal it is. */
function unitsOf(text: string, scale: number): string {
  const point = text.indexOf(".");
  const digits = point === -1 ? text : text.slice(0, point) + text.slice(point + 1);
  return digits + "0".repeat(scale - scaleOf(text));
}

function fromUnits(units: bigint | number, scale: number): string {
  const negative = units < 0;
  const digits = String(negative ? -units : units).padStart(scale + 1, "0");
  const body = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return negative ? `-${body}` : body;
}
