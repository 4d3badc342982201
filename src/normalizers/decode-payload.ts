/** The body of a request -> the payload that sources and mappers see, by the format that its wire declares. */
import { type Decoded, decodeJson } from "./decode.ts";
import type { PayloadFormat } from "./wire.ts";

const FIELDS_MAX = 1000;
const AMPERSAND = 0x26;

/** Never throws. Problems name no content. */
export function decodePayload(format: PayloadFormat | undefined, body: Uint8Array): Decoded {
  switch (format?.kind) {
    case "form":
      return decodeForm(format.field, body);
    case "jwt":
      return decodeClaims(body);
    default:
      return decodeJson(body);
  }
}

/** The fields of a form; of several with one name the last counts. Undefined where there are too many. */
export function readForm(body: Uint8Array): Readonly<Record<string, string>> | undefined {
  return hasMore(body, FIELDS_MAX)
    ? undefined
    : Object.fromEntries(new URLSearchParams(Buffer.from(body).toString("utf8")));
}

/** Whether a form has more fields than that. Counted before it is read: nobody has verified it yet. */
function hasMore(body: Uint8Array, fields: number): boolean {
  let found = 1;
  for (const byte of body) {
    if (byte === AMPERSAND) found += 1;
    if (found > fields) return true;
  }
  return false;
}

function decodeForm(field: string | undefined, body: Uint8Array): Decoded {
  const fields = readForm(body);
  if (fields === undefined) return { ok: false, problem: `the form has more than ${FIELDS_MAX} fields` };
  if (field === undefined) return { ok: true, value: fields };
  const text = Object.hasOwn(fields, field) ? fields[field] : undefined;
  return text === undefined
    ? { ok: false, problem: `the form has no field ${field}` }
    : decodeJson(Buffer.from(text));
}

/** Whoever signed it was checked before it was stored. */
function decodeClaims(body: Uint8Array): Decoded {
  const [, claims, signature, ...more] = Buffer.from(body).toString("latin1").trim().split(".");
  if (claims === undefined || signature === undefined || more.length > 0) {
    return { ok: false, problem: "the body is no signed token" };
  }
  return decodeJson(Buffer.from(claims, "base64url"));
}
