/**
 * Delivers the events of one HTTP subscription from this process. Any number of processes share the work through the
 * subscription's consumers; only one that wants its events in order is served by one process at a time.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { JetStreamClient } from "nats";
import type { CanonicalEvent } from "../../normalizers/canonical/event.ts";
import type { SecretBox } from "../../secret-box.ts";
import { createTurns } from "../../turns.ts";
import { compileMatch } from "../match.ts";
import { openHeaders, openSecrets } from "../secrets.ts";
import type { Endpoint, Subscription } from "../subscription.ts";
import { type Attempt, attempt } from "./attempt.ts";
import { type DeliverDeps, deliver } from "./deliver.ts";
import { createEndpointGuard, type EndpointGuard } from "./endpoint-guard.ts";
import type { Egress } from "./egress.ts";
import type { Lease } from "./lease.ts";
import { type Pull, startPull } from "./pull.ts";
import { createQueue } from "./queue.ts";

export interface RunnerDeps
  extends Pick<DeliverDeps, "attempts" | "waiting" | "deadLetters" | "log" | "now" | "random"> {
  readonly js: JetStreamClient;
  /** The stream of events that are addressed to one subscription. */
  readonly directStream: string;
  readonly ackWaitMs: number;
  readonly egress: Pick<Egress, "dispatcher">;
  readonly secretBox: SecretBox;
  /** For a subscription that wants its events in order; `timeoutMs` is how long an attempt may go on unseen. */
  readonly createLease: (subscription: string, timeoutMs: number) => Lease;
  /** Ends the subscription: the endpoint wants no more events, or took none for too long. */
  readonly disable: (subscription: string, reason: string) => Promise<void>;
  readonly onAttempt: (attempt: Attempt) => void;
}

export interface Runner {
  /** Takes no more events and awaits those in hand. */
  readonly stop: () => Promise<void>;
}

const LEASE_RENEW_MS = 5000;
const SUSTAINED_CHECK_MS = 60_000;
const IDLE_MS = 1000;

export function startRunner(subscription: Subscription, endpoint: Endpoint, deps: RunnerDeps): Runner {
  const { name, consumers } = subscription;
  const { log, now } = deps;
  const stopping = new AbortController();
  const lease = endpoint.ordered ? deps.createLease(name, endpoint.timeoutMs) : undefined;
  const queue = createQueue();
  const guard = createEndpointGuard({
    ...endpoint,
    signal: stopping.signal,
    mayStart: () => lease?.isHeld() ?? true,
    now,
  });
  const matches = compileMatch(subscription);
  const checkSustained = createSustainedCheck(subscription, endpoint, deps);
  const makeAttempt = async (event: CanonicalEvent): Promise<Attempt> => {
    const result = await attempt(toDelivery(subscription, endpoint, event, deps), {
      dispatcher: deps.egress.dispatcher,
      now,
    });
    deps.onAttempt(result);
    return result;
  };
  const delivering: DeliverDeps = {
    ...deps,
    subscription,
    // What is addressed to this subscription is wanted, whatever it says of events in general.
    wants: (event, stream) => stream === deps.directStream || matches(event),
    attempt: (event) => guard.run(() => makeAttempt(event)),
    order: endpoint.ordered ? { turns: createTurns(), queue } : undefined,
    onEnd: (reason) => deps.disable(name, reason),
    onFailure: checkSustained,
  };
  const startPulls = (): Pull[] =>
    consumers.map((consumer) =>
      startPull({
        js: deps.js,
        consumer,
        ackWaitMs: deps.ackWaitMs,
        inHandMax: endpoint.concurrency,
        admit: () => whenHungry(guard, stopping.signal),
        handle: (message) => deliver(message, delivering),
        onTrouble: (err) => log.warn({ err, subscription: name }, "events cannot be taken"),
      }),
    );
  const work = lease ? serveInTurn(lease) : Promise.resolve(startPulls());

  /** Keeps the lease, and pulls while it is held. */
  async function serveInTurn(held: Lease): Promise<Pull[]> {
    let pulls: Pull[] = [];
    while (!stopping.signal.aborted) {
      try {
        const isMine = await held.keep();
        if (isMine && pulls.length === 0) {
          for (const entry of await deps.waiting.list(name)) queue.wait(entry.entity, entry, entry.nextAt);
          pulls = startPulls();
        }
        if (!isMine) await Promise.all(pulls.splice(0).map((pull) => pull.stop()));
      } catch (err) {
        // Attempts are held by themselves as soon as the lease is no longer certain.
        log.warn({ err, subscription: name }, "lease cannot be renewed");
      }
      await sleep(LEASE_RENEW_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    return pulls;
  }

  return {
    stop: async () => {
      stopping.abort();
      await Promise.all((await work).map((pull) => pull.stop()));
      await lease?.release();
    },
  };
}

async function whenHungry(guard: EndpointGuard, signal: AbortSignal): Promise<number> {
  for (;;) {
    const pausedMs = guard.pausedMs();
    if (pausedMs === 0 || signal.aborted) return guard.appetite();
    await sleep(Math.min(pausedMs, IDLE_MS), undefined, { signal }).catch(() => undefined);
  }
}

function toDelivery(
  { name }: Subscription,
  endpoint: Endpoint,
  event: CanonicalEvent,
  { secretBox, now }: RunnerDeps,
) {
  return {
    url: endpoint.url,
    headers: openHeaders(name, endpoint, secretBox),
    secrets: openSecrets(name, endpoint, secretBox, now()),
    event: { id: event.id, body: Buffer.from(JSON.stringify(event)) },
    timeoutMs: endpoint.timeoutMs,
  };
}

/** Disables the subscription when its endpoint has taken nothing for too long; looks at most once a minute. */
function createSustainedCheck(
  { name, activeSince }: Subscription,
  { disableAfterSeconds }: Endpoint,
  { attempts, disable, now }: RunnerDeps,
): () => Promise<void> {
  let checkedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (now() - checkedAt < SUSTAINED_CHECK_MS) return;
    checkedAt = now();
    const failing = await attempts.failingSince(name);
    if (failing === undefined) return;
    const since = Math.max(Date.parse(failing), Date.parse(activeSince));
    if (now() - since < disableAfterSeconds * 1000) return;
    await disable(name, `the endpoint has taken nothing since ${new Date(since).toISOString()}`);
  };
}
