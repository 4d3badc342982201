import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDecimals,
  compareDecimals,
  currencyDigits,
  divideDecimals,
  fromMinorUnits,
  multiplyMoney,
  negateMoney,
  normalizeDecimal,
  subtractMoney,
  sumMoney,
  toMoney,
} from "../../../src/normalizers/canonical/money.ts";
import { money } from "../../../src/normalizers/canonical/scalars.ts";

const RUNS = { numRuns: 2000 };
const CURRENCIES = ["JPY", "EUR", "KWD", "CLF"] as const;
const eur = (amount: string) => ({ amount, currency: "EUR" });

/** An exact decimal: units and how many of their digits are decimals. */
const decimal = fc
  .record({
    units: fc.oneof(
      ...[8n, 15n, 30n].map((digits) => fc.bigInt({ min: -(10n ** digits), max: 10n ** digits })),
    ),
    scale: fc.nat(9),
  })
  .map(({ units, scale }) => ({ text: write(units, scale), units: units * 10n ** BigInt(9 - scale) }));

/** The value of a plain decimal text in units of 10^-9. */
function read(text: string, scale = 9): bigint {
  const [, sign = "", whole = "", fraction = ""] =
    /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? expect.unreachable(text);
  return BigInt(sign + whole + fraction.padEnd(scale, "0").slice(0, scale));
}

function write(units: bigint, scale: number): string {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, "0");
  const body = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return units < 0n ? `-${body}` : body;
}

describe("an amount of endless digits", () => {
  const endless = "9".repeat(3_000_000);

  it.each([endless, `0.${endless}`, `${endless}e5`, `-${endless}`])(
    "is none, and costs no time (%#)",
    (text) => {
      expect(normalizeDecimal(text)).toBeUndefined();
      expect(toMoney(text, "EUR")).toBeUndefined();
      expect(multiplyMoney(eur("1"), text)).toBeUndefined();
    },
  );

  it("is longer than any that a number can be written with", () => {
    expect(normalizeDecimal(Number.MAX_VALUE)).toHaveLength(309);
    expect(normalizeDecimal(5e-324)).toMatch(/^0\.0{323}5$/);
  });
});

describe("currencyDigits", () => {
  it.each([
    ["JPY", 0],
    ["KRW", 0],
    ["ISK", 0],
    ["EUR", 2],
    ["HUF", 2],
    ["IDR", 2],
    ["COP", 2],
    ["PKR", 2],
    ["KWD", 3],
    ["IQD", 3],
    ["TND", 3],
    ["CLF", 4],
    ["BTC", 2],
    ["POINTS", 2],
    ["", 2],
  ])("%s has the decimals of ISO 4217, and what is none has 2 (%i)", (currency, digits) => {
    expect(currencyDigits(currency)).toBe(digits);
  });
});

describe("toMoney", () => {
  it.each([
    ["10", "EUR", "10.00"],
    ["10.5", "EUR", "10.50"],
    ["10.500000", "EUR", "10.50"],
    ["10.12345", "EUR", "10.12345"],
    ["1000", "JPY", "1000"],
    ["1000.00", "JPY", "1000"],
    ["1000.5", "JPY", "1000.5"],
    ["1.5", "KWD", "1.500"],
    ["1.2345", "KWD", "1.2345"],
    ["0", "KWD", "0.000"],
    ["000012.50", "EUR", "12.50"],
    [" 12.5\n", "EUR", "12.50"],
    ["-0", "EUR", "0.00"],
    ["-0.000", "EUR", "0.00"],
    [-0, "EUR", "0.00"],
    ["-0.001", "EUR", "-0.001"],
    ["-12.5", "EUR", "-12.50"],
    [0.1 + 0.2, "EUR", "0.30000000000000004"],
    [19.99, "EUR", "19.99"],
    [1e21, "EUR", "1000000000000000000000.00"],
    [1e-7, "EUR", "0.0000001"],
    ["1.5e3", "EUR", "1500.00"],
    ["1.2345E2", "EUR", "123.45"],
    ["-1e-2", "EUR", "-0.01"],
    ["1E+2", "JPY", "100"],
    ["0e5", "EUR", "0.00"],
    ["12e-1", "EUR", "1.20"],
    ["123456789012345678901234567890.123456789", "EUR", "123456789012345678901234567890.123456789"],
  ] as const)("writes %j %s exactly", (amount, currency, expected) => {
    expect(toMoney(amount, currency)).toEqual({ amount: expected, currency });
  });

  it.each([
    "",
    " ",
    "abc",
    "1,000.00",
    "1.000,00",
    ".5",
    "5.",
    "+5",
    "--5",
    "1 000",
    "0x10",
    "1e",
    "1e9999",
    "NaN",
    "1.2.3",
  ])("gives nothing for %j, which is no decimal number", (amount) => {
    expect(toMoney(amount, "EUR")).toBeUndefined();
  });

  it("gives nothing for what is no finite number, for no amount and for no currency", () => {
    for (const amount of [Number.NaN, Number.POSITIVE_INFINITY, null, undefined]) {
      expect(toMoney(amount, "EUR")).toBeUndefined();
    }
    expect(toMoney("1.00", undefined)).toBeUndefined();
  });

  it("writes currencies in capitals", () => {
    expect(toMoney("5", "eur")).toEqual(eur("5.00"));
  });

  it("keeps the value, has at least the currency's decimals, is idempotent and fits the schema", () => {
    fc.assert(
      fc.property(decimal, fc.constantFrom(...CURRENCIES), ({ text, units }, currency) => {
        const written = money.parse(toMoney(text, currency));
        expect(read(written.amount)).toBe(units);
        const decimals = written.amount.split(".")[1] ?? "";
        expect(decimals.length).toBeGreaterThanOrEqual(currencyDigits(currency));
        if (decimals.length > currencyDigits(currency)) expect(decimals.endsWith("0")).toBe(false);
        expect(written.amount).not.toMatch(/^-?0\d|^-[0.]*$/);
        expect(toMoney(written.amount, currency)).toEqual(written);
      }),
      RUNS,
    );
  });

  it("writes any finite number that JSON can hold as exactly the number that JSON writes", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const written = normalizeDecimal(number) ?? expect.unreachable(String(number));
        expect(written).toMatch(/^-?\d+(\.\d+)?$/);
        expect(Number(written) === number).toBe(true);
      }),
      RUNS,
    );
  });
});

