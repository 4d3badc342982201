/** Which keys count for a request: the store's own, or those that the platform publishes at a pinned place. */
import type { KeySource } from "../../normalizers/scheme.ts";
import { withoutEndSlashes } from "../../slashes.ts";
import type { VerifyInput } from "./input.ts";
import { isPublicKeyText } from "./key-material.ts";
import { type KeyPlace, type KeysFound, pick } from "./keys.ts";
import { type Refusal, refuse } from "./outcome.ts";

/** `id` is the key's name in the signature. A store with keys of its own pins them: then nothing is fetched. */
export async function findKeys(
  source: KeySource,
  input: VerifyInput,
  id: string | undefined,
): Promise<KeysFound> {
  const pinned = input.secrets.filter(isPublicKeyText);
  const keys = pinned.flatMap(input.keys.read);
  if (keys.length > 0) return pick(keys, id);
  // A store that was meant to pin keys, with none that can be read, does not fall back to others.
  if (pinned.length > 0) return refuse("secret_unreadable");
  if (source.kind === "secret") return refuse("no_secret");
  const place = placeOf(source, input);
  return "ok" in place ? place : input.keys.find(place, id);
}

function placeOf(
  source: Exclude<KeySource, { kind: "secret" }>,
  { request, settings }: VerifyInput,
): KeyPlace | Refusal {
  const { cacheSeconds } = source;
  if (source.kind === "jwks") {
    const url = fill(source.url, settings);
    return url === undefined || !isHttps(url) ? refuse("keys_unavailable") : { url, cacheSeconds };
  }
  const path = request.header(source.path.header);
  if (path === undefined || path === "") return refuse("missing_signature");
  if (source.path.pattern.exec(path)?.[0] !== path) return refuse("unknown_key");
  const url = `${source.origin}${path}`;
  // Whatever the pattern lets pass, the host stays the declared one.
  if (!isHttps(url) || new URL(url).origin !== source.origin) return refuse("unknown_key");
  return { url, cacheSeconds };
}

/** An address with the store's settings in place of their names; a setting may be a whole origin. */
export function fill(template: string, settings: Readonly<Record<string, string>>): string | undefined {
  let isWhole = true;
  const filled = template.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = Object.hasOwn(settings, name) ? settings[name] : undefined;
    if (value === undefined) isWhole = false;
    return withoutEndSlashes(value ?? "");
  });
  return isWhole ? filled : undefined;
}

function isHttps(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, username, password } = new URL(url);
  return protocol === "https:" && username === "" && password === "";
}
