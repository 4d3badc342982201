/** JSON text as Shopify writes it: ids are bare numbers, even those that a JavaScript number would round. */

const MARK = "\u0000id:";

/** An id to write as a number; derived ids count up from it, so that the parts of a body differ. */
export function number(id: string, plus = 0): string {
  return /^[1-9]\d{0,18}$/.test(id) ? `${MARK}${BigInt(id) + BigInt(plus)}` : id;
}

/** The same id as a gid. */
export function gid(type: string, id: string, plus = 0): string {
  return `gid://shopify/${type}/${number(id, plus).replace(MARK, "")}`;
}

export function toJson(body: unknown): string {
  return JSON.stringify(body).replace(/"\\u0000id:(\d+)"/g, "$1");
}
