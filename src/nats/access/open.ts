/** Chooses how NATS subscribers get at their consumers: what the hub can do depends on the servers it uses. */
import type { Logger } from "../../log.ts";
import type { SecretBox } from "../../secret-box.ts";
import type { Access } from "../../subscriptions/access.ts";
import { openConnection } from "../connect.ts";
import type { Embedded } from "../embedded/server.ts";
import { createIssuer } from "./issuer.ts";
import { createResolver } from "./resolver.ts";

export interface OpenAccess {
  readonly access: Access;
  readonly close: () => Promise<void>;
}

export interface AccessDeps {
  /** What subscribers connect to; without it what the hub itself connects to. */
  readonly publicUrls?: readonly string[] | undefined;
  readonly secretBox: SecretBox;
  readonly log: Logger;
  readonly now: () => number;
}

/** On the server that the hub runs itself it may do everything. */
export async function openEmbeddedAccess(embedded: Embedded, deps: AccessDeps): Promise<OpenAccess> {
  const { url, credentials, signers } = embedded;
  const connection = await openConnection({
    url,
    name: "entrepot accounts",
    authenticator: credentials.sys,
    log: deps.log,
  });
  const resolver = createResolver(connection, signers.operator, deps.now);
  const servers = () => deps.publicUrls ?? [url];
  return {
    access: createIssuer({ ...deps, signers, resolver, servers }),
    close: () => connection.close(),
  };
}
