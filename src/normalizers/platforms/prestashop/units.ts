/** Units of the shop, which are free texts of its settings. */
import type { Product } from "../../canonical/product.ts";
import type { Shop } from "./envelope.ts";

const WEIGHTS: Readonly<Record<string, "g" | "kg" | "oz" | "lb">> = {
  g: "g",
  kg: "kg",
  oz: "oz",
  lb: "lb",
  lbs: "lb",
};
const LENGTHS: Readonly<Record<string, "mm" | "cm" | "m" | "in" | "yd">> = {
  mm: "mm",
  cm: "cm",
  m: "m",
  in: "in",
  yd: "yd",
};

/** A weight; 0 says that nobody typed one, and one of an unknown unit is none. */
export function toWeight(value: string | null | undefined, { weightUnit }: Shop): Product["weight"] {
  const unit = find(WEIGHTS, weightUnit);
  return value == null || value === "0" || value.startsWith("-") || unit === undefined
    ? undefined
    : { value, unit };
}

interface Sizes {
  readonly width?: string | null | undefined;
  readonly height?: string | null | undefined;
  readonly depth?: string | null | undefined;
}

export function toDimensions(
  { width, height, depth }: Sizes,
  { dimensionUnit }: Shop,
): Product["dimensions"] {
  const told = (value: string | null | undefined) => (value == null || value === "0" ? undefined : value);
  const sizes = { length: told(depth), width: told(width), height: told(height) };
  if (Object.values(sizes).every((size) => size === undefined)) return undefined;
  return { ...sizes, unit: find(LENGTHS, dimensionUnit) };
}

function find<T>(table: Readonly<Record<string, T>>, word: string | undefined): T | undefined {
  const name = word?.trim().toLowerCase() ?? "";
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
