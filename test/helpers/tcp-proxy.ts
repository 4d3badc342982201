/** A bad network on loopback: passes bytes on to a port, late if told so, and resets connections on order. */
import { connect, createServer, type Socket } from "node:net";
import { once } from "node:events";

export interface TcpProxy {
  readonly port: number;
  /** From now on every piece, in both directions, comes this much later. */
  readonly delay: (ms: number) => void;
  /** Ends all connections at once, with whatever is on its way (RST). */
  readonly reset: () => void;
  /** Connections that were made so far. */
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let delayMs = 0;
  let made = 0;
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => sockets.delete(socket));
  };
  const pass = (from: Socket, to: Socket) => {
    from.on("data", (chunk: Buffer) => {
      if (delayMs === 0 && !late.has(to)) return void to.write(chunk);
      // What follows must not overtake, even when the delay is taken back.
      const due = Math.max(Date.now() + delayMs, late.get(to) ?? 0);
      late.set(to, due);
      setTimeout(() => {
        if (to.writable) to.write(chunk);
        if (late.get(to) === due && due <= Date.now()) late.delete(to);
      }, due - Date.now());
    });
    from.once("close", () => to.destroy());
  };
  /** When the last piece that is on its way to a socket arrives. */
  const late = new Map<Socket, number>();
  const server = createServer((client) => {
    made += 1;
    const target = connect(targetPort, "127.0.0.1");
    for (const socket of [client, target]) track(socket);
    pass(client, target);
    pass(target, client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy does not listen");
  const reset = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: address.port,
    delay: (ms) => {
      delayMs = ms;
    },
    reset,
    connections: () => made,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      reset();
      await closed;
    },
  };
}
