/** The hub can neither make credentials nor hand any out: it says what the operator of the servers has to do. */
import { HubError } from "../../errors.ts";
import type { Access } from "../../subscriptions/access.ts";

export function createNoAccess(servers: () => readonly string[]): Access {
  const refuse = () =>
    Promise.reject(
      new HubError("conflict", { detail: "credentials are made by the operator of the NATS servers" }),
    );
  return {
    offer: {
      kind: "operator",
      needed: ["an account for the subscriber that imports its consumers, and a user in it"],
    },
    servers,
    apiPrefix: "$JS.API",
    reserve: async () => undefined,
    grant: refuse,
    update: async (_grant, state) => state,
    rotate: refuse,
    expire: async (_grant, state) => state,
    revoke: async () => undefined,
    restore: async () => undefined,
  };
}
