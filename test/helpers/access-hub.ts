/** A whole hub with a server of its own, as `serve` runs it: its NATS subscribers get credentials that work. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionOptions, connect, credsAuthenticator, type NatsConnection } from "nats";
import { inject } from "vitest";
import { z } from "zod";
import { createLogger } from "../../src/log.ts";
import { type OpenAccess, openEmbeddedAccess } from "../../src/nats/access/open.ts";
import { type Embedded, type EmbeddedOptions, startEmbedded } from "../../src/nats/embedded/server.ts";
import { createNames } from "../../src/nats/names.ts";
import { createSecretBox } from "../../src/secret-box.ts";
import { CONNECTED_AT, SECRET_KEY, startTestHub, type TestHub, type TestHubOptions } from "./hub.ts";

export interface AccessHub extends TestHub {
  readonly embedded: Embedded;
  readonly access: OpenAccess["access"];
  /** Ends hub and server; a later hub on the same directory has the same data. */
  readonly stop: () => Promise<void>;
}

export interface AccessHubOptions
  extends Partial<Omit<TestHubOptions, "url" | "authenticator" | "access" | "now">> {
  /** Kept after the end; without it a temporary one, which is removed. */
  readonly dataDir?: string;
  readonly server?: Partial<EmbeddedOptions>;
  /** Instead of the server's own address. */
  readonly publicUrls?: readonly string[];
}

/** What the hub answers on the creation of a NATS subscription. */
export const issuedSchema = z.object({
  name: z.string(),
  servers: z.array(z.string()),
  apiPrefix: z.string(),
  stream: z.string(),
  consumers: z.array(z.object({ stream: z.string(), name: z.string(), filter: z.string() })),
  credentials: z.string(),
});
export type IssuedAccess = z.infer<typeof issuedSchema>;

export async function startAccessHub(options: AccessHubOptions = {}): Promise<AccessHub> {
  const { dataDir, server, publicUrls, prefix = `t${randomBytes(4).toString("hex")}`, ...rest } = options;
  const dir = dataDir ?? (await mkdtemp(join(tmpdir(), "entrepot-access-")));
  const names = createNames(prefix);
  const clock = { now: Date.parse(CONNECTED_AT) };
  const now = () => clock.now;
  const embedded = await startEmbedded({
    dataDir: dir,
    durability: "relaxed",
    port: 0,
    subscriberStreams: [names.streams.commerce, names.streams.direct],
    eventSubject: names.all.commerce,
    env: { NATS_SERVER_BIN: inject("natsServerBin") },
    report: () => undefined,
    ...server,
  });
  const opened = await openEmbeddedAccess(embedded, {
    publicUrls,
    secretBox: createSecretBox(SECRET_KEY),
    log: createLogger("silent"),
    now,
  });
  const hub = await startTestHub({
    ...rest,
    prefix,
    now,
    url: embedded.url,
    authenticator: embedded.credentials.hub,
    ownServerTls: embedded.isTls,
    access: opened.access,
  });
  return {
    ...hub,
    clock,
    embedded,
    access: opened.access,
    stop: async () => {
      await hub.stop();
      await opened.close();
      await embedded.stop();
      if (dataDir === undefined) await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Creates a NATS subscription over the API; the answer holds all that the subscriber needs. */
export async function subscribe(
  { admin }: Pick<TestHub, "admin">,
  name: string,
  input: object = { events: ["*"] },
): Promise<IssuedAccess> {
  const answer = await admin("POST", "/api/subscriptions", { name, deliver: "nats", ...input });
  if (answer.status !== 201) throw new Error(`subscribing answered ${answer.status}: ${await answer.text()}`);
  return issuedSchema.parse(await answer.json());
}

/** Connects as the subscriber does. The caller closes it. */
export async function connectSubscriber(
  { servers, credentials }: Pick<IssuedAccess, "servers" | "credentials">,
  options: ConnectionOptions = {},
): Promise<NatsConnection> {
  const authenticator = credsAuthenticator(new TextEncoder().encode(credentials));
  return connect({ servers, authenticator, reconnect: false, timeout: 5000, ...options });
}
