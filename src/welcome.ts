/** What a person reads when the hub has started: where it is, how to get in, what to do next. */
import { join } from "node:path";
import type { Config } from "./config.ts";
import { ADMIN_TOKEN_FILE, type Keys } from "./data-dir.ts";
import { VERSION } from "./version.ts";

/** What only a hub that runs can tell. */
export interface Arrival {
  /** Where it listens. */
  readonly url: string;
  /** The subject of all events. */
  readonly subject: string;
  /** The server that carries them, in words. */
  readonly server: string;
  /** How many are connected. */
  readonly stores: number;
}

const FIRST_STEPS = [
  "",
  "Connect a store, then send it a signed sample:",
  "  npx entrepot store add shopify acme --secret my-secret",
  "  npx entrepot send shopify orders/create --store acme --secret my-secret",
];

export function welcome({ url, subject, server, stores }: Arrival, config: Config, keys: Keys): string {
  const file = join(config.dataDir, ADMIN_TOKEN_FILE);
  const token = config.adminToken
    ? "from ADMIN_TOKEN"
    : keys.isNewToken
      ? `${keys.adminToken} (kept in ${file})`
      : `in ${file}`;
  return [
    "",
    `Entrepot ${VERSION} listens on ${url}`,
    `  admin token  ${token}`,
    `  events       ${subject} on ${server}`,
    ...(stores > 0 ? [`  stores       ${stores} connected`] : FIRST_STEPS),
    "",
  ].join("\n");
}
