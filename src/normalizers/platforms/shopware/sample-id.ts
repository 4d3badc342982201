/** Ids are 32 hexadecimal digits. */
export function toHexId(id: string): string {
  if (/^[0-9a-f]{32}$/.test(id)) return id;
  return id
    .replace(/[^0-9a-f]/g, "")
    .padStart(32, "0")
    .slice(-32);
}
