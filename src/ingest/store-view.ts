/** A store as an admin sees it: without secrets. */
import type { Platform } from "../normalizers/platform.ts";
import { wireOf } from "../normalizers/registry.ts";
import { addressOf } from "./address.ts";
import type { Store } from "./stores.ts";

export interface StoreViewDeps {
  readonly publicUrl: string;
  readonly findPlatform: (id: string) => Platform | undefined;
}

const NO_CREDENTIALS =
  "There are no API credentials: what the platform's webhooks leave out cannot be read, and such events are partial.";

/** A token that was just made is shown in the address, this once; later only its place is. */
export function viewStore(store: Store, { publicUrl, findPlatform }: StoreViewDeps, token = "{token}") {
  const { secrets: sealed, credentials, registrations: _waiting, ...rest } = store;
  const platform = findPlatform(store.platform);
  const wire = platform && wireOf(platform, store.variant);
  const address = { publicUrl, platform: store.platform, store: store.name, token, topic: "{topic}" };
  return {
    ...rest,
    credentials: [...(credentials?.names ?? [])],
    notes: platform?.credentials && !credentials ? [NO_CREDENTIALS] : [],
    webhookUrl: wire ? addressOf(wire, address) : `${publicUrl}/webhooks/${store.platform}/${store.name}`,
    secrets: sealed.map(({ createdAt, expiresAt }) => ({ createdAt, ...(expiresAt ? { expiresAt } : {}) })),
  };
}
