/** The secret itself, or a hash of it, is sent along. */
import { createHash } from "node:crypto";
import type { StaticScheme } from "../../normalizers/scheme.ts";
import { readSource } from "../source.ts";
import { isSameText } from "./compare.ts";
import type { VerifyInput } from "./input.ts";
import { isPublicKeyText } from "./key-material.ts";
import { refuse, type Verification } from "./outcome.ts";

export function verifyStatic(scheme: StaticScheme, { request, secrets }: VerifyInput): Verification {
  const usable = secrets.filter((secret) => secret !== "" && !isPublicKeyText(secret));
  if (usable.length === 0) return refuse("no_secret");
  const given = readSource(scheme.token, request);
  if (given === undefined || given === "") return refuse("missing_signature");
  const { prefix = "" } = scheme;
  if (!given.startsWith(prefix)) return refuse("malformed_signature");
  const token = given.slice(prefix.length);
  return usable.some((secret) => isSameText(spell(scheme, token), spell(scheme, tokenFor(scheme, secret))))
    ? { ok: true }
    : refuse("wrong_signature");
}

/** What a sender with this secret sends, without the prefix. */
export function tokenFor({ hashed }: StaticScheme, secret: string): string {
  return hashed === undefined ? secret : createHash(hashed.hash).update(secret).digest(hashed.encoding);
}

/** Hexadecimal digits may be in capitals. */
function spell({ hashed }: StaticScheme, token: string): string {
  return hashed?.encoding === "hex" ? token.toLowerCase() : token;
}
