/** What Hono's context carries, for every route. */
import type { HttpBindings } from "@hono/node-server";
import type { Actor } from "./tokens/token.ts";

export interface Env {
  /** Node's own request, when there is one. */
  Bindings: Partial<HttpBindings>;
  Variables: {
    /** Set as soon as somebody asks: see `requestIdOf`. */
    requestId?: string;
    /** Who asks; set on all that needs a token. */
    actor: Actor;
  };
}
