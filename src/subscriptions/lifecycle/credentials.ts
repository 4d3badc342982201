/** What a subscriber proves itself with: credentials for NATS, or the secret that signs deliveries. */
import { HubError } from "../../errors.ts";
import type { Turns } from "../../turns.ts";
import type { AccessState } from "../access.ts";
import { createSecret } from "../deliver/sign.ts";
import { ownerOf, rotateSecrets } from "../secrets.ts";
import type { Endpoint, Subscription } from "../subscription.ts";
import {
  findRecord,
  type LifecycleDeps,
  replaceAccess,
  timestamp,
  updateRecord,
  withAccess,
} from "./records.ts";

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
  return { subscription: await replaceAccess(name, before.access, state, deps), credentials };
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

/** Ends the users whose overlap is over. Any process may do it; doing it twice is harmless. */
export async function expireUsers(deps: LifecycleDeps, turns: Turns): Promise<void> {
  for (const { name, access, state } of deps.subscriptions.list()) {
    const isDue = state !== "disabled" && access !== undefined && hasEnded(access, deps);
    if (isDue) await turns(name, () => expire(name, deps));
  }
}

async function expire(name: string, deps: LifecycleDeps): Promise<void> {
  const subscription = deps.subscriptions.find(name);
  const { access, state } = subscription ?? {};
  if (!subscription || !access || state === "disabled" || !hasEnded(access, deps)) return;
  await replaceAccess(name, access, await deps.access.expire(subscription, access), deps);
}

function hasEnded({ users }: AccessState, deps: LifecycleDeps): boolean {
  const at = timestamp(deps);
  return users.some(({ expiresAt }) => expiresAt !== undefined && expiresAt <= at);
}
