/** Names and secrets of the bench's stores; names are equally long, so that a request can be made by writing over one. */

const DIGITS = 7;

export function storeName(number: number): string {
  return `shop-${String(number).padStart(DIGITS, "0")}`;
}

export function storeSecret(number: number): string {
  return `bench-secret-of-${storeName(number)}`;
}
