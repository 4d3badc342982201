/** Detached JWS over the body: the payload's place in the token is empty. */
import type { JwsScheme } from "../../normalizers/scheme.ts";
import { isSigned, readCompact } from "./compact.ts";
import type { VerifyInput } from "./input.ts";
import { findKeys } from "./key-source.ts";
import { readSignatures } from "./list.ts";
import { type Refusal, refuse, type Verification } from "./outcome.ts";

/** RFC 7515 appendix F, and RFC 7797 where the header says that the body is signed as it is. */
export async function verifyJws(scheme: JwsScheme, input: VerifyInput): Promise<Verification> {
  const given = readSignatures(scheme.signature, input.request.header);
  if (!given.ok) return given;
  let refusal: Refusal | undefined;
  for (const text of given.texts) {
    const checked = await checkOne(scheme, text, input);
    if (checked.ok) return checked;
    refusal ??= checked;
  }
  return refusal ?? refuse("missing_signature");
}

async function checkOne(scheme: JwsScheme, text: string, input: VerifyInput): Promise<Verification> {
  const token = readCompact(text, scheme.algorithms, ["b64"]);
  if (!token.ok) return token;
  const { header, algorithm, headerText, payloadText, signature } = token;
  if (payloadText !== "" || algorithm === "HS256") return refuse("malformed_signature");
  const isPlain = header.b64 === false;
  // RFC 7797 section 6: a receiver that does not know `b64` has to notice.
  if (isPlain && header.crit?.includes("b64") !== true) return refuse("malformed_signature");
  const found = await findKeys(scheme.keys, input, header.kid);
  if (!found.ok) return found;
  const { body } = input.request;
  const content = [headerText, ".", isPlain ? body : Buffer.from(body).toString("base64url")];
  return found.keys.some(({ key }) => isSigned(algorithm, key, content, signature))
    ? { ok: true }
    : refuse("wrong_signature");
}
