/** Connected stores: their names, secrets and options. Read from memory on every request, written through a port. */
import { z } from "zod";
import type { Collection } from "../collection.ts";
import type { SecretBox } from "../secret-box.ts";

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
    timeZone: z
      .string()
      .refine(isTimeZone, "needs a name such as Europe/Berlin")
      .optional()
      .describe("Time zone of the shop (IANA), for platforms that write local times."),
    timestampToleranceSeconds: z
      .int()
      .min(5)
      .max(3600)
      .optional()
      .describe(
        "How far the moment in a signature may be from the hub's clock, where the platform signs one; its own figure without it.",
      ),
  })
  .describe("What the platform's webhooks leave out, and how strictly they are taken.");

const sealed = z.object({ sealed: z.string(), createdAt: z.string(), expiresAt: z.string().optional() });

export const storeRecord = z.object({
  name: storeName,
  platform: z.string(),
  /** Entities that came to be before this are history, not news. */
  connectedAt: z.string(),
  /** The platform's own name of the shop; when set, requests that name another shop are refused. */
  externalId: z.string().optional(),
  options: storeOptions,
  /** Which of the platform's wires the shop uses; absent for the platform's own. */
  variant: z.string().optional(),
  /** Parameters that are no secrets, by the names that the platform declares. */
  settings: z.record(z.string(), z.string()).optional(),
  /** For the platform's API: names in the clear, values sealed together. */
  credentials: z.object({ names: z.array(z.string()), sealed: z.string(), changedAt: z.string() }).optional(),
  /** Registrations that were answered and not yet confirmed: the secret that each was given. */
  registrations: z
    .array(z.object({ sealed: z.string(), shop: z.string(), expiresAt: z.string() }))
    .optional(),
  /** Sealed, newest first. */
  secrets: z.array(sealed),
});
export type Store = z.infer<typeof storeRecord>;

export type Stores = Collection<Store>;

/** The sealed secrets that count at this moment. */
export function activeSecrets({ secrets }: Store, now: number): string[] {
  return secrets
    .filter(({ expiresAt }) => expiresAt === undefined || Date.parse(expiresAt) > now)
    .map(({ sealed }) => sealed);
}

/** What counts when a store's credentials are opened: texts by name. */
const credentialTexts = z.record(z.string(), z.string());

/** Credentials as they are kept. Names stay readable, so that an admin sees what is there. */
export function sealCredentials(
  values: Readonly<Record<string, string>>,
  store: string,
  { secretBox, now }: { readonly secretBox: Pick<SecretBox, "seal">; readonly now: number },
): NonNullable<Store["credentials"]> {
  return {
    names: Object.keys(values).sort(),
    sealed: secretBox.seal(JSON.stringify(values), store),
    changedAt: new Date(now).toISOString(),
  };
}

/** The store's credentials by name; empty without any. Throws when they were sealed with another key. */
export function openCredentials(
  { name, credentials }: Pick<Store, "name" | "credentials">,
  secretBox: Pick<SecretBox, "open">,
): Record<string, string> {
  if (credentials === undefined) return {};
  return credentialTexts.parse(JSON.parse(secretBox.open(credentials.sealed, name)));
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

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
