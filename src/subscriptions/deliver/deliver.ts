/**
 * One event for one endpoint, step by step: is it wanted, is it due, is it its turn; then one attempt, its record, and
 * what follows from it. Nothing is acknowledged before it is written down, so a process that dies loses nothing.
 */
import type { JsMsg } from "nats";
import type { DeadLetters } from "../../dead-letters/dead-letters.ts";
import type { Logger } from "../../log.ts";
import { type CanonicalEvent, envelope } from "../../normalizers/canonical/event.ts";
import type { Turns } from "../../turns.ts";
import { entityOf } from "../entity.ts";
import type { Subscription } from "../subscription.ts";
import type { Attempt } from "./attempt.ts";
import type { Attempts } from "./attempts.ts";
import { type Conclusion, conclude, toDeliveryFailure, toLast, toRecord } from "./conclusion.ts";
import type { Guarded } from "./endpoint-guard.ts";
import type { Held, Queue } from "./queue.ts";
import type { Recall } from "./recall.ts";
import type { Place, Waiting, WaitingDeliveries } from "./waiting.ts";

/** Who holds up whom, and one at a time per entity. */
export interface Order {
  readonly turns: Turns;
  readonly queue: Queue;
}

/** As much of a message of the stream as a delivery needs. */
export type Message = Pick<JsMsg, "seq" | "subject" | "data" | "json" | "ack" | "nak" | "term"> & {
  readonly info: Pick<JsMsg["info"], "stream" | "redelivered">;
};

export interface DeliverDeps {
  readonly subscription: Subscription;
  /** Whether the subscription wants an event of this stream. */
  readonly wants: (event: CanonicalEvent, stream: string) => boolean;
  /** Sends the event's JSON as it stands in the stream. */
  readonly attempt: (event: CanonicalEvent, body: Uint8Array) => Promise<Guarded>;
  readonly attempts: Pick<Attempts, "record">;
  readonly waiting: Recall;
  readonly deadLetters: Pick<DeadLetters, "addDelivery">;
  /** With an ordered subscription. */
  readonly order: Order | undefined;
  /** The endpoint wants no more events. */
  readonly onEnd: (reason: string) => Promise<void>;
  /** Called after each attempt that failed. */
  readonly onFailure: () => Promise<void>;
  /** See `PullOptions`. */
  readonly ackWaitMs: number;
  readonly log: Logger;
  readonly now: () => number;
  readonly random: () => number;
}

/** A server that restarts forgets how long a message was to wait, and gives it out early. */
const EARLY_MS = 1000;
/** After a failure of our own, such as a broker that is away. */
const TROUBLE_MS = 5000;

/** Settles the message, whatever happens. */
export async function deliver(message: Message, deps: DeliverDeps): Promise<void> {
  const work = toWork(message, deps);
  if (work === undefined) return message.term();
  const task = () => deliverInTurn(work, deps);
  await (deps.order ? deps.order.turns(work.entity, task) : task());
}

export type PutOffDeps = Pick<DeliverDeps, "subscription" | "log" | "now"> & {
  readonly waiting: Pick<WaitingDeliveries, "find" | "save">;
};

/**
 * Writes the event down untried, for who will deliver it in its turn, and gives it back for so long at least. False when it
 * was written down before.
 */
export async function putOff(message: Message, waitMs: number, deps: PutOffDeps): Promise<boolean> {
  const work = toWork(message, deps);
  if (work === undefined) {
    message.term();
    return true;
  }
  const before = await deps.waiting.find(work.place);
  const nextAt = Math.max(deps.now() + waitMs, before?.nextAt ?? 0);
  await wait(work, { ...toWaiting({ ...work, before }, deps), nextAt }, deps);
  return before === undefined;
}

/** Undefined when the message is no event, which is told. */
function toWork(message: Message, { subscription, log }: Pick<DeliverDeps, "subscription" | "log">) {
  const event = parseEvent(message);
  if (event === undefined) {
    log.error({ sequence: message.seq }, "what stands in the stream is no event");
    return undefined;
  }
  const place = { subscription: subscription.name, stream: message.info.stream, sequence: message.seq };
  return { message, event, place, entity: entityOf(event) };
}

function parseEvent(message: Message): CanonicalEvent | undefined {
  try {
    return envelope.parse(message.json());
  } catch {
    return undefined;
  }
}

interface Work {
  readonly message: Message;
  readonly event: CanonicalEvent;
  readonly place: Place;
  readonly entity: string;
  /** What is known of earlier attempts. */
  readonly before?: Waiting | undefined;
}

