/**
 * One event for one endpoint, step by step: is it wanted, is it due, is it its turn; then one attempt, its record, and
 * what follows from it. Nothing is acknowledged before it is written down, so a process that dies loses nothing.
 */
import type { JsMsg } from "nats";
import type { DeadLetters } from "../../dead-letters/dead-letters.ts";
import type { Logger } from "../../log.ts";
import { type CanonicalEvent, envelope } from "../../normalizers/canonical/event.ts";
import { fromMillis } from "../../normalizers/canonical/time.ts";
import type { Turns } from "../../turns.ts";
import { entityOf } from "../entity.ts";
import type { Subscription } from "../subscription.ts";
import type { Attempt } from "./attempt.ts";
import type { AttemptRecord, Attempts } from "./attempts.ts";
import type { Guarded } from "./endpoint-guard.ts";
import type { Queue } from "./queue.ts";
import { nextDelay } from "./retry.ts";
import type { Place, Waiting, WaitingDeliveries } from "./waiting.ts";

export interface DeliverDeps {
  readonly subscription: Subscription;
  /** Whether the subscription wants an event of this stream. */
  readonly wants: (event: CanonicalEvent, stream: string) => boolean;
  readonly attempt: (event: CanonicalEvent) => Promise<Guarded>;
  readonly attempts: Attempts;
  readonly waiting: WaitingDeliveries;
  readonly deadLetters: Pick<DeadLetters, "addDelivery">;
  /** With an ordered subscription: who holds up whom, and one at a time per entity. */
  readonly order: { readonly turns: Turns; readonly queue: Queue } | undefined;
  /** The endpoint wants no more events. */
  readonly onEnd: (reason: string) => Promise<void>;
  /** Called after each attempt that failed. */
  readonly onFailure: () => Promise<void>;
  readonly log: Logger;
  readonly now: () => number;
  readonly random: () => number;
}

/** A server that restarts forgets how long a message was to wait, and gives it out early. */
const EARLY_MS = 1000;
/** After a failure of our own, such as a broker that is away. */
const TROUBLE_MS = 5000;

/** Settles the message, whatever happens. */
export async function deliver(message: JsMsg, deps: DeliverDeps): Promise<void> {
  const event = parseEvent(message);
  if (event === undefined) {
    deps.log.error({ sequence: message.seq }, "what stands in the stream is no event");
    return message.term();
  }
  if (!deps.wants(event, message.info.stream)) return message.ack();
  const place = { subscription: deps.subscription.name, stream: message.info.stream, sequence: message.seq };
  const entity = entityOf(event);
  const task = () => deliverInTurn({ message, event, place, entity }, deps);
  await (deps.order ? deps.order.turns(entity, task) : task());
}

function parseEvent(message: JsMsg): CanonicalEvent | undefined {
  try {
    return envelope.parse(message.json());
  } catch {
    return undefined;
  }
}

interface Work {
  readonly message: JsMsg;
  readonly event: CanonicalEvent;
  readonly place: Place;
  readonly entity: string;
  /** What is known of earlier attempts. */
  readonly before?: Waiting | undefined;
}

async function deliverInTurn(given: Work, deps: DeliverDeps): Promise<void> {
  const { message, event, place, entity } = given;
  let work = given;
  try {
    const before = message.redelivered ? await deps.waiting.find(place) : undefined;
    work = { ...given, before };
    const waitMs = dueInMs(work, deps);
    if (waitMs > 0) return await postpone(work, waitMs, deps);

    const result = await deps.attempt(event);
    if (result.kind === "held") return await postpone(work, result.waitMs, deps);
    // The hub cut the attempt off itself; another process makes it anew.
    if (result.kind === "retry" && result.error === "stopped") return await postpone(work, 0, deps);
    const conclusion = conclude(result, before, deps);
    await deps.attempts.record(toRecord(work, result, conclusion, deps));
    await follow(work, result, conclusion, deps);
  } catch (error) {
    deps.log.warn({ err: error, sequence: message.seq }, "delivery deferred");
    deps.order?.queue.wait(entity, place, deps.now() + TROUBLE_MS);
    message.nak(TROUBLE_MS);
  }
}

