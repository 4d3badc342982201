/** The connection to NATS: made once, kept for ever, and asked before anything is promised to a platform. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Authenticator,
  type ConnectionOptions,
  connect as connectNats,
  credsAuthenticator,
  DebugEvents,
  Events,
  type JetStreamClient,
  type JetStreamManager,
  type NatsConnection,
} from "nats";
import type { NatsConfig } from "../config.ts";
import type { Logger } from "../log.ts";
import { OWN_SERVER_TLS } from "./own-server.ts";
import { createPublisher, type Publisher } from "./publisher.ts";

export interface Broker {
  readonly connection: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly publisher: Publisher;
  readonly isConnected: () => boolean;
  /** Resolves as soon as there is a connection; false when `timeoutMs` passed first. */
  readonly whenConnected: (timeoutMs: number) => Promise<boolean>;
  /** Awaits what was published, then closes. */
  readonly close: () => Promise<void>;
}

export interface ConnectOptions {
  readonly url: string;
  readonly name: string;
  readonly authenticator?: Authenticator | undefined;
  readonly config?: Omit<NatsConfig, "url"> | undefined;
  /** TLS to the server that this process started. */
  readonly ownServerTls?: boolean;
  readonly log: Logger;
  readonly onStatus?: (connected: boolean) => void;
  /** Ends the wait for a server that is not there yet; `connect` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Connects and keeps reconnecting for ever. Waits for a server that is not there yet and says so once. */
export async function connect(options: ConnectOptions): Promise<Broker> {
  const { log, onStatus } = options;
  const connection = await openConnection(options);
  onStatus?.(true);
  let connected = true;
  let waiters: (() => void)[] = [];
  const setConnected = (now: boolean) => {
    if (now === connected) return;
    connected = now;
    log[now ? "info" : "warn"](
      { server: connection.getServer() },
      now ? "nats reconnected" : "nats connection lost",
    );
    onStatus?.(now);
    if (now) for (const wake of waiters.splice(0)) wake();
  };
  void watchStatus(connection, setConnected);
  const jsm = await connection.jetstreamManager({ timeout: 5000 }).catch(async (error: unknown) => {
    await connection.close();
    throw error;
  });
  const js = connection.jetstream({ timeout: 5000 });
  const publisher = createPublisher(connection, () => connected);
  return {
    connection,
    js,
    jsm,
    publisher,
    isConnected: () => connected,
    whenConnected: async (timeoutMs) => {
      if (connected) return true;
      return new Promise((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          resolve(true);
        };
        const timer = setTimeout(() => {
          waiters = waiters.filter((waiter) => waiter !== wake);
          resolve(false);
        }, timeoutMs);
        waiters.push(wake);
      });
    },
    close: async () => {
      await publisher.close();
      await connection.close();
    },
  };
}

/** The bare connection, for what is no JetStream. Waits and reconnects like `connect`. */
export async function openConnection(options: ConnectOptions): Promise<NatsConnection> {
  const { url, name, authenticator, config, ownServerTls, log, signal } = options;
  const settings: ConnectionOptions = {
    servers: url.split(",").map((server) => server.trim()),
    name,
    noAsyncTraces: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    pingInterval: 10_000,
    maxPingOut: 2,
    timeout: 5000,
    ...credentials(authenticator, config),
    ...(ownServerTls ? { tls: OWN_SERVER_TLS } : {}),
  };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await connectNats(settings);
    } catch (error) {
      if (!isTemporary(error)) throw error;
      if (attempt === 1)
        log.warn({ err: error, url: withoutUserinfo(url) }, "nats cannot be reached, waiting for it");
      await sleep(Math.min(250 * attempt, 5000), undefined, signal ? { signal } : {}).catch(() => undefined);
      signal?.throwIfAborted();
    }
  }
}

function credentials(
  authenticator: Authenticator | undefined,
  config: ConnectOptions["config"],
): Partial<ConnectionOptions> {
  const { credsFile, user, password, token, tls } = config ?? {};
  const login = authenticator ?? (credsFile ? credsAuthenticator(readFileSync(credsFile)) : undefined);
  return {
    ...(login ? { authenticator: login } : {}),
    ...(user ? { user, ...(password ? { pass: password } : {}) } : {}),
    ...(token ? { token } : {}),
    ...(tls
      ? {
          tls: {
            ...(tls.ca ? { caFile: tls.ca } : {}),
            ...(tls.cert ? { certFile: tls.cert } : {}),
            ...(tls.key ? { keyFile: tls.key } : {}),
          },
        }
      : {}),
  };
}

/** A wrong password does not become right by waiting; a server that is away comes back. */
function isTemporary(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return [
    "CONNECTION_REFUSED",
    "ECONNREFUSED",
    "ETIMEDOUT",
    "TIMEOUT",
    "CONNECTION_TIMEOUT",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNRESET",
    "EHOSTUNREACH",
    "503",
  ].includes(code);
}

async function watchStatus(connection: NatsConnection, setConnected: (now: boolean) => void): Promise<void> {
  for await (const { type } of connection.status()) {
    if (type === Events.Disconnect || type === DebugEvents.Reconnecting) setConnected(false);
    if (type === Events.Reconnect) setConnected(true);
  }
}

function withoutUserinfo(url: string): string {
  return url.replace(/\/\/[^@/]*@/g, "//***@");
}