async function deliverInTurn(given: Work, deps: DeliverDeps): Promise<void> {
  const { message, event, place, entity } = given;
  // The server gave it out again before it heard of the first time.
  if (deps.order?.queue.isDone(place)) return message.ack();
  let work = given;
  try {
    const before = await deps.waiting.find(place, message.info.redelivered);
    work = { ...given, before };
    // It may have been wanted when it was tried before.
    if (!deps.wants(event, place.stream)) return await settle(work, deps);
    const waitMs = dueInMs(work, deps);
    if (waitMs > 0) return await postpone(work, waitMs, deps);

    const result = await deps.attempt(event, message.data);
    if (result.kind === "held") return await postpone(work, result.waitMs, deps);
    // The hub cut the attempt off itself; another process makes it anew.
    if (result.kind === "retry" && result.error === "stopped") return await postpone(work, 0, deps);
    const { name, endpoint } = deps.subscription;
    const retrySeconds = endpoint?.retrySeconds ?? [];
    const conclusion = conclude(result, before?.attempts ?? 0, { retrySeconds, random: deps.random });
    const told = { subscription: name, event, entity, endedAt: deps.now() };
    await deps.attempts.record(toRecord(told, result, conclusion));
    await follow(work, result, conclusion, deps);
  } catch (error) {
    deps.log.warn({ err: error, sequence: message.seq }, "delivery deferred");
    // Nothing may be written down of it, so whoever takes over has to see it before it goes on.
    const waitMs = Math.min(TROUBLE_MS, deps.ackWaitMs / 2);
    deps.order?.queue.wait(toHeld(work), deps.now() + waitMs);
    message.nak(waitMs);
  }
}

function toHeld({ message: { subject }, place, entity }: Work): Held {
  return { ...place, entity, subject };
}

/** For how long it must not be tried yet: its own time has not come, or an earlier event of its entity waits. */
function dueInMs(work: Work, { order, now }: DeliverDeps): number {
  const { before } = work;
  const blockedUntil = order?.queue.blockedUntil(toHeld(work));
  if (blockedUntil !== undefined) return Math.max(blockedUntil - now(), EARLY_MS);
  const earlyMs = before ? before.nextAt - now() : 0;
  return earlyMs > EARLY_MS ? earlyMs : 0;
}

/** Gives it back untried. An ordered subscription remembers it, so that no later event of its entity overtakes it. */
async function postpone(work: Work, waitMs: number, deps: DeliverDeps): Promise<void> {
  if (deps.order === undefined) return work.message.nak(Math.max(waitMs, 1));
  return wait(work, { ...toWaiting(work, deps), nextAt: deps.now() + waitMs }, deps);
}

async function wait(
  work: Work,
  entry: Waiting,
  deps: { readonly waiting: Pick<Recall, "save"> } & Pick<PutOffDeps, "now"> &
    Partial<Pick<DeliverDeps, "order">>,
): Promise<void> {
  await deps.waiting.save(work.place, entry);
  deps.order?.queue.wait(toHeld(work), entry.nextAt);
  work.message.nak(Math.max(entry.nextAt - deps.now(), 1));
}

/** What the bucket says of it until its next attempt, but for when that is. */
function toWaiting(
  { message, event, entity, before }: Work,
  { now }: Pick<DeliverDeps, "now">,
): Omit<Waiting, "nextAt"> {
  return (
    before ?? {
      eventId: event.id,
      subject: message.subject,
      entity,
      attempts: 0,
      firstAt: new Date(now()).toISOString(),
    }
  );
}

/** Settles the message. */
async function follow(work: Work, result: Attempt, conclusion: Conclusion, deps: DeliverDeps): Promise<void> {
  const { message, event, place } = work;
  switch (conclusion.outcome) {
    case "delivered":
      return settle(work, deps);
    case "disabled":
      await deps.onEnd("the endpoint answered 410 Gone");
      return message.nak(TROUBLE_MS);
    case "dead":
      await deps.deadLetters.addDelivery(event, toDeliveryFailure(place, result, conclusion.attempt));
      await settle(work, deps);
      return deps.onFailure();
    case "retry": {
      const { attempt: attempts, delayMs } = conclusion;
      const nextAt = deps.now() + delayMs;
      await wait(work, { ...toWaiting(work, deps), attempts, nextAt, ...toLast(result) }, deps);
      return deps.onFailure();
    }
  }
}

/** Nothing more is to be done for it. */
async function settle(work: Work, deps: DeliverDeps): Promise<void> {
  if (work.before) await deps.waiting.remove(work.place);
  deps.order?.queue.done(toHeld(work));
  work.message.ack();
}
