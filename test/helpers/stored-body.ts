import type { Wire } from "../../src/normalizers/wire.ts";

/** A sample's text as the body that is stored; a token has no real signature, since nobody checks it again. */
export function storedBody({ payload }: Pick<Wire, "payload">, text: string): Buffer {
  if (payload?.kind !== "jwt") return Buffer.from(text);
  return Buffer.from(`e30.${Buffer.from(text).toString("base64url")}.c2ln`);
}
