/** Reads a request's body with a limit on bytes and time, before anybody has looked at it. */
import type { IncomingMessage } from "node:http";

export type Body =
  | { readonly kind: "read"; readonly bytes: Uint8Array }
  | { readonly kind: "too_large" }
  | { readonly kind: "too_slow" }
  /** The sender went away. */
  | { readonly kind: "aborted" };

export interface BodyLimits {
  readonly bytesMax: number;
  readonly timeoutMs: number;
}

/**
 * The body of a Node request. Reading it from the socket's own stream saves the copies of a web stream. Past the limit
 * the rest is thrown away unread, so that the answer can still be sent.
 */
export function readIncoming(incoming: IncomingMessage, { bytesMax, timeoutMs }: BodyLimits): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (body: Body) => {
      clearTimeout(timer);
      incoming.off("data", collect).off("end", end).off("close", close);
      if (body.kind !== "read") incoming.resume();
      resolve(body);
    };
    const collect = (chunk: Buffer) => {
      size += chunk.length;
      if (size > bytesMax) finish({ kind: "too_large" });
      else chunks.push(chunk);
    };
    const end = () => {
      const [only] = chunks;
      finish({ kind: "read", bytes: chunks.length === 1 && only ? only : Buffer.concat(chunks, size) });
    };
    const close = () => finish({ kind: "aborted" });
    const timer = setTimeout(() => finish({ kind: "too_slow" }), timeoutMs);
    incoming.on("data", collect).on("end", end).on("close", close);
  });
}

/** The same for a request that has no socket behind it. */
export async function readRequest(request: Request, { bytesMax }: BodyLimits): Promise<Body> {
  const bytes = new Uint8Array(await request.arrayBuffer());
  return bytes.length > bytesMax ? { kind: "too_large" } : { kind: "read", bytes };
}
