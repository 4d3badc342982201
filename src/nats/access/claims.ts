/** What the tokens of a subscriber say: its account with the imports, its users, and the hub's leave for each import. */
import type { AccessibleConsumer } from "../../subscriptions/access.ts";
import { type KeyPair, signJwt } from "../embedded/jwt.ts";
import { API_PREFIX, type Service, servicesOf } from "./services.ts";

/** Keys that the hub signs with. */
export interface Signers {
  /** Signs accounts: the operator's key or one of its signing keys. */
  readonly operator: KeyPair;
  /** Signs what subscribers may import: the key of the hub's account or one of its signing keys. */
  readonly hub: KeyPair;
  /** Public key of the account that owns the streams. */
  readonly hubAccount: string;
}

export interface SubscriberAccount {
  /** Of the subscription. */
  readonly name: string;
  /** Public key. */
  readonly account: string;
  readonly consumers: readonly AccessibleConsumer[];
  /** In seconds since 1970. */
  readonly issuedAt: number;
  /** Users whose token was issued until then, in seconds since 1970, may not connect. */
  readonly revokedUntil: number;
}

const UNLIMITED = { subs: -1, data: -1, payload: -1 };
const ACCOUNT_LIMITS = { ...UNLIMITED, imports: -1, exports: 0, wildcards: false, conn: -1, leaf: 0 };

/** The token of a subscriber's account. The same input gives the same token. It is no secret. */
export function accountToken(subscriber: SubscriberAccount, signers: Signers): string {
  const { name, account, consumers, issuedAt, revokedUntil } = subscriber;
  const imports = consumers.flatMap(servicesOf).map((service) => ({
    name: service.name,
    subject: service.subject,
    ...(service.localSubject ? { local_subject: service.localSubject } : {}),
    account: signers.hubAccount,
    token: activationToken(service, subscriber, signers),
    type: "service",
  }));
  const nats = {
    imports,
    limits: ACCOUNT_LIMITS,
    default_permissions: { pub: {}, sub: {} },
    revocations: { "*": revokedUntil },
    type: "account",
    version: 2,
  };
  return signJwt(signers.operator, { sub: account, name: `subscription ${name}`, nats }, issuedAt * 1000);
}

function activationToken(
  { name, subject }: Service,
  { account, issuedAt }: SubscriberAccount,
  { hub, hubAccount }: Signers,
): string {
  const nats = {
    subject,
    kind: "service",
    ...(hub.getPublicKey() === hubAccount ? {} : { issuer_account: hubAccount }),
    type: "activation",
    version: 2,
  };
  return signJwt(hub, { sub: account, name, nats }, issuedAt * 1000);
}

/** The token of a user that may do what its account can, and nothing besides. `issuedAt` is in seconds since 1970. */
export function userToken(account: KeyPair, user: string, name: string, issuedAt: number): string {
  const nats = {
    pub: { allow: [`${API_PREFIX}.>`, "$JS.ACK.>"] },
    sub: { allow: ["_INBOX.>"] },
    ...UNLIMITED,
    type: "user",
    version: 2,
  };
  return signJwt(account, { sub: user, name, nats }, issuedAt * 1000);
}

/** Asks the servers to forget accounts. */
export function removalToken(operator: KeyPair, accounts: readonly string[], now: number): string {
  const nats = { accounts, type: "generic", version: 2 };
  return signJwt(operator, { sub: operator.getPublicKey(), name: "remove", nats }, now);
}
