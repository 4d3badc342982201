/** Who changed what: one line in the log for each change through the admin API. */
import type { Context } from "hono";
import type { Env } from "./env.ts";
import { requestIdOf } from "./request-id.ts";
import type { Logger } from "./log.ts";

/** All there are, so that whoever searches the log can rely on the words. */
export type AuditAction =
  | "store added"
  | "store secrets rotated"
  | "store credentials changed"
  | "store removed"
  | "dead letters redriven"
  | "subscription added"
  | "subscription changed"
  | "subscription removed"
  | "subscription rotated"
  | "subscription paused"
  | "subscription disabled"
  | "subscription resumed"
  | "test event sent"
  | "events replayed"
  | "token added"
  | "token removed";

/** What was changed, by name and number; never a secret, nor the text of a token. */
export type AuditFields = Readonly<Record<string, string | number | boolean>>;

/** Tells the log of a change after it was made: the action, the name of the token that asked for it, and the request's id. */
export function audit(c: Context<Env>, log: Logger, action: AuditAction, what: AuditFields): void {
  log.info({ ...what, action, actor: c.get("actor").name, requestId: requestIdOf(c) }, "audit");
}
