/** The platform is asked whether it sent a token. The token may be used once, or for an hour: that is the platform's matter. */
import type { CallbackScheme } from "../../normalizers/scheme.ts";
import type { VerifyInput } from "./input.ts";
import { isPublicKeyText } from "./key-material.ts";
import { fill } from "./key-source.ts";
import { refuse, type Verification } from "./outcome.ts";

/** Tokens of any platform fit; whatever could change the address does not. */
const TOKEN = /^[A-Za-z0-9._~-]{1,256}$/;

export async function verifyCallback(scheme: CallbackScheme, input: VerifyInput): Promise<Verification> {
  const secrets = input.secrets.filter((secret) => secret !== "" && !isPublicKeyText(secret));
  if (secrets.length === 0) return refuse("no_secret");
  const token = input.request.header(scheme.token.header);
  if (token === undefined || token === "") return refuse("missing_signature");
  if (!TOKEN.test(token) || /^\.+$/.test(token)) return refuse("malformed_signature");
  const url = fill(scheme.url.replace("{token}", encodeURIComponent(token)), input.settings);
  if (url === undefined) return refuse("keys_unavailable");
  let isAnswered = false;
  for (const secret of secrets) {
    const answer = await input.ask(url, { authorization: authorization(scheme, secret) });
    if (answer === undefined || answer.status === 429 || answer.status >= 500) continue;
    if (answer.status === 200) return { ok: true };
    isAnswered = true;
  }
  return refuse(isAnswered ? "wrong_signature" : "keys_unavailable");
}

function authorization({ auth }: CallbackScheme, secret: string): string {
  return auth === "bearer" ? `Bearer ${secret}` : `Basic ${Buffer.from(`${secret}:`).toString("base64")}`;
}
