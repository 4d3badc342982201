/** A real HTTP endpoint on this machine that fails on order and remembers what it was sent. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { buffer } from "node:stream/consumers";
import { CERTIFICATE, CERTIFICATE_KEY } from "./certificate.ts";

export interface EndpointRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values as they came, with repetitions. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** What the endpoint does with one request, after it has read it. */
export type Behaviour = (response: ServerResponse, request: EndpointRequest) => void;

export interface Endpoint {
  /** With a path, without a query. */
  readonly url: string;
  readonly port: number;
  /** Oldest first, also those that got no answer. */
  readonly requests: readonly EndpointRequest[];
  /** From now on: one behaviour per request, and the last one for all that follow. Until then all get a 204. */
  readonly behave: (...queue: readonly [Behaviour, ...Behaviour[]]) => void;
  /** Open connections. */
  readonly connections: () => number;
  /** Cuts all connections. */
  readonly close: () => Promise<void>;
}

export interface EndpointOptions {
  /** 127.0.0.1 without it. */
  readonly host?: string;
  /** A free one without it. */
  readonly port?: number;
  /** With the certificate of `certificate.ts`. */
  readonly tls?: boolean;
}

export async function startEndpoint({
  host = "127.0.0.1",
  port = 0,
  tls = false,
}: EndpointOptions = {}): Promise<Endpoint> {
  const requests: EndpointRequest[] = [];
  let queue: readonly [Behaviour, ...Behaviour[]] = [answer(204)];
  const take = (): Behaviour => {
    const [behaviour, ...rest] = queue;
    const [next, ...later] = rest;
    if (next !== undefined) queue = [next, ...later];
    return behaviour;
  };
  const onRequest = (incoming: IncomingMessage, response: ServerResponse) => {
    const { method = "", url = "", headers, rawHeaders } = incoming;
    buffer(incoming).then(
      (body) => {
        const request = { method, path: url, headers, rawHeaders, body };
        requests.push(request);
        take()(response, request);
      },
      () => response.destroy(),
    );
  };
  const server = tls
    ? createTlsServer({ cert: CERTIFICATE, key: CERTIFICATE_KEY }, onRequest)
    : createServer(onRequest);
  let open = 0;
  server.on("connection", (socket) => {
    open += 1;
    socket.once("close", () => {
      open -= 1;
    });
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the endpoint does not listen");
  return {
    url: `http${tls ? "s" : ""}://${host.includes(":") ? `[${host}]` : host}:${address.port}/hook`,
    port: address.port,
    requests,
    behave: (...behaviours) => {
      queue = behaviours;
    },
    connections: () => open,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A whole answer. */
export function answer(
  status: number,
  {
    headers = {},
    body = "",
  }: { headers?: Readonly<Record<string, string>>; body?: string | Uint8Array } = {},
): Behaviour {
  return (response) => {
    response.writeHead(status, headers).end(body);
  };
}

/** No answer, ever; the connection stays open. */
export function silence(): Behaviour {
  return () => undefined;
}

/** Ends the connection without an answer. */
export function reset(): Behaviour {
  return (response) => {
    response.socket?.resetAndDestroy();
  };
}

/** Writes these bytes instead of HTTP and ends the connection. */
export function raw(text: string): Behaviour {
  return (response) => {
    response.socket?.end(text);
  };
}

/** Status and headers at once, then the body a byte at a time for as long as somebody listens. */
export function drip(status: number, { everyMs = 10 }: { everyMs?: number } = {}): Behaviour {
  return (response) => {
    response.writeHead(status);
    response.write("drop by drop ");
    const timer = setInterval(() => response.write("."), everyMs);
    response.once("close", () => clearInterval(timer));
  };
}

/** A body without end, as fast as it is read. */
export function flood(status: number): Behaviour {
  return (response) => {
    response.writeHead(status);
    const chunk = Buffer.alloc(16_384, "x");
    const pour = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on("drain", pour);
    pour();
  };
}

/** Sends part of the body and resets the connection. */
export function breakOff(status: number, part: string): Behaviour {
  return (response) => {
    response.writeHead(status, { "content-length": String(part.length + 100) });
    response.write(part, () => response.socket?.resetAndDestroy());
  };
}
