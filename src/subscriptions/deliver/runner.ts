/**
 * Delivers the events of one HTTP subscription from this process. Any number of processes share the work through the
 * subscription's consumers; only one that wants its events in order is served by one process at a time.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { JetStreamClient } from "nats";
import type { CanonicalEvent } from "../../normalizers/canonical/event.ts";
import type { SecretBox } from "../../secret-box.ts";
import type { Consumers } from "../consumers.ts";
import { compileMatch } from "../match.ts";
import { openHeaders, openSecrets } from "../secrets.ts";
import type { Endpoint, Subscription } from "../subscription.ts";
import { type Attempt, attempt, type Delivery } from "./attempt.ts";
import type { Attempts } from "./attempts.ts";
import { type DeliverDeps, deliver } from "./deliver.ts";
import { createEndpointGuard, type EndpointGuard } from "./endpoint-guard.ts";
import type { Egress } from "../../egress/egress.ts";
import type { Leases } from "./lease.ts";
import { startPull } from "./pull.ts";
import { createOrderedStart, type Ordered } from "./ordered-start.ts";
import { type Serving, serveInTurn } from "./turn.ts";
import { findUnsettled, placeOf } from "./unsettled.ts";
import { createRecall } from "./recall.ts";
import type { WaitingDeliveries } from "./waiting.ts";

export interface RunnerDeps extends Pick<DeliverDeps, "deadLetters" | "log" | "now" | "random"> {
  readonly attempts: Pick<Attempts, "record" | "failingSince">;
  readonly waiting: Pick<WaitingDeliveries, "find" | "save" | "remove" | "list">;
  readonly js: JetStreamClient;
  /** The stream of events that are addressed to one subscription. */
  readonly directStream: string;
  readonly consumers: Pick<Consumers, "position" | "nextSequence">;
  readonly ackWaitMs: number;
  readonly egress: Pick<Egress, "dispatcher">;
  readonly secretBox: SecretBox;
  /** For subscriptions that want their events in order. */
  readonly leases: Leases;
  /** Ends the subscription: the endpoint wants no more events, or took none for too long. */
  readonly disable: (subscription: string, reason: string) => Promise<void>;
  readonly onAttempt: (attempt: Attempt) => void;
}

export interface Runner {
  /** Takes no more events and awaits those in hand. Never rejects. */
  readonly stop: () => Promise<void>;
}

const SUSTAINED_CHECK_MS = 60_000;
const IDLE_MS = 1000;

export function startRunner(subscription: Subscription, endpoint: Endpoint, deps: RunnerDeps): Runner {
  const { name } = subscription;
  const stopping = new AbortController();
  const { signal } = stopping;
  const lease = endpoint.ordered ? deps.leases.create(name, endpoint.timeoutMs) : undefined;
  const guard = createEndpointGuard({
    ...endpoint,
    signal,
    mayStart: () => lease?.isHeld() ?? true,
    now: deps.now,
  });
  const onTrouble = (err: unknown) => deps.log.warn({ err, subscription: name }, "events cannot be taken");
  const serve = createServe({ subscription, endpoint, guard, signal, onTrouble }, deps);
  if (lease === undefined) {
    const serving = serve(undefined);
    findUnsettled(subscription, deps).catch(onTrouble);
    return {
      stop: async () => {
        stopping.abort();
        await serving.stop();
      },
    };
  }
  const start = createOrderedStart(subscription, serve, deps);
  const work = serveInTurn({ lease, renewMs: deps.leases.renewMs, signal, start, onTrouble });
  return {
    stop: async () => {
      stopping.abort();
      await work;
    },
  };
}

interface ServeOptions {
  readonly subscription: Subscription;
  readonly endpoint: Endpoint;
  readonly guard: EndpointGuard;
  readonly signal: AbortSignal;
  readonly onTrouble: (error: unknown) => void;
}

/** What starts taking events, with an order to keep or without one. */
function createServe(
  { subscription, endpoint, guard, signal, onTrouble }: ServeOptions,
  deps: RunnerDeps,
): (ordered: Ordered | undefined) => Serving {
  const matches = compileMatch(subscription);
  const delivering = {
    ...deps,
    subscription,
    // What is addressed to this subscription is wanted, whatever it says of events in general.
    wants: (event: CanonicalEvent, stream: string) => stream === deps.directStream || matches(event),
    attempt: ({ id }: CanonicalEvent, body: Uint8Array) =>
      guard.run(() => makeAttempt(subscription, endpoint, { id, body }, deps)),
    onEnd: (reason: string) => deps.disable(subscription.name, reason),
    onFailure: createSustainedCheck(subscription, endpoint, deps),
  };
  return (ordered) => {
    const waiting = createRecall(deps.waiting, deps.consumers.nextSequence);
    const pulls = subscription.consumers.map((consumer) =>
      startPull({
        js: deps.js,
        consumer,
        ackWaitMs: deps.ackWaitMs,
        // Taken ahead, so that the next are at hand; where one is sent at a time nothing is, which keeps to the order.
        inHandMax: 2 * endpoint.concurrency - 1,
        admit: () => whenHungry(guard, signal),
        handle: (message) => deliver(message, { ...delivering, waiting, order: ordered?.order }),
        onTrouble,
        unbroken: ordered && {
          deliveries: ordered.deliveries.get(placeOf(consumer)) ?? 0,
          onLost: ordered.onLost,
        },
      }),
    );
    return {
      stop: async () => {
        await Promise.all(pulls.map((pull) => pull.stop()));
      },
    };
  };
}

async function whenHungry(guard: EndpointGuard, signal: AbortSignal): Promise<number> {
  for (;;) {
    const pausedMs = guard.pausedMs();
    if (pausedMs === 0 || signal.aborted) return guard.appetite();
    await sleep(Math.min(pausedMs, IDLE_MS), undefined, { signal }).catch(() => undefined);
  }
}

async function makeAttempt(
  { name }: Subscription,
  endpoint: Endpoint,
  event: Delivery["event"],
  { egress, secretBox, onAttempt, now }: RunnerDeps,
): Promise<Attempt> {
  const delivery: Delivery = {
    url: endpoint.url,
    headers: openHeaders(name, endpoint, secretBox),
    secrets: openSecrets(name, endpoint, secretBox, now()),
    event,
    timeoutMs: endpoint.timeoutMs,
  };
  const result = await attempt(delivery, { dispatcher: egress.dispatcher, now });
  onAttempt(result);
  return result;
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
