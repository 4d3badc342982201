/** Whether a store's platform sent a request: its signature, and that it is about this shop. */
import type { Wire } from "../normalizers/wire.ts";
import type { SecretBox } from "../secret-box.ts";
import { shopsOf } from "./batch.ts";
import type { RequestView } from "./request.ts";
import type { VerifyInput } from "./signature/input.ts";
import type { Keys } from "./signature/keys.ts";
import { refuse } from "./signature/outcome.ts";
import type { PlatformFetch } from "./signature/platform-fetch.ts";
import { type Verified, verify } from "./signature/verify.ts";
import { activeSecrets, type Store } from "./stores.ts";

export interface CheckDeps {
  readonly secretBox: SecretBox;
  readonly keys: Keys;
  readonly platformFetch: PlatformFetch;
  /** Milliseconds. */
  readonly now: () => number;
}

const NO_SETTINGS = {};

/** At once where shared secrets decide. */
export function checkSender(
  wire: Wire,
  store: Store,
  view: RequestView,
  deps: CheckDeps,
): Verified | Promise<Verified> {
  const secrets = openSecrets(store, deps);
  if (secrets === undefined) return refuse("secret_unreadable");
  const verified = verify(wire.schemes, inputOf(store, secrets, view, deps));
  return verified instanceof Promise
    ? verified.then((result) => checkShop(wire, store, view, result))
    : checkShop(wire, store, view, verified);
}

export function inputOf(
  { settings = NO_SETTINGS, options }: Store,
  secrets: readonly string[],
  request: RequestView,
  { keys, platformFetch, now }: CheckDeps,
): VerifyInput {
  const toleranceSeconds = options.timestampToleranceSeconds;
  return { request, secrets, settings, now: now(), toleranceSeconds, keys, ask: platformFetch };
}

/** The secrets that count now; undefined when they were sealed with another key. */
export function openSecrets(store: Store, { secretBox, now }: CheckDeps): string[] | undefined {
  try {
    return activeSecrets(store, now()).map((sealed) => secretBox.open(sealed, store.name));
  } catch {
    return undefined;
  }
}

/** One app secret may sign for many shops, so the signature alone does not say whose webhook it is. */
function checkShop(wire: Wire, { externalId }: Store, view: RequestView, verified: Verified): Verified {
  if (!verified.ok || externalId === undefined) return verified;
  return shopsOf(wire, view).every((shop) => shop === externalId) ? verified : refuse("wrong_shop");
}
