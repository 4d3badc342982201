/**
 * Hands out accounts that the operator of the servers prepared. Which one went to whom stands in a bucket, so that all
 * processes agree, and that an account never goes to a second subscription while somebody has its credentials.
 */
import { type KV, type KvEntry, NatsError } from "nats";
import { z } from "zod";
import { HubError } from "../../errors.ts";
import type { Access, AccessState, Grant } from "../../subscriptions/access.ts";
import type { PreparedAccount } from "./prepared-file.ts";
import { API_PREFIX } from "./services.ts";

export interface PreparedDeps {
  /** The accounts as the file has them now. */
  readonly load: () => Promise<readonly PreparedAccount[]>;
  readonly kv: KV;
  readonly servers: () => readonly string[];
  readonly now: () => number;
}

const loan = z.object({
  subscription: z.string(),
  /** User whose credentials were in the file. */
  user: z.string(),
  at: z.number(),
  /** Somebody has the credentials. */
  isIssued: z.boolean(),
});
type Loan = z.infer<typeof loan>;

/** A reservation without credentials is of a creation that did not come to its end. */
const RESERVED_MS = 60_000;
const WRONG_LAST_SEQUENCE = 10_071;

export function createPrepared(deps: PreparedDeps): Access {
  const find = async (name: string) => (await deps.load()).find((account) => account.name === name);
  return {
    offer: { kind: "given" },
    servers: deps.servers,
    apiPrefix: API_PREFIX,
    reserve: (name, consumers, others) => reserve(name, consumers, others, deps),
    reserved: async ({ account }) => (await find(account))?.consumers,
    grant: (grant) => handOut(grant, deps),
    update: async (_grant, state) => state,
    rotate: async (grant, state) => rotate(grant, state, await find(state.account), deps),
    expire: async (_grant, state) => state,
    canRevoke: false,
    revoke: async () => undefined,
    restore: async () => undefined,
  };
}

async function reserve(
  name: string,
  consumers: number,
  others: readonly AccessState[],
  deps: PreparedDeps,
): Promise<readonly string[]> {
  const taken = new Set(others.map(({ account }) => account));
  const fitting = (await deps.load())
    .filter((account) => !taken.has(account.name) && account.consumers.length >= consumers)
    .sort((a, b) => rank(a, name) - rank(b, name));
  for (const account of fitting) {
    if (await lend(account, name, false, deps)) return account.consumers;
  }
  throw new HubError("conflict", {
    explain: `no prepared account with ${consumers} consumers is free: add one to NATS_SUBSCRIBERS_FILE, or give one that was handed out other credentials there`,
  });
}

/** The account of the same name first, then the smallest. */
function rank({ name, consumers }: PreparedAccount, wanted: string): number {
  return name === wanted ? 0 : consumers.length;
}

async function handOut({ name, consumers }: Grant, deps: PreparedDeps): Promise<Given> {
  const account = (await deps.load()).find((each) => {
    return consumers.every((consumer) => each.consumers.includes(consumer.name));
  });
  if (account === undefined || !(await lend(account, name, true, deps))) {
    throw new HubError("conflict", { explain: `no prepared account has the consumers of ${name}` });
  }
  return given(account, deps);
}

type Given = { state: AccessState; credentials: string };

function given({ name, user, credentials }: PreparedAccount, { now }: PreparedDeps): Given {
  const createdAt = new Date(now()).toISOString();
  return { state: { account: name, users: [{ key: user, createdAt }], revoked: [] }, credentials };
}

/** The operator makes the new credentials; those in the file are handed out once. */
async function rotate(
  { name }: Grant,
  state: AccessState,
  account: PreparedAccount | undefined,
  deps: PreparedDeps,
): Promise<Given> {
  if (account === undefined || state.users.some(({ key }) => key === account.user)) {
    throw new HubError("conflict", {
      explain: `the account ${state.account} was prepared: put other credentials for it into NATS_SUBSCRIBERS_FILE first, and end the earlier ones on the servers`,
    });
  }
  if (!(await lend(account, name, true, deps))) throw new HubError("conflict", { explain: "try it again" });
  return given(account, deps);
}

/** Notes to whom the account goes; false when it is somebody else's. */
async function lend(
  account: PreparedAccount,
  subscription: string,
  isIssued: boolean,
  { kv, now }: PreparedDeps,
): Promise<boolean> {
  const entry = await kv.get(account.name);
  if (entry?.operation === "PUT" && !mayHave(readLoan(entry), account, subscription, now())) return false;
  const text = JSON.stringify({ subscription, user: account.user, at: now(), isIssued } satisfies Loan);
  try {
    await kv.put(account.name, text, { previousSeq: entry?.revision ?? 0 });
    return true;
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.err_code === WRONG_LAST_SEQUENCE) return false;
    throw error;
  }
}

/** Credentials that nobody has seen yet may be lent, and a reservation of one's own be made good. */
function mayHave(known: Loan, { user }: PreparedAccount, subscription: string, now: number): boolean {
  if (known.user !== user) return true;
  return !known.isIssued && (known.subscription === subscription || now - known.at > RESERVED_MS);
}

function readLoan(entry: KvEntry): Loan {
  return loan.parse(entry.json());
}