/** For how long it must not be tried yet: its own time has not come, or an earlier event of its entity waits. */
function dueInMs({ place, entity, before }: Work, { order, now }: DeliverDeps): number {
  const blockedUntil = order?.queue.blockedUntil(entity, place);
  if (blockedUntil !== undefined) return Math.max(blockedUntil - now(), EARLY_MS);
  const earlyMs = before ? before.nextAt - now() : 0;
  return earlyMs > EARLY_MS ? earlyMs : 0;
}

/** Gives it back untried. An ordered subscription remembers it, so that no later event of its entity overtakes it. */
async function postpone(work: Work, waitMs: number, deps: DeliverDeps): Promise<void> {
  const { message, event, place, entity, before } = work;
  if (deps.order) {
    const nextAt = deps.now() + waitMs;
    const entry = before ?? { eventId: event.id, entity, attempts: 0, firstAt: fromMillis(deps.now()) };
    await deps.waiting.save(place, { ...entry, nextAt });
    deps.order.queue.wait(entity, place, nextAt);
  }
  message.nak(Math.max(waitMs, 1));
}

type Conclusion = { readonly attempt: number } & (
  | { readonly outcome: "delivered" | "dead" | "disabled" }
  | { readonly outcome: "retry"; readonly delayMs: number }
);

/** What an attempt means for the event. */
function conclude(
  result: Attempt,
  before: Waiting | undefined,
  { subscription, random }: DeliverDeps,
): Conclusion {
  const attempt = (before?.attempts ?? 0) + 1;
  if (result.kind === "delivered") return { outcome: "delivered", attempt };
  if (result.kind === "gone") return { outcome: "disabled", attempt };
  const retryAfterMs = result.kind === "retry" ? result.retryAfterMs : undefined;
  const retrySeconds = subscription.endpoint?.retrySeconds ?? [];
  const delayMs = nextDelay({ attempt, retrySeconds, retryAfterMs, random });
  return delayMs === "exhausted" ? { outcome: "dead", attempt } : { outcome: "retry", attempt, delayMs };
}

/** Settles the message. */
async function follow(
  { message, event, place, entity, before }: Work,
  result: Attempt,
  conclusion: Conclusion,
  deps: DeliverDeps,
): Promise<void> {
  const { waiting, order, now } = deps;
  const { attempt } = conclusion;
  switch (conclusion.outcome) {
    case "retry": {
      const nextAt = now() + conclusion.delayMs;
      const firstAt = before?.firstAt ?? fromMillis(now());
      const entry = { eventId: event.id, entity, attempts: attempt, firstAt, nextAt, ...lastOf(result) };
      await waiting.save(place, entry);
      order?.queue.wait(entity, place, nextAt);
      message.nak(conclusion.delayMs);
      return deps.onFailure();
    }
    case "disabled":
      await deps.onEnd("the endpoint answered 410 Gone");
      message.nak(TROUBLE_MS);
      return;
    case "dead":
      await deps.deadLetters.addDelivery(event, {
        ...place,
        reason: describe(result),
        attempts: attempt,
        ...("status" in result ? { status: result.status } : {}),
        ...("text" in result ? { response: result.text } : {}),
      });
      break;
    case "delivered":
  }
  if (before) await waiting.remove(place);
  order?.queue.done(entity, place);
  message.ack();
}

function toRecord(
  { event, place, entity }: Work,
  result: Attempt,
  conclusion: Conclusion,
  { now }: DeliverDeps,
): AttemptRecord {
  const endedAt = now();
  return {
    subscription: place.subscription,
    eventId: event.id,
    type: event.type,
    entity,
    attempt: conclusion.attempt,
    at: new Date(endedAt - result.durationMs).toISOString(),
    durationMs: Math.round(result.durationMs),
    outcome: conclusion.outcome,
    ...("status" in result && result.status !== undefined ? { status: result.status } : {}),
    ...("error" in result ? { error: result.error } : {}),
    ...("text" in result && result.text ? { body: result.text } : {}),
    ...(conclusion.outcome === "retry"
      ? { nextAt: new Date(endedAt + conclusion.delayMs).toISOString() }
      : {}),
  };
}

function lastOf(result: Attempt): Pick<Waiting, "lastStatus" | "lastError"> {
  return {
    ...("status" in result && result.status !== undefined ? { lastStatus: result.status } : {}),
    lastError: describe(result),
  };
}

/** In words, for the dead letter and for people. */
function describe(result: Attempt): string {
  return "reason" in result ? result.reason : `The endpoint answered ${result.status}.`;
}
