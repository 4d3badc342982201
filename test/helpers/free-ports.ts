import { createServer } from "node:net";

/** Ports that are free at this moment, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const listeners = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  return Promise.all(
    listeners.map(async (listener) => {
      if (!listener.listening) await new Promise((resolve) => listener.once("listening", resolve));
      const address = listener.address();
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => listener.close(resolve));
      return typeof address === "object" && address !== null ? address.port : 0;
    }),
  );
}
