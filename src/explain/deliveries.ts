/** Gathers what is known of an entity's events at every subscription. */
import type { Collection } from "../collection.ts";
import type { DeadLetter } from "../dead-letters/letter.ts";
import type { DeadReader, DeadScan } from "../dead-letters/reader.ts";
import type { Consumers, Position } from "../subscriptions/consumers.ts";
import type { AttemptRecord, Attempts } from "../subscriptions/deliver/attempts.ts";
import type { WaitingDeliveries } from "../subscriptions/deliver/waiting.ts";
import { entityOf } from "../subscriptions/entity.ts";
import type { Subscription } from "../subscriptions/subscription.ts";
import { carrierOf, type DeliveryFacts, explainDelivery } from "./delivery.ts";
import type { StoredEvent } from "./entity-events.ts";
import type { ExplainedSubscription } from "./view.ts";

export interface DeliveryPorts {
  readonly subscriptions: Pick<Collection<Subscription>, "list">;
  readonly consumers: Pick<Consumers, "positions">;
  readonly attempts: Pick<Attempts, "page">;
  readonly waiting: Pick<WaitingDeliveries, "find">;
  readonly deadReader: Pick<DeadReader, "deliveries">;
  /** The stream of canonical events. */
  readonly stream: string;
}

export interface ExplainedDeliveries {
  readonly subscriptions: readonly ExplainedSubscription[];
  readonly attempts: { readonly found: number; readonly isWhole: boolean };
  readonly dead: DeadScan;
}

interface Known {
  readonly attempts: ReadonlyMap<string, readonly AttemptRecord[]>;
  readonly letters: ReadonlyMap<string, DeadLetter>;
  readonly positions: ReadonlyMap<string, Position>;
}

const PAGE = 1000;
const PAGES_MAX = 10;

export async function explainDeliveries(
  events: readonly StoredEvent[],
  ports: DeliveryPorts,
): Promise<ExplainedDeliveries> {
  const [first] = events;
  const subscriptions = ports.subscriptions.list();
  const nothing = { subscriptions: [], attempts: { found: 0, isWhole: true } };
  if (first === undefined || subscriptions.length === 0) {
    return { ...nothing, dead: { lookedAt: 0, isWhole: true } };
  }
  const attempts = await readAttempts(first, ports);
  const letters = new Map<string, DeadLetter>();
  const dead = await ports.deadReader.deliveries(first.event.store, (letter) => {
    const { delivery } = letter;
    if (delivery) letters.set(keyOf(delivery.subscription, delivery.eventId), letter);
  });
  const known: Known = {
    attempts: attempts.byDelivery,
    letters,
    positions: await ports.consumers.positions(ports.stream),
  };
  const explained: ExplainedSubscription[] = [];
  for (const subscription of subscriptions) {
    const { name, deliver, state } = subscription;
    const deliveries = [];
    for (const stored of events) {
      deliveries.push(
        explainDelivery(subscription, stored, await gather(subscription, stored, known, ports)),
      );
    }
    explained.push({ name, deliver, state, deliveries });
  }
  return { subscriptions: explained, attempts, dead };
}

async function gather(
  subscription: Subscription,
  stored: StoredEvent,
  { attempts, letters, positions }: Known,
  { waiting, stream }: DeliveryPorts,
): Promise<DeliveryFacts> {
  const key = keyOf(subscription.name, stored.event.id);
  const carrier = carrierOf(subscription, stream, stored);
  const position = carrier && positions.get(carrier.name);
  const place = { subscription: subscription.name, stream, sequence: stored.streamSequence };
  const mayWait = position !== undefined && stored.streamSequence > position.ackFloor;
  return {
    attempts: attempts.get(key) ?? [],
    letter: letters.get(key),
    position,
    waiting: subscription.deliver === "http" && mayWait ? await waiting.find(place) : undefined,
  };
}

/** All of the entity since its first event that is shown, by subscription and event. */
async function readAttempts({ event, publishedAt }: StoredEvent, { attempts }: DeliveryPorts) {
  const byDelivery = new Map<string, AttemptRecord[]>();
  const filter = { entity: entityOf(event), since: publishedAt };
  let found = 0;
  let after: number | undefined = 0;
  for (let page = 0; page < PAGES_MAX && after !== undefined; page += 1) {
    const read: Awaited<ReturnType<Attempts["page"]>> = await attempts.page(filter, after, PAGE);
    for (const attempt of read.attempts) {
      const key = keyOf(attempt.subscription, attempt.eventId);
      byDelivery.set(key, [...(byDelivery.get(key) ?? []), attempt]);
      found += 1;
    }
    after = read.next;
  }
  return { byDelivery, found, isWhole: after === undefined };
}

function keyOf(subscription: string, eventId: string): string {
  return `${subscription} ${eventId}`;
}
