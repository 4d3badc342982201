/** What a subscriber is given: the hub's answer to `POST /api/subscriptions` for `deliver: "nats"`, kept as a file. */
import type { Wanted } from "../matching/wanted.ts";
import type { Where, WherePath } from "../matching/where.ts";

export interface AccessConsumer {
  readonly stream: string;
  readonly name: string;
  /** It carries every event of its entities, so that a gap in their sequence means loss. */
  readonly whole?: boolean | undefined;
}

export interface SubscriptionAccess extends Wanted {
  readonly name: string;
  readonly servers: readonly string[];
  /** Prefix of the JetStream API in the subscriber's account. */
  readonly apiPrefix?: string | undefined;
  /** The stream of all events; what comes from another one was addressed to this subscription alone. */
  readonly stream: string;
  readonly consumers: readonly AccessConsumer[];
  /** Text of a .creds file. Without it the login has to stand in `options.connection`. */
  readonly credentials?: string | undefined;
  readonly where?: Where | undefined;
  /** Comes with `where`: how its paths are to be read. */
  readonly wherePaths?: Readonly<Record<string, WherePath>> | undefined;
}

/** Throws a TypeError that says what is missing in the document, in words for who copied it. */
export function checkAccess(access: SubscriptionAccess): void {
  const problem = accessProblem(access);
  if (problem !== undefined) throw new TypeError(`This is no access of a NATS subscriber: ${problem}`);
}

function accessProblem(access: Partial<SubscriptionAccess> & { deliver?: unknown }): string | undefined {
  const { deliver = "nats", servers, stream, consumers, events, where, wherePaths } = access;
  if (deliver !== "nats") return `the subscription is delivered over ${deliver}`;
  if (!Array.isArray(servers) || servers.length === 0) return "servers is empty";
  if (typeof stream !== "string") return "stream is missing";
  if (!Array.isArray(consumers) || consumers.length === 0) return "consumers is empty";
  if (!Array.isArray(events) || events.length === 0) return "events is empty";
  if (where !== undefined && wherePaths === undefined) return "where cannot be applied without wherePaths";
  return undefined;
}
