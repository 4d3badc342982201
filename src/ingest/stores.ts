/** Connected stores: their names, secrets and options. Read from memory on every request, written through a port. */
import { z } from "zod";
import type { Collection } from "../collection.ts";

export const storeName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "needs a to z, 0 to 9 and -, at most 63 characters, no - in front")
  .describe("The store's name in addresses, subjects and event sources.");

export const storeOptions = z
  .strictObject({
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, "needs an ISO 4217 code in capitals, such as EUR")
      .optional()
      .describe("Currency of the catalogue, for platforms whose product webhooks do not name it."),
    weightUnit: z.enum(["g", "kg", "oz", "lb"]).optional(),
    dimensionUnit: z.enum(["mm", "cm", "m", "in", "yd"]).optional(),
  })
  .describe("What the platform's webhooks leave out.");

export const storeRecord = z.object({
  name: storeName,
  platform: z.string(),
  /** Entities that came to be before this are history, not news. */
  connectedAt: z.string(),
  /** The platform's own name of the shop; when set, requests that name another shop are refused. */
  externalId: z.string().optional(),
  options: storeOptions,
  /** Sealed, newest first. */
  secrets: z.array(z.object({ sealed: z.string(), createdAt: z.string(), expiresAt: z.string().optional() })),
});
export type Store = z.infer<typeof storeRecord>;

export type Stores = Collection<Store>;

/** The sealed secrets that count at this moment. */
export function activeSecrets({ secrets }: Store, now: number): string[] {
  return secrets
    .filter(({ expiresAt }) => expiresAt === undefined || Date.parse(expiresAt) > now)
    .map(({ sealed }) => sealed);
}

/** The store with new secrets; those it had stay valid for the overlap. */
export function rotateSecrets(
  store: Store,
  sealed: readonly string[],
  now: number,
  overlapSeconds: number,
): Store {
  const createdAt = new Date(now).toISOString();
  const expiresAt = new Date(now + overlapSeconds * 1000).toISOString();
  const previous = store.secrets
    .map((secret) => ({
      ...secret,
      expiresAt: secret.expiresAt && secret.expiresAt < expiresAt ? secret.expiresAt : expiresAt,
    }))
    .filter((secret) => Date.parse(secret.expiresAt) > now);
  return { ...store, secrets: [...sealed.map((value) => ({ sealed: value, createdAt })), ...previous] };
}
