/** The HTTP server: limits before any work, an answer while the hub still starts, and an end that waits for what is in hand. */
import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { ConfigError } from "./config.ts";

export type Fetch = (request: Request, bindings: object) => Response | Promise<Response>;

export interface HttpOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** What differs from the usual; for tests. */
  readonly limits?: Partial<HttpLimits>;
}

/** What anybody may use up before anybody knows who they are. */
export interface HttpLimits {
  /** The head of a request has to be there so long after the connection, or after the first byte of a later request. */
  readonly headersMs: number;
  /** The whole request likewise. */
  readonly requestMs: number;
  /** How often both are looked at. */
  readonly checkEveryMs: number;
  /** A connection without a request is closed so long after its last answer. */
  readonly idleMs: number;
  /** An answer of which nothing more is taken for so long is given up. */
  readonly stalledMs: number;
  /** Requests of one connection that wait for their answers; with more of them it is cut. */
  readonly pipelinedMax: number;
  /** Whoever comes beyond is turned away at once, so that the hub keeps files for NATS and for those that are there. */
  readonly connectionsMax: number;
}

export interface Listening {
  readonly url: string;
  readonly port: number;
  /** Hands requests to the hub from now on. */
  readonly open: (fetch: Fetch) => Promise<void>;
  /** Takes no new requests and awaits those in hand; after 5 seconds their connections are cut. */
  readonly close: () => Promise<void>;
}

const LIMITS: HttpLimits = {
  headersMs: 10_000,
  requestMs: 30_000,
  checkEveryMs: 1000,
  idleMs: 5000,
  stalledMs: 30_000,
  pipelinedMax: 100,
  connectionsMax: 5000,
};
const CLOSE_TIMEOUT_MS = 5000;
const CLOSE_IDLE_MS = 50;

/** Listens at once, so that a taken port is told before anything else is started; until the hub is there, it answers 503. */
export async function openHttp({ host, port, limits }: HttpOptions): Promise<Listening> {
  let fetch: Fetch = notReady;
  const server = createLimitedServer((request, bindings) => fetch(request, bindings), {
    ...LIMITS,
    ...limits,
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(new ConfigError([cannotListen(error, host, port)])));
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const bound = typeof address === "object" && address ? address.port : port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    port: bound,
    open: async (next) => {
      fetch = next;
    },
    close: () => closeHttp(server),
  };
}

function createLimitedServer(fetch: Fetch, limits: HttpLimits): Server {
  const unanswered = new WeakMap<Socket, number>();
  // The name stands in for the Host header, which HTTP 1.0 need not send.
  const answer = getRequestListener(fetch, { hostname: "localhost" });
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: limits.checkEveryMs,
      keepAliveTimeout: limits.idleMs,
    },
    (request, response) => {
      const { socket } = request;
      const open = (unanswered.get(socket) ?? 0) + 1;
      if (open > limits.pipelinedMax) return void socket.destroy();
      unanswered.set(socket, open);
      response.once("close", () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
      // Silence alone is no fault: an answer may take its time. One that waits to be taken is given up.
      response.setTimeout(limits.stalledMs, () => {
        if (socket.writableLength > 0) socket.destroy();
      });
      void answer(request, response);
    },
  );
  server.maxConnections = limits.connectionsMax;
  return server;
}

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): string {
  return error.code === "EADDRINUSE"
    ? `PORT: ${port} on ${host} is taken: stop what listens there or set PORT to another one`
    : `HOST, PORT: the hub cannot listen on ${host}, port ${port} (${error.message})`;
}

function notReady(request: Request): Response {
  const isAlive = new URL(request.url).pathname === "/healthz";
  return isAlive
    ? Response.json({ status: "ok" })
    : Response.json(
        { status: "not ready", missing: ["connection to NATS"] },
        { status: 503, headers: { "Retry-After": "5" } },
      );
}

async function closeHttp(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
    // A client keeps its connection when it has its last answer.
    const idle = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_MS);
    server.close(() => {
      clearTimeout(force);
      clearInterval(idle);
      resolve();
    });
    server.closeIdleConnections();
  });
}
