/** HMAC in a header, over the bytes as received. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { HmacScheme } from "../../normalizers/scheme.ts";
import type { SignedRequest, Verification } from "./verify.ts";

const FORMS = {
  base64: /^[A-Za-z0-9+/]+={0,2}$/,
  hex: /^[0-9a-fA-F]+$/,
} as const;

/** Compares in constant time on bytes; a signature of another length never gets that far. */
export function verifyHmac(
  scheme: HmacScheme,
  request: SignedRequest,
  secrets: readonly string[],
): Verification {
  const [header = ""] = scheme.signature.headers;
  const given = request.header(header);
  if (given === undefined || given === "") return { ok: false, reason: "missing_signature" };
  const encoding = scheme.encoding === "hex" ? "hex" : "base64";
  if (!FORMS[encoding].test(given)) return { ok: false, reason: "malformed_signature" };
  const signature = Buffer.from(given, encoding);
  for (const secret of secrets) {
    for (const key of keysOf(scheme, secret)) {
      const expected = computeHmac(scheme, key, request.body);
      if (signature.length !== expected.length) return { ok: false, reason: "malformed_signature" };
      if (timingSafeEqual(signature, expected)) return { ok: true };
    }
  }
  return { ok: false, reason: "wrong_signature" };
}

/** The header value that a sender with this secret would send. */
export function signHmac(scheme: HmacScheme, secret: string, body: Uint8Array): string {
  return computeHmac(scheme, secret, body).toString(scheme.encoding === "hex" ? "hex" : "base64");
}

function computeHmac({ hash }: HmacScheme, key: string, body: Uint8Array): Buffer {
  return createHmac(hash, key).update(body).digest();
}

function keysOf({ key }: HmacScheme, secret: string): Set<string> {
  const { forms = ["plain"] } = key ?? {};
  return new Set(forms.map((form) => (form === "html-escaped" ? escapeHtml(secret) : secret)));
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#039;");
}
