/** What a payload holds that must not get lost: ids of the things in it, amounts of money, and how many lines. */
import { currencyDigits, multiplyMoney, normalizeDecimal } from "../../src/normalizers/canonical/money.ts";
import { money as moneySchema } from "../../src/normalizers/canonical/scalars.ts";

export interface Fact {
  readonly kind: "id" | "amount";
  /** Where it stands, without list positions: `line_items[].total`. */
  readonly path: string;
  readonly value: string;
}

/** Lists and objects whose members are things of their own, in any platform's spelling. */
const THINGS =
  /^(?:line_?items|refund_?line_?items|items|refunds|returns|fulfillments|shipments|variants|variations|shipping_?lines|fee_?lines|transactions|payments|order_?adjustments)$/i;
const MONEY =
  /(?:^|_)(?:amount|price|cost|discount|fee|paid|refunded|subtotal|tax|tip|total|totals)s?(?:_|$)|(?:Amount|Price|Cost|Discount|Fee|Paid|Subtotal|Tax|Total)s?(?:$|[A-Z])/;
/** Words that say that the number under a key is no money though another word of the key sounds like it. */
const NO_MONEY =
  /(?:^|_)(?:ids?|count|rate|percent|quantity|weight|sales|items|class|code|type|position|index|priority)$/i;

/** All ids and amounts of a payload. Zeros are left out: they are told by what is not there. */
export function factsOf(payload: unknown): Fact[] {
  const facts: Fact[] = [];
  walk(payload, "", (path, key, value, parent) => {
    if (key === "id" && (parent === "" || THINGS.test(parent))) {
      facts.push({ kind: "id", path, value: String(value) });
    }
    const amount = MONEY.test(key) && !NO_MONEY.test(key) ? amountOf(value) : undefined;
    if (amount !== undefined && amount !== "0") facts.push({ kind: "amount", path, value: amount });
  });
  return facts;
}

/**
 * Everything that observations say, for looking facts up. Amounts count without sign: refunds turn theirs. With `inMinorUnits`
 * money counts as the platform spells it, in the smallest unit of its currency.
 */
export function contentOf(
  observations: unknown,
  inMinorUnits = false,
): { ids: Set<string>; amounts: Set<string> } {
  const ids = new Set<string>();
  const amounts = new Set<string>();
  walk(observations, "", (_path, _key, value) => {
    ids.add(String(value));
    const amount = amountOf(value);
    if (amount !== undefined) amounts.add(amount);
  });
  if (inMinorUnits) for (const units of minorUnitsOf(observations)) amounts.add(units);
  return { ids, amounts };
}

function minorUnitsOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const money = moneySchema.safeParse(value);
  if (!money.success) return Object.values(value).flatMap(minorUnitsOf);
  const { amount, currency } = money.data;
  const units = multiplyMoney({ amount, currency }, 10 ** currencyDigits(currency));
  const decimal = units && amountOf(units.amount);
  return decimal === undefined ? [] : [decimal];
}

/** The number of articles that the payload's top level lists, if it does. */
export function linesOf(payload: unknown): number | undefined {
  if (typeof payload !== "object" || payload === null) return undefined;
  const lines = Object.entries(payload).find(([key]) => /^line_?items$/i.test(key))?.[1];
  return Array.isArray(lines) ? lines.length : undefined;
}

/** Whether a path is the pattern or below it; a leading `**.` stands for any way there. */
export function isUnder(path: string, pattern: string): boolean {
  const isAnywhere = pattern.startsWith("**.");
  const text = (isAnywhere ? pattern.slice(3) : pattern).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${isAnywhere ? "(?:.*\\.)?" : ""}${text}(?:[.[].*)?$`).test(path);
}

function amountOf(value: unknown): string | undefined {
  const decimal =
    typeof value === "string" || typeof value === "number" ? normalizeDecimal(value) : undefined;
  return decimal?.replace(/^-/, "");
}

type Visit = (path: string, key: string, value: unknown, parent: string) => void;

/** Visits every scalar; `parent` is the key that holds its object, empty at the top. */
function walk(value: unknown, path: string, visit: Visit, key = "", parent = ""): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, `${path}[]`, visit, key, parent);
  } else if (typeof value === "object" && value !== null) {
    for (const [inner, content] of Object.entries(value)) {
      walk(content, path === "" ? inner : `${path}.${inner}`, visit, inner, key);
    }
  } else if (value !== null && value !== undefined) {
    visit(path, key, value, parent);
  }
}
