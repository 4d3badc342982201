/** Who may use the admin API: holders of a bearer token. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { HubError } from "./errors.ts";

/** Lets a request pass when it carries the token. Compares hashes, so that neither length nor content shows in time. */
export function requireToken(token: string): MiddlewareHandler {
  const expected = hash(token);
  return async function checkToken(c, next) {
    const [, given] = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "") ?? [];
    if (given === undefined || !timingSafeEqual(hash(given), expected)) {
      c.header("WWW-Authenticate", 'Bearer realm="entrepot"');
      throw new HubError("unauthorized");
    }
    await next();
  };
}

function hash(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
