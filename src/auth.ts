/** Who may use the admin API: holders of a bearer token, within its scope. */
import type { Context, MiddlewareHandler } from "hono";
import type { AuthFailures } from "./auth-failures.ts";
import type { Env } from "./env.ts";
import { HubError } from "./errors.ts";
import type { FindActor } from "./tokens/actors.ts";
import { looksMade } from "./tokens/token.ts";

export interface AuthDeps {
  readonly findActor: FindActor;
  readonly authFailures: AuthFailures;
  readonly now: () => number;
}

const CHALLENGE = 'Bearer realm="entrepot"';

/** Lets a request pass when its token is known and its scope covers the method; then `actor` stands in the context. */
export function requireToken(deps: AuthDeps): MiddlewareHandler<Env> {
  return async function checkToken(c, next) {
    const [, text] = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "") ?? [];
    if (text === undefined) throw challenge(c, "unauthorized");
    const actor = identify(text, addressOf(c), deps);
    if (actor === undefined) throw challenge(c, "unauthorized");
    if (actor.scope === "read" && c.req.method !== "GET" && c.req.method !== "HEAD")
      throw challenge(c, "forbidden", ', error="insufficient_scope", scope="admin"');
    c.set("actor", actor);
    await next();
  };
}

/**
 * Behind a proxy all callers share one address, and a stranger's guesses must not shut out everybody: tokens that the hub
 * made are always tried, as nobody can guess one. Only others wait, for those may have been chosen by a person.
 */
function identify(text: string, address: string, { findActor, authFailures, now }: AuthDeps) {
  const at = now();
  const retryAfterSeconds = authFailures.secondsToWait(address, at);
  const isBlocked = retryAfterSeconds > 0;
  const actor = isBlocked && !looksMade(text) ? undefined : findActor(text, at);
  if (actor !== undefined) return actor;
  if (isBlocked) throw new HubError("too_many_attempts", { retryAfterSeconds });
  authFailures.add(address, at);
  return undefined;
}

function addressOf(c: Context<Env>): string {
  return c.env?.incoming?.socket.remoteAddress ?? "unknown";
}

function challenge(c: Context<Env>, code: "unauthorized" | "forbidden", more = ""): HubError {
  c.header("WWW-Authenticate", `${CHALLENGE}${more}`);
  return new HubError(code);
}
