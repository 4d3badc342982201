/**
 * Documents that anybody may read. Each is made once and stays in memory: making one for every request, or holding a copy for
 * every reader who takes it slowly, would let anybody use up the process.
 */
import { createHash } from "node:crypto";

export interface Document {
  readonly body: Uint8Array<ArrayBuffer>;
  /** Changes with the body. */
  readonly etag: string;
}

export function documentOf(content: Uint8Array<ArrayBuffer> | string): Document {
  const body = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return { body, etag: `"${createHash("sha256").update(body).digest("base64url")}"` };
}
