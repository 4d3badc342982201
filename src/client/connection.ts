/** The subscriber's connection to NATS. It outlives restarts of the server, and says when it has ended for good. */
import {
  type ConnectionOptions,
  connect as connectNats,
  credsAuthenticator,
  ErrorCode,
  Events,
  type NatsConnection,
  NatsError,
} from "nats";
import type { SubscriptionAccess } from "./access.ts";
import { SubscriptionEnded } from "./errors.ts";

export interface Connection {
  readonly nats: NatsConnection;
  readonly isConnected: () => boolean;
  /** Sends what is still to be sent, and closes. */
  readonly close: () => Promise<void>;
}

export interface Watcher {
  readonly onReconnected: () => void;
  /** Not called after `close`. */
  readonly onEnded: (error: SubscriptionEnded) => void;
}

/** Rejects with SubscriptionEnded `access_denied` when the login is refused, else with the error of `nats`. */
export async function connect(
  access: SubscriptionAccess,
  overrides: ConnectionOptions,
  { onReconnected, onEnded }: Watcher,
): Promise<Connection> {
  const nats = await open({
    servers: [...access.servers],
    name: `entrepot ${access.name}`,
    noAsyncTraces: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    pingInterval: 10_000,
    ...(access.credentials === undefined
      ? {}
      : { authenticator: credsAuthenticator(new TextEncoder().encode(access.credentials)) }),
    ...overrides,
  });
  let isConnected = true;
  let isClosing = false;
  const end = (error: SubscriptionEnded) => {
    if (!isClosing) onEnded(error);
  };
  const watch = async () => {
    for await (const { type, data, permissionContext } of nats.status()) {
      if (type === Events.Disconnect) isConnected = false;
      if (type === Events.Reconnect) {
        isConnected = true;
        onReconnected();
      }
      if (type === Events.Error && data === ErrorCode.PermissionsViolation) {
        end(denied(`no permission to ${permissionContext?.operation} ${permissionContext?.subject}`));
      }
    }
  };
  const awaitEnd = async () => {
    const error = await nats.closed();
    isConnected = false;
    end(isRefused(error) ? denied("the server no longer accepts the credentials", error) : closed(error));
  };
  for (const watching of [watch(), awaitEnd()]) watching.catch((error: unknown) => end(closed(error)));
  return {
    nats,
    isConnected: () => isConnected,
    close: async () => {
      isClosing = true;
      if (isConnected && !nats.isClosed()) await nats.flush().catch(() => undefined);
      await nats.close();
    },
  };
}

async function open(options: ConnectionOptions): Promise<NatsConnection> {
  try {
    return await connectNats(options);
  } catch (error) {
    throw isRefused(error) ? denied("the server does not accept the credentials", error) : error;
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof NatsError && error.isAuthError();
}

function denied(message: string, cause?: unknown): SubscriptionEnded {
  return new SubscriptionEnded("access_denied", message, cause);
}

function closed(cause: unknown): SubscriptionEnded {
  return new SubscriptionEnded("connection_closed", "the connection to NATS is closed", cause);
}
