/** Requests as bytes over real sockets, for what no client would send. */
import { connect, type Socket } from "node:net";
import { afterEach } from "vitest";
import { type HttpLimits, type Listening, openHttp } from "../../src/http.ts";
import { createTestApp, type signed, type TestApp, type TestAppOptions } from "./app.ts";

export const BODY_BYTES_MAX = 100_000;
export const ACME = "/webhooks/shopify/acme";
export const WAIT = { timeout: 5000, interval: 5 };

export interface Talk {
  readonly socket: Socket;
  /** All that came back, when the server has closed the connection. */
  readonly answer: Promise<string>;
}

interface Servers {
  /** Run after the test, the last one first. */
  readonly cleanups: (() => unknown)[];
  readonly listen: (limits?: Partial<HttpLimits>) => Promise<Listening>;
  /** The whole app behind a server, with the store `acme` on Shopify. */
  readonly start: (
    overrides?: TestAppOptions["overrides"],
    limits?: Partial<HttpLimits>,
  ) => Promise<TestApp & { readonly url: string }>;
  /** Sends the parts as they are. */
  readonly talk: (url: string, ...parts: (string | Uint8Array)[]) => Talk;
}

/** Registers the hook that ends what a test of the file has started. */
export function useServer(): Servers {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
  const listen: Servers["listen"] = async (limits = {}) => {
    const listening = await openHttp({ host: "127.0.0.1", port: 0, limits });
    cleanups.push(listening.close);
    return listening;
  };
  return {
    cleanups,
    listen,
    start: async (overrides, limits) => {
      const test = createTestApp({ overrides: { bodyBytesMax: BODY_BYTES_MAX, ...overrides } });
      const listening = await listen(limits);
      await listening.open((incoming, bindings) => test.app.fetch(incoming, bindings));
      return { ...test, url: listening.url };
    },
    talk: (url, ...parts) => {
      const { hostname, port } = new URL(url);
      const socket = connect(Number(port), hostname);
      cleanups.push(() => socket.destroy());
      for (const part of parts) socket.write(part);
      let text = "";
      const answer = new Promise<string>((resolve, reject) => {
        socket.on("data", (chunk) => {
          text += chunk.toString("latin1");
        });
        socket.on("close", () => resolve(text));
        // A server that gives a connection up may do so with bytes of ours unread.
        socket.on("error", (error) => (isReset(error) ? resolve(text) : reject(error)));
      });
      return { socket, answer };
    },
  };
}

function isReset(error: NodeJS.ErrnoException): boolean {
  return error.code === "ECONNRESET" || error.code === "EPIPE";
}

export function head(
  headers: Readonly<Record<string, string>>,
  { method = "POST", path = ACME, version = "1.1" } = {},
): string {
  const lines = Object.entries({ host: "hub", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/${version}\r\n${lines.join("")}\r\n`;
}

/** A whole request; `last` asks the server to close the connection behind it. */
export function whole(
  init: ReturnType<typeof signed>,
  { last = false, path = ACME, version = "1.1" } = {},
): Buffer {
  const more = { "content-length": String(init.body.length), ...(last ? { connection: "close" } : {}) };
  return Buffer.concat([Buffer.from(head({ ...init.headers, ...more }, { path, version })), init.body]);
}

/** The statuses of all answers in what came back. */
export function statuses(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
