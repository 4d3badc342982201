/** RSA (PKCS #1 v1.5) and ECDSA signatures in headers. */
import { type KeyObject, verify as verifyBytes } from "node:crypto";
import type { PublicKeyScheme } from "../../normalizers/scheme.ts";
import { readSource } from "../source.ts";
import type { VerifyInput } from "./input.ts";
import { findKeys } from "./key-source.ts";
import { decodeAnyLength, readSignatures } from "./list.ts";
import { type Refusal, refuse, type Verification } from "./outcome.ts";
import { contentOf } from "./parts.ts";
import { checkTime, readTime } from "./time.ts";

const KEY_TYPES = { rsa: "rsa", ecdsa: "ec" } as const;

/** One good signature is enough; the reason told is that of the first one that is there. */
export async function verifyPublicKey(scheme: PublicKeyScheme, input: VerifyInput): Promise<Verification> {
  let refusal: Refusal | undefined;
  for (const each of scheme.signatures) {
    const checked = await checkOne(scheme, each, input);
    if (checked.ok) return checkAudience(scheme, input);
    if (refusal === undefined || refusal.reason === "missing_signature") refusal = checked;
  }
  return refusal ?? refuse("missing_signature");
}

async function checkOne(
  scheme: PublicKeyScheme,
  { signature, keys: source }: PublicKeyScheme["signatures"][number],
  input: VerifyInput,
): Promise<Verification> {
  const { request, settings } = input;
  const given = readSignatures(signature, request.header);
  if (!given.ok) return given;
  const { timestamp: time } = scheme;
  const timestamp = time && readTime(time, request, given.fields);
  if (time !== undefined && (timestamp === undefined || timestamp === "")) return refuse("missing_timestamp");
  const signatures = given.texts.flatMap((text) => decodeAnyLength(text, scheme.encoding) ?? []);
  if (signatures.length === 0) return refuse("malformed_signature");
  const content = contentOf(scheme.signs, { request, settings, timestamp });
  if (content === undefined) return refuse("missing_content");
  const found = await findKeys(source, input, undefined);
  if (!found.ok) return found;
  const keys = found.keys.filter(({ key }) => key.asymmetricKeyType === KEY_TYPES[scheme.kind]);
  if (keys.length === 0) return refuse("wrong_algorithm");
  const bytes = Buffer.concat(content.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));
  const isGood = signatures.some((each) => keys.some(({ key }) => isSignedBy(key, scheme.hash, bytes, each)));
  if (!isGood) return refuse("wrong_signature");
  return (time && checkTime(time, timestamp ?? "", input)) ?? { ok: true };
}

function isSignedBy(key: KeyObject, hash: string, bytes: Buffer, signature: Buffer): boolean {
  return verifyBytes(hash, bytes, key, signature);
}

/** Where keys are shared by all of a platform's customers, a good signature does not say whose webhook it is. */
function checkAudience({ audience }: PublicKeyScheme, { request, settings }: VerifyInput): Verification {
  if (audience === undefined) return { ok: true };
  const expected = Object.hasOwn(settings, audience.setting) ? settings[audience.setting] : undefined;
  if (expected === undefined || expected === "") return refuse("wrong_audience");
  const named = audience.anyOf
    .map((source) => readSource(source, request))
    .find((value) => value !== undefined);
  return named === expected ? { ok: true } : refuse("wrong_audience");
}
