/** The hub can neither make credentials nor hand any out: it says what the operator of the servers has to do. */
import { HubError } from "../../errors.ts";
import type { Access, AccessibleConsumer } from "../../subscriptions/access.ts";
import { API_PREFIX, servicesOf } from "./services.ts";

export function createNoAccess(servers: () => readonly string[]): Access {
  const refuse = () =>
    Promise.reject(
      new HubError("conflict", { explain: "credentials are made by the operator of the NATS servers" }),
    );
  return {
    offer: { kind: "operator", needed },
    servers,
    apiPrefix: API_PREFIX,
    reserve: async () => undefined,
    reserved: async () => undefined,
    grant: refuse,
    update: async (_grant, state) => state,
    rotate: refuse,
    expire: async (_grant, state) => state,
    canRevoke: false,
    revoke: async () => undefined,
    restore: async () => undefined,
  };
}

function needed(consumers: readonly AccessibleConsumer[]): string[] {
  const services = consumers.flatMap(servicesOf);
  return [
    "an account for this subscriber alone, without JetStream: the account is what keeps it from everything else",
    ...services.map(({ subject, responseType }) => {
      return `the hub's account exports the service ${subject} to that account only (response type ${responseType})`;
    }),
    ...services.map(({ subject, localSubject }) => {
      return `the account imports the service ${subject}${localSubject ? ` as ${localSubject}` : ""}`;
    }),
    `a user in it that may publish to ${API_PREFIX}.> and $JS.ACK.> and subscribe to _INBOX.>`,
    "or let the hub do it: NATS_OPERATOR_SEED_FILE for keys it can sign accounts with, NATS_SUBSCRIBERS_FILE for accounts you prepare",
    'or subscribe with "deliver": "http", which needs no credentials',
  ];
}
