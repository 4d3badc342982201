/** What became of one event for one subscription. Pure: the facts are gathered elsewhere. */
import type { DeadLetter } from "../dead-letters/letter.ts";
import type { Position } from "../subscriptions/consumers.ts";
import type { AttemptRecord } from "../subscriptions/deliver/attempts.ts";
import type { Waiting } from "../subscriptions/deliver/waiting.ts";
import { overlaps } from "../subscriptions/lifecycle/plan.ts";
import { explainMatch } from "../subscriptions/match.ts";
import type { ConsumerRef, Subscription } from "../subscriptions/subscription.ts";
import type { StoredEvent } from "./entity-events.ts";
import type { DeliveryView } from "./view.ts";

export interface DeliveryFacts {
  /** Of this event for this subscription, oldest first. */
  readonly attempts: readonly AttemptRecord[];
  readonly letter: DeadLetter | undefined;
  readonly waiting: Waiting | undefined;
  /** Of the consumer that carries the event; undefined when the server has none. */
  readonly position: Position | undefined;
}

type Told = Omit<DeliveryView, "event" | "type">;

/** What is known for certain comes first: an attempt that succeeded counts whatever the subscription says today. */
export function explainDelivery(
  subscription: Subscription,
  stored: StoredEvent,
  facts: DeliveryFacts,
): DeliveryView {
  const { event } = stored;
  const told =
    byAttempt(facts.attempts) ??
    byLetter(facts.letter) ??
    byMatch(subscription, stored) ??
    byStart(subscription, stored) ??
    bySchedule(subscription, facts) ??
    byPosition(subscription, stored, facts);
  return { event: event.id, type: event.type, ...told };
}

/** The consumer that lets the event through. */
export function carrierOf(
  { consumers }: Pick<Subscription, "consumers">,
  stream: string,
  { subject }: Pick<StoredEvent, "subject">,
): ConsumerRef | undefined {
  return consumers.find((each) => each.stream === stream && overlaps(each.filter, subject));
}

function byAttempt(attempts: readonly AttemptRecord[]): Told | undefined {
  const success = attempts.find(({ outcome }) => outcome === "delivered");
  if (success === undefined) return undefined;
  const at = new Date(Date.parse(success.at) + success.durationMs).toISOString();
  return { state: "delivered", at, attempts: attempts.indexOf(success) + 1, ...statusOf(success.status) };
}

function byLetter(letter: DeadLetter | undefined): Told | undefined {
  if (letter === undefined) return undefined;
  const { sequence, reason, attempts, at, delivery } = letter;
  return { state: "dead", reason, attempts, at, deadLetter: sequence, ...statusOf(delivery?.status) };
}

function byMatch(subscription: Subscription, { event }: StoredEvent): Told | undefined {
  const match = explainMatch(subscription, event);
  if (match.matches) return undefined;
  const isLeftToClient = subscription.deliver === "nats" && match.reason.startsWith("where: ");
  const reason = isLeftToClient ? `${match.reason} (the client library leaves it out)` : match.reason;
  return { state: "not_matched", reason };
}

function byStart({ consumers }: Subscription, stored: StoredEvent): Told | undefined {
  const carriers = consumers.filter(({ filter }) => overlaps(filter, stored.subject));
  const starts = carriers.map(({ from }) => from);
  const isBefore = (from: ConsumerRef["from"]) =>
    typeof from === "number" ? stored.streamSequence < from : stored.publishedAt < from;
  if (starts.length === 0 || !starts.every(isBefore)) return undefined;
  return { state: "before_start", reason: `it reads from ${starts.map(String).join(", ")} on` };
}

/** Another try is due, or there was a last one. */
function bySchedule(
  { state, stopped }: Subscription,
  { attempts, waiting }: DeliveryFacts,
): Told | undefined {
  const last = attempts.at(-1);
  const tried = {
    attempts: waiting?.attempts ?? attempts.length,
    ...(last ? { at: last.at, ...statusOf(last.status) } : {}),
    ...errorOf(last, waiting),
  };
  if (last?.outcome === "dead") {
    return { state: "given_up", ...tried, reason: "its dead letter is gone: tried again, or no longer kept" };
  }
  if (waiting === undefined && last === undefined) return undefined;
  if (state !== "active") return { state: "held", ...tried, reason: describeStop(state, stopped) };
  const nextAt = waiting ? new Date(waiting.nextAt).toISOString() : last?.nextAt;
  return {
    state: "waiting",
    ...tried,
    ...(nextAt ? { nextAt } : {}),
    ...(tried.attempts === 0 ? { reason: "an earlier event of the entity comes first" } : {}),
  };
}

function byPosition(
  { deliver, state, stopped }: Subscription,
  { streamSequence }: StoredEvent,
  { position }: DeliveryFacts,
): Told {
  if (position === undefined) {
    return { state: "unknown", reason: "the server has no consumer of this subscription for it" };
  }
  if (streamSequence <= position.ackFloor) {
    return deliver === "nats"
      ? { state: "delivered", reason: "its subscriber acknowledged it" }
      : { state: "settled", reason: "its attempts are no longer kept" };
  }
  if (state !== "active") return { state: "held", reason: describeStop(state, stopped) };
  if (streamSequence > position.delivered) return { state: "pending" };
  return deliver === "nats"
    ? { state: "in_hand", reason: "its subscriber has it, and has not acknowledged all up to it" }
    : { state: "in_hand" };
}

function describeStop(state: Subscription["state"], stopped: Subscription["stopped"]): string {
  return stopped === undefined ? state : `${state} since ${stopped.at}: ${stopped.reason}`;
}

function statusOf(status: number | undefined): { status?: number } {
  return status === undefined ? {} : { status };
}

function errorOf(last: AttemptRecord | undefined, waiting: Waiting | undefined): { error?: string } {
  const answered = last?.status === undefined ? undefined : `The endpoint answered ${last.status}.`;
  const error = waiting?.lastError ?? answered ?? last?.error;
  return error === undefined ? {} : { error };
}