describe("arithmetic", () => {
  it("adds, subtracts, negates and compares exactly, whatever the size", () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        expect(read(addDecimals(a.text, b.text))).toBe(a.units + b.units);
        const [left, right] = [money.parse(toMoney(a.text, "EUR")), money.parse(toMoney(b.text, "EUR"))];
        expect(read(sumMoney([left, right])?.amount ?? "")).toBe(a.units + b.units);
        expect(read(subtractMoney(left, right)?.amount ?? "")).toBe(a.units - b.units);
        expect(read(negateMoney(left).amount)).toBe(-a.units);
        expect(negateMoney(negateMoney(left))).toEqual(left);
        expect(compareDecimals(a.text, b.text)).toBe(Number(a.units > b.units) - Number(a.units < b.units));
      }),
      RUNS,
    );
  });

  it("multiplies exactly", () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const product = multiplyMoney({ amount: a.text, currency: "EUR" }, b.text);
        expect(read(product?.amount ?? "", 18)).toBe(a.units * b.units);
      }),
      RUNS,
    );
  });

  it("divides to the nearest, halves away from zero", () => {
    fc.assert(
      fc.property(decimal, decimal, fc.nat(6), (a, b, scale) => {
        const quotient = divideDecimals(a.text, b.text, scale);
        if (b.units === 0n) {
          expect(quotient).toBeUndefined();
          return;
        }
        const error = read(quotient ?? "") * b.units - a.units * 10n ** 9n;
        const bound = b.units * 10n ** BigInt(9 - scale);
        expect(abs(error) * 2n <= abs(bound)).toBe(true);
      }),
      RUNS,
    );
    expect(divideDecimals("1", "8", 2)).toBe("0.13");
    expect(divideDecimals("-1", "8", 2)).toBe("-0.13");
    expect(divideDecimals("1", "3", 0)).toBe("0");
    expect(divideDecimals("-1", "3", 0)).toBe("0");
  });

  it("does not add currencies", () => {
    expect(sumMoney([eur("1.00"), { amount: "1", currency: "JPY" }])).toBeUndefined();
    expect(subtractMoney(eur("1.00"), { amount: "1", currency: "JPY" })).toBeUndefined();
    expect(sumMoney([])).toBeUndefined();
  });

  it("has one zero", () => {
    expect(negateMoney(eur("0.00"))).toEqual(eur("0.00"));
    expect(subtractMoney(eur("1.00"), eur("1.00"))).toEqual(eur("0.00"));
    expect(multiplyMoney(eur("-1.00"), 0)).toEqual(eur("0.00"));
  });

  it("takes fractions of pieces, and nothing that is no number", () => {
    expect(multiplyMoney(eur("9.99"), 0.25)).toEqual(eur("2.4975"));
    expect(multiplyMoney(eur("9.99"), "x")).toBeUndefined();
  });
});

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

describe("fromMinorUnits", () => {
  it.each([
    [1250, "USD", "12.50"],
    ["65215", "usd", "652.15"],
    [5, "EUR", "0.05"],
    [-1, "EUR", "-0.01"],
    [0, "EUR", "0.00"],
    [1250, "JPY", "1250"],
    [12345, "KWD", "12.345"],
    ["1500.5", "USD", "15.005"],
    ["123456789012345678901", "EUR", "1234567890123456789.01"],
  ])("reads %s of %s as %s", (units, currency, amount) => {
    expect(fromMinorUnits(units, currency)).toEqual({ amount, currency: currency.toUpperCase() });
  });

  it("counts decimals as the platform does where it says so", () => {
    expect(fromMinorUnits(500, "ISK", 2)).toEqual({ amount: "5", currency: "ISK" });
    expect(fromMinorUnits(500, "MGA", 0)).toEqual({ amount: "500.00", currency: "MGA" });
  });

  it("gives nothing for what is no amount or has no currency", () => {
    expect(fromMinorUnits(null, "USD")).toBeUndefined();
    expect(fromMinorUnits("x", "USD")).toBeUndefined();
    expect(fromMinorUnits(1, undefined)).toBeUndefined();
  });
});
