/**
 * A shop introduces itself and is given a secret. What was promised waits in the store's record until the shop confirms it,
 * so any process may take the second request; several promises may wait, and the one that is confirmed counts.
 */
import { randomBytes } from "node:crypto";
import type { Registration } from "../normalizers/wire.ts";
import { withoutEndSlashes } from "../slashes.ts";
import { type CheckDeps, inputOf, openSecrets } from "./check-sender.ts";
import type { Handshaken, HandshakeRequest } from "./handshakes.ts";
import { verifyHmac, computeHmac } from "./signature/hmac.ts";
import { readPath, readQuery } from "./source.ts";
import { openCredentials, sealCredentials, type Store, type Stores } from "./stores.ts";

export interface RegistrationDeps extends CheckDeps {
  readonly stores: Pick<Stores, "update">;
}

const SECRET_BYTES = 32;
const CONFIRM_WITHIN_MS = 15 * 60_000;
const WAITING_MAX = 5;
/** Deliveries that were signed before the shop had its new secret. */
const OVERLAP_MS = 5 * 60_000;

export async function answerRegistration(
  registration: Registration,
  request: HandshakeRequest,
  deps: RegistrationDeps,
): Promise<Handshaken | undefined> {
  const { store, method } = request;
  if (store === undefined) return undefined;
  if (method === "GET") return answerAsk(registration, request, store, deps);
  return (store.registrations ?? []).length === 0
    ? undefined
    : answerConfirmation(registration, request, store, deps);
}

async function answerAsk(
  { ask, proof, confirm }: Registration,
  { view }: HandshakeRequest,
  store: Store,
  deps: RegistrationDeps,
): Promise<Handshaken> {
  const secrets = openSecrets(store, deps);
  // The app's secret is the one that the store was connected with: the oldest.
  const appSecret = secrets?.at(-1);
  if (secrets === undefined || appSecret === undefined) return { kind: "refused", reason: "no_secret" };
  const checked = verifyHmac(ask.scheme, inputOf(store, [appSecret], view, deps));
  if (!checked.ok) return { kind: "refused", reason: checked.reason };
  // A shop that is registered already shows that it knows the secret it has.
  const isKnown = confirm.scheme.signature.headers.some((name) => view.header(name) !== undefined);
  if (isKnown && secrets.length > 1) {
    const { timestamp: _ofBody, ...shops } = confirm.scheme;
    const { signs, timestamp } = ask.scheme;
    const scheme = { ...shops, signs, ...(timestamp ? { timestamp } : {}) };
    const again = verifyHmac(scheme, inputOf(store, secrets.slice(0, -1), view, deps));
    if (!again.ok) return { kind: "refused", reason: again.reason };
  }
  const shop = readQuery(view.query, ask.shop);
  const parts = proof.map((part) =>
    "query" in part ? readQuery(view.query, part.query) : store.settings?.[part.setting],
  );
  if (!isThisShop(store, shop, readQuery(view.query, ask.address)))
    return { kind: "refused", reason: "wrong_shop" };
  const known = parts.filter((part) => part !== undefined);
  if (known.length !== parts.length) return { kind: "refused", reason: "missing_content" };

  const secret = randomBytes(SECRET_BYTES).toString("hex");
  const promised = {
    sealed: deps.secretBox.seal(secret, store.name),
    shop: shop ?? "",
    expiresAt: new Date(deps.now() + CONFIRM_WITHIN_MS).toISOString(),
  };
  await deps.stores.update(store.name, (current) => ({
    ...current,
    registrations: [promised, ...waiting(current, deps.now())].slice(0, WAITING_MAX),
  }));
  const body = {
    proof: computeHmac(ask.scheme.hash, appSecret, known).toString("hex"),
    secret,
    confirmation_url: view.url.replace(/\?.*$/, ""),
  };
  return { kind: "answered", answer: { contentType: "application/json", body: JSON.stringify(body) } };
}

/** Undefined when none of the promised secrets signed it, or it confirms nothing: then it is an ordinary webhook. */
async function answerConfirmation(
  { confirm }: Registration,
  { view }: HandshakeRequest,
  store: Store,
  deps: RegistrationDeps,
): Promise<Handshaken | undefined> {
  const promised = waiting(store, deps.now()).find(({ sealed }) => {
    const secret = openPromised(sealed, store, deps);
    return secret !== undefined && verifyHmac(confirm.scheme, inputOf(store, [secret], view, deps)).ok;
  });
  if (promised === undefined) return undefined;
  const found = Object.entries(confirm.credentials).map(
    ([name, path]) => [name, readPath(view.payload(), path)] as const,
  );
  const values = Object.fromEntries(
    found.filter((entry): entry is readonly [string, string] => entry[1] !== undefined),
  );
  // Without what a confirmation brings it is news that came too early; the platform will send it again.
  if (Object.keys(values).length < found.length) return undefined;
  await deps.stores.update(store.name, (current) => adopt(current, promised, values, deps));
  return { kind: "answered", answer: { body: "" } };
}

/** The store with the confirmed secret first, the app's last, and those between for a little longer. */
function adopt(
  current: Store,
  promised: NonNullable<Store["registrations"]>[number],
  values: Readonly<Record<string, string>>,
  deps: RegistrationDeps,
): Store {
  const now = deps.now();
  const { registrations: _confirmed, ...store } = current;
  const expiresAt = new Date(now + OVERLAP_MS).toISOString();
  const between = store.secrets
    .slice(0, -1)
    .map((secret) => ({
      ...secret,
      expiresAt: secret.expiresAt && secret.expiresAt < expiresAt ? secret.expiresAt : expiresAt,
    }))
    .filter((secret) => Date.parse(secret.expiresAt) > now);
  const confirmed = { sealed: promised.sealed, createdAt: new Date(now).toISOString() };
  const credentials =
    Object.keys(values).length === 0
      ? store.credentials
      : sealCredentials({ ...openCredentials(store, deps.secretBox), ...values }, store.name, {
          secretBox: deps.secretBox,
          now,
        });
  return {
    ...store,
    ...(store.externalId === undefined && promised.shop !== "" ? { externalId: promised.shop } : {}),
    ...(credentials === undefined ? {} : { credentials }),
    secrets: [confirmed, ...between, ...store.secrets.slice(-1)],
  };
}

/** Names that the admin gave have to fit; a shop's address is only compared, never called. */
function isThisShop(
  { externalId, settings = {} }: Store,
  shop: string | undefined,
  address: string | undefined,
): boolean {
  if (shop === undefined || shop === "" || (externalId !== undefined && externalId !== shop)) return false;
  const addresses = Object.values(settings).filter((value) => /^https?:\/\//.test(value));
  return addresses.length === 0 || addresses.some((value) => bare(value) === bare(address ?? ""));
}

function bare(address: string): string {
  return withoutEndSlashes(address).toLowerCase();
}

function waiting({ registrations = [] }: Store, now: number): NonNullable<Store["registrations"]> {
  return registrations.filter(({ expiresAt }) => Date.parse(expiresAt) > now);
}

function openPromised(sealed: string, { name }: Store, { secretBox }: RegistrationDeps): string | undefined {
  try {
    return secretBox.open(sealed, name);
  } catch {
    return undefined;
  }
}
