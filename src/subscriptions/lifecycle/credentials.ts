/** What a subscriber proves itself with: credentials for NATS, or the secret that signs deliveries. */
import { HubError } from "../../errors.ts";
import type { AccessState } from "../access.ts";
import { createSecret } from "../deliver/sign.ts";
import { ownerOf, rotateSecrets } from "../secrets.ts";
import type { Endpoint, Subscription } from "../subscription.ts";
import { findRecord, type LifecycleDeps, timestamp, updateRecord, withAccess } from "./records.ts";

/** What an admin learns once: the secret of an endpoint, or the credentials of a NATS subscriber. */
export interface Issued {
  readonly subscription: Subscription;
  readonly secret?: string;
  readonly credentials?: string;
}

/** Gives a NATS subscriber its access, where the hub can. */
export async function grantAccess(subscription: Subscription, deps: LifecycleDeps): Promise<Issued> {
  const { access } = deps;
  if (subscription.deliver !== "nats" || access.offer.kind === "operator") return { subscription };
  const { state, credentials } = await access.grant(subscription);
  if (subscription.state === "disabled") await access.revoke(subscription, state);
  return { subscription: await updateRecord(subscription.name, withAccess(state), deps), credentials };
}

export async function rotate(name: string, overlapSeconds: number, deps: LifecycleDeps): Promise<Issued> {
  const before = findRecord(name, deps);
  if (before.deliver === "http") return rotateSecret(name, overlapSeconds, deps);
  if (deps.access.offer.kind === "operator") {
    throw new HubError("conflict", {
      explain: "credentials are the job of the cluster's operator here; the subscription says what is needed",
    });
  }
  if (before.state === "disabled") {
    throw new HubError("conflict", { explain: `${name} is disabled: resume it first` });
  }
  if (before.access === undefined) return grantAccess(before, deps);
  const { state, credentials } = await deps.access.rotate(before, before.access, overlapSeconds);
  return { subscription: await updateRecord(name, withAccess(state), deps), credentials };
}

async function rotateSecret(name: string, overlapSeconds: number, deps: LifecycleDeps): Promise<Issued> {
  const secret = createSecret();
  const sealed = deps.secretBox.seal(secret, ownerOf(name));
  const withSecret = (endpoint: Endpoint) => ({
    endpoint: { ...endpoint, secrets: rotateSecrets(endpoint, sealed, deps.now(), overlapSeconds) },
  });
  const subscription = await updateRecord(
    name,
    (current) => ({ ...current, ...(current.endpoint ? withSecret(current.endpoint) : {}) }),
    deps,
  );
  return { subscription, secret };
}

/** Names of the subscriptions with users whose overlap is over. */
export function withExpiredUsers(deps: LifecycleDeps): string[] {
  const at = timestamp(deps);
  return deps.subscriptions
    .list()
    .filter(({ access, state }) => {
      const isOver = access?.users.some(({ expiresAt }) => expiresAt !== undefined && expiresAt <= at);
      return isOver && state !== "disabled";
    })
    .map(({ name }) => name);
}

/** Ends the users whose overlap is over. Any process may do it; doing it twice is harmless. */
export async function expireUsers(name: string, deps: LifecycleDeps): Promise<void> {
  const subscription = deps.subscriptions.find(name);
  if (subscription?.access === undefined) return;
  const { access } = subscription;
  const expired = await deps.access.expire(subscription, access);
  // What another process changed meanwhile counts; the next turn goes on from there.
  const isSame = (now: AccessState | undefined) => JSON.stringify(now) === JSON.stringify(access);
  await updateRecord(
    name,
    (current) => (isSame(current.access) ? withAccess(expired)(current) : current),
    deps,
  );
}
