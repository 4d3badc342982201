/**
 * Makes an account of its own for each subscriber, signs it and tells the servers. Accounts are the isolation boundary:
 * one imports the subscriber's consumers and nothing else. All that counts stands in the subscription's record.
 */
import type { Access, AccessState, Grant } from "../../subscriptions/access.ts";
import { ownerOf } from "../../subscriptions/secrets.ts";
import type { SecretBox } from "../../secret-box.ts";
import { createSeed, credsText, fromSeed, type KeyPair } from "../embedded/jwt.ts";
import { accountToken, type Signers, userToken } from "./claims.ts";
import type { Resolver } from "./resolver.ts";
import { API_PREFIX } from "./services.ts";

export interface IssuerDeps {
  readonly signers: Signers;
  readonly resolver: Resolver;
  readonly servers: () => readonly string[];
  readonly secretBox: SecretBox;
  readonly now: () => number;
}

type User = AccessState["users"][number];
type Issued = { state: AccessState; credentials: string };

/** Revoked users are kept for people to see; servers are told a moment until which all users are revoked. */
const REVOKED_SHOWN = 20;
const RESTORED_AT_ONCE = 16;

export function createIssuer(deps: IssuerDeps): Access {
  const grant = (wanted: Grant) => grantAccount(wanted, deps);
  return {
    offer: { kind: "given" },
    servers: deps.servers,
    apiPrefix: API_PREFIX,
    reserve: async () => undefined,
    reserved: async () => undefined,
    canRevoke: true,
    grant,
    update: async (wanted, state) => (state.sealedSeed ? push(wanted, state, deps) : state),
    // An account that was prepared elsewhere is left behind for one of the subscriber's own.
    rotate: async (wanted, state, overlapSeconds) =>
      state.sealedSeed ? rotateUser(wanted, state, overlapSeconds, deps) : grant(wanted),
    expire: async (wanted, state) => {
      const after = withoutExpired(state, deps.now());
      return after === state || !state.sealedSeed ? state : push(wanted, after, deps);
    },
    revoke: async (wanted, state) => {
      if (state.sealedSeed) await revokeAccount(wanted, state, deps);
    },
    restore: async (grants) => {
      const made = grants.filter(({ state }) => state.sealedSeed !== undefined);
      for (let at = 0; at < made.length; at += RESTORED_AT_ONCE) {
        await Promise.all(made.slice(at, at + RESTORED_AT_ONCE).map((each) => restoreAccount(each, deps)));
      }
    },
  };
}

async function grantAccount(grant: Grant, deps: IssuerDeps): Promise<Issued> {
  const seed = createSeed("account");
  const { user, credentials } = createUser(fromSeed(seed), grant.name, [], deps.now());
  const state: AccessState = {
    account: fromSeed(seed).getPublicKey(),
    sealedSeed: deps.secretBox.seal(seed, ownerOf(grant.name)),
    users: [user],
    revoked: [],
  };
  return { state: await push(grant, state, deps), credentials };
}

async function rotateUser(
  grant: Grant,
  state: AccessState,
  overlapSeconds: number,
  deps: IssuerDeps,
): Promise<Issued> {
  const now = deps.now();
  const pair = fromSeed(deps.secretBox.open(state.sealedSeed ?? "", ownerOf(grant.name)));
  const { user, credentials } = createUser(pair, grant.name, state.users, now);
  const until = new Date(now + overlapSeconds * 1000).toISOString();
  const earlier = state.users.map((each) => ({
    ...each,
    expiresAt: each.expiresAt && each.expiresAt < until ? each.expiresAt : until,
  }));
  const after = withoutExpired({ ...state, users: [user, ...earlier] }, now);
  return { state: await push(grant, after, deps), credentials };
}

/** A later user has a later token, in whole seconds: only so can the earlier ones be revoked by time. */
function createUser(
  account: KeyPair,
  name: string,
  earlier: readonly User[],
  now: number,
): { user: User; credentials: string } {
  const seed = createSeed("user");
  const key = fromSeed(seed).getPublicKey();
  const issuedAt = Math.max(toSeconds(now), ...earlier.map((user) => issuedAtOf(user) + 1));
  const createdAt = new Date(Math.max(now, issuedAt * 1000)).toISOString();
  return { user: { key, createdAt }, credentials: credsText(userToken(account, key, name, issuedAt), seed) };
}

/** The same state when nobody's time is over. */
function withoutExpired(state: AccessState, now: number): AccessState {
  const isOver = ({ expiresAt }: User) => expiresAt !== undefined && Date.parse(expiresAt) <= now;
  const over = state.users.filter(isOver);
  if (over.length === 0) return state;
  const at = new Date(now).toISOString();
  const revoked = [...over.map(({ key }) => ({ key, at })), ...state.revoked].slice(0, REVOKED_SHOWN);
  return { ...state, users: state.users.filter((user) => !isOver(user)), revoked };
}

/** Tells the servers of the account as it is to be. A later token takes the place of an earlier one. */
async function push(grant: Grant, state: AccessState, deps: IssuerDeps): Promise<AccessState> {
  const next = { ...state, issuedAt: Math.max(toSeconds(deps.now()), (state.issuedAt ?? 0) + 1) };
  await deps.resolver.put(tokenOf(grant, next, deps));
  return next;
}

function tokenOf({ name, consumers }: Grant, state: AccessState, { signers }: IssuerDeps): string {
  const { account, issuedAt = 0, users } = state;
  const revokedUntil = Math.min(...users.map(issuedAtOf)) - 1;
  return accountToken({ name, account, consumers, issuedAt, revokedUntil }, signers);
}

/** Servers that may not forget an account keep one that nobody can use. */
async function revokeAccount({ name }: Grant, state: AccessState, deps: IssuerDeps): Promise<void> {
  const { account, users } = state;
  const issuedAt = Math.max(toSeconds(deps.now()), (state.issuedAt ?? 0) + 1);
  const revokedUntil = Math.max(issuedAt, ...users.map(issuedAtOf));
  const blocked = { name, account, consumers: [], issuedAt, revokedUntil };
  await deps.resolver.put(accountToken(blocked, deps.signers));
  await deps.resolver.remove(account);
}

async function restoreAccount(
  { grant, state }: { grant: Grant; state: AccessState },
  deps: IssuerDeps,
): Promise<void> {
  const wanted = tokenOf(grant, state, deps);
  const known = await deps.resolver.find(state.account);
  if (known !== wanted) await deps.resolver.put(wanted);
}

function issuedAtOf({ createdAt }: User): number {
  return toSeconds(Date.parse(createdAt));
}

function toSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
