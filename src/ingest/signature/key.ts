/** How a secret becomes the key, or the keys where senders disagree. */
import { createHmac } from "node:crypto";
import type { KeyRule } from "../../normalizers/scheme.ts";
import { isPublicKeyText } from "./key-material.ts";
import { contentOf, type SignedBy } from "./parts.ts";

export type Key = string | Buffer;

const FORMS = {
  hex: /^(?:[0-9a-fA-F]{2})+$/,
  base64: /^[A-Za-z0-9+/_-]+={0,2}$/,
} as const;

/**
 * Empty when the secret does not fit the rule. A public key is never a shared secret: it is known to everybody, so what it
 * "signed" proves nothing.
 */
export function keysOf(rule: KeyRule | undefined, secret: string, by: SignedBy): readonly Key[] {
  if (secret === "" || isPublicKeyText(secret)) return [];
  if (rule === undefined) return [secret];
  const { prefix = "", decode = "text", normalize, forms, derive } = rule;
  const bare = secret.startsWith(prefix) ? secret.slice(prefix.length) : secret;
  if (bare === "") return [];
  if (decode !== "text") return FORMS[decode].test(bare) ? [Buffer.from(bare, decode)] : [];
  const text = normalize === undefined ? bare : bare.normalize(normalize);
  if (derive !== undefined) {
    const content = contentOf(derive.signs, by, text);
    if (content === undefined) return [];
    const hmac = createHmac(derive.hash, text);
    for (const part of content) hmac.update(part);
    return [hmac.digest("hex")];
  }
  if (forms === undefined) return [text];
  return [...new Set(forms.map((form) => (form === "html-escaped" ? escapeHtml(text) : text)))];
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#039;");
}
