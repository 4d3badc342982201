/** The secrets of a subscription at rest: sealed for it alone, several while they rotate. */
import type { SecretBox } from "../secret-box.ts";
import type { Endpoint } from "./subscription.ts";

/** Whom the secret box binds them to. */
export function ownerOf(subscription: string): string {
  return `subscription:${subscription}`;
}

/** The secrets that sign at this moment, in the clear, newest first. Throws when the hub's key is another one. */
export function openSecrets(
  subscription: string,
  { secrets }: Pick<Endpoint, "secrets">,
  box: SecretBox,
  now: number,
): string[] {
  return secrets
    .filter(({ expiresAt }) => expiresAt === undefined || Date.parse(expiresAt) > now)
    .map(({ sealed }) => box.open(sealed, ownerOf(subscription)));
}

/** The values of custom headers in the clear. */
export function openHeaders(
  subscription: string,
  { headers }: Pick<Endpoint, "headers">,
  box: SecretBox,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, sealed]) => [name, box.open(sealed, ownerOf(subscription))]),
  );
}

/** A new secret before the earlier ones, which count until the overlap is over. */
export function rotateSecrets(
  { secrets }: Pick<Endpoint, "secrets">,
  sealed: string,
  now: number,
  overlapSeconds: number,
): Endpoint["secrets"] {
  const until = new Date(now + overlapSeconds * 1000).toISOString();
  const earlier = secrets
    .map((secret) => ({
      ...secret,
      expiresAt: secret.expiresAt && secret.expiresAt < until ? secret.expiresAt : until,
    }))
    .filter(({ expiresAt }) => Date.parse(expiresAt) > now);
  return [{ sealed, createdAt: new Date(now).toISOString() }, ...earlier];
}
