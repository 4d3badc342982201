/** How subscribers get at their consumers over NATS: credentials of their own, which reach nothing else. */
import { z } from "zod";

/** What the subscription's record keeps about its access; secrets are sealed. */
export const accessState = z.object({
  /** Public key or name of the subscriber's account. */
  account: z.string(),
  /** Sealed seed of the account, where the hub made it. */
  sealedSeed: z.string().optional(),
  /** Users that may connect, newest first. */
  users: z.array(z.object({ key: z.string(), createdAt: z.string(), expiresAt: z.string().optional() })),
  /** Users that may no longer connect, and since when. */
  revoked: z.array(z.object({ key: z.string(), at: z.string() })),
  /** When the account's newest token was issued, in seconds since 1970; the next one is later. Where the hub made it. */
  issuedAt: z.number().int().optional(),
});
export type AccessState = z.infer<typeof accessState>;

/** A durable consumer that the subscriber may use. */
export interface AccessibleConsumer {
  readonly stream: string;
  readonly name: string;
}

export interface Grant {
  /** Name of the subscription. */
  readonly name: string;
  readonly consumers: readonly AccessibleConsumer[];
}

/** `given`: the hub makes or hands out credentials. `operator`: it cannot, and `needed` says what the operator has to do. */
export type AccessOffer =
  | { readonly kind: "given" }
  | {
      readonly kind: "operator";
      readonly needed: (consumers: readonly AccessibleConsumer[]) => readonly string[];
    };

export interface Access {
  readonly offer: AccessOffer;
  /** Servers that subscribers connect to. */
  readonly servers: () => readonly string[];
  /** Prefix of the JetStream API that a subscriber's client has to use. */
  readonly apiPrefix: string;
  /**
   * Names that consumers must have, for accounts that were prepared for them, each good for every stream; undefined where
   * any name will do. `others` are the accesses of all other subscriptions: their accounts are taken.
   * Rejects with HubError `conflict` when no prepared account is free or has enough names.
   */
  readonly reserve: (
    name: string,
    consumers: number,
    others: readonly AccessState[],
  ) => Promise<readonly string[] | undefined>;
  /** The names that `reserve` gave for this access; undefined where any name will do. */
  readonly reserved: (state: AccessState) => Promise<readonly string[] | undefined>;
  /** Makes the subscriber's access and its first user. Resolves when the servers know of it. */
  readonly grant: (grant: Grant) => Promise<{ state: AccessState; credentials: string }>;
  /** Lets the subscriber reach exactly these consumers; users stay. */
  readonly update: (grant: Grant, state: AccessState) => Promise<AccessState>;
  /** Makes a new user; the earlier ones connect until `overlapSeconds` have passed, then `expire` ends them. */
  readonly rotate: (
    grant: Grant,
    state: AccessState,
    overlapSeconds: number,
  ) => Promise<{ state: AccessState; credentials: string }>;
  /** Ends the users whose time is over; the same state when there are none. */
  readonly expire: (grant: Grant, state: AccessState) => Promise<AccessState>;
  /** Whether `revoke` ends anything. Where it does not, the operator of the servers gave the access and takes it away. */
  readonly canRevoke: boolean;
  /** Ends the access and every live connection that uses it, if it can. */
  readonly revoke: (grant: Grant, state: AccessState) => Promise<void>;
  /** Tells the servers again what they should know, after a restore of theirs for example. Cheap when they know. */
  readonly restore: (grants: readonly { grant: Grant; state: AccessState }[]) => Promise<void>;
}
