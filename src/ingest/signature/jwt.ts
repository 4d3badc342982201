/** The body, or a bearer token, is a JWT. Its own `alg` is believed only among the declared ones. */
import { z } from "zod";
import { decodeJson } from "../../normalizers/decode.ts";
import type { JwtScheme } from "../../normalizers/scheme.ts";
import { readPath } from "../source.ts";
import { type Compact, isSigned, isSignedWithSecret, readCompact } from "./compact.ts";
import type { VerifyInput } from "./input.ts";
import { isPublicKeyText } from "./key-material.ts";
import { findKeys } from "./key-source.ts";
import { refuse, type Verification } from "./outcome.ts";

const registered = z.looseObject({ exp: z.number().optional(), nbf: z.number().optional() });

export async function verifyJwt(scheme: JwtScheme, input: VerifyInput): Promise<Verification> {
  const text = tokenOf(scheme, input);
  if (text === undefined || text === "") return refuse("missing_signature");
  const token = readCompact(text, scheme.algorithms, []);
  if (!token.ok) return token;
  const signed = await checkSignature(scheme, token, input);
  return signed.ok ? checkClaims(scheme, token, input) : signed;
}

function tokenOf({ token }: JwtScheme, { request }: VerifyInput): string | undefined {
  if (token === "body") return Buffer.from(request.body).toString("latin1").trim();
  return request.header(token.header)?.replace(/^Bearer +/i, "");
}

async function checkSignature(scheme: JwtScheme, token: Compact, input: VerifyInput): Promise<Verification> {
  const { algorithm, headerText, payloadText, signature, header } = token;
  const content = `${headerText}.${payloadText}`;
  if (algorithm === "HS256") {
    const secrets = input.secrets.filter((secret) => secret !== "" && !isPublicKeyText(secret));
    if (secrets.length === 0) return refuse("no_secret");
    return isSignedWithSecret(secrets, content, signature) ? { ok: true } : refuse("wrong_signature");
  }
  const found = await findKeys(scheme.keys, input, header.kid);
  if (!found.ok) return found;
  return found.keys.some(({ key }) => isSigned(algorithm, key, [content], signature))
    ? { ok: true }
    : refuse("wrong_signature");
}

function checkClaims(
  { claims = {}, leewaySeconds }: JwtScheme,
  { payloadText }: Compact,
  { now, settings }: VerifyInput,
): Verification {
  const decoded = decodeJson(Buffer.from(payloadText, "base64url"));
  const parsed = registered.safeParse(decoded.ok ? decoded.value : undefined);
  if (!parsed.success) return refuse("malformed_signature");
  const { exp, nbf } = parsed.data;
  const seconds = now / 1000;
  if (exp !== undefined && seconds > exp + leewaySeconds) return refuse("stale_timestamp");
  if (nbf !== undefined && seconds < nbf - leewaySeconds) return refuse("stale_timestamp");
  for (const [name, expected] of Object.entries(claims)) {
    const value = "constant" in expected ? expected.constant : settings[expected.setting];
    if (value === undefined || value === "" || !claimed(parsed.data, name).includes(value))
      return refuse("wrong_audience");
  }
  return { ok: true };
}

/** `aud` may be one or several. */
function claimed(claims: Readonly<Record<string, unknown>>, name: string): string[] {
  const value = claims[name];
  if (Array.isArray(value)) return value.filter((each) => typeof each === "string");
  const text = readPath(claims, name);
  return text === undefined ? [] : [text];
}
