/**
 * Whether the events of an entity come without gaps. `sequence` counts them, so where a consumer carries all of them a
 * jump means loss, by retention for example. Before it is called one, everything else that leaves a hole is ruled out:
 * when the consumer has given something out that did not come here (another process reads along, a connection broke),
 * counting starts anew.
 */
import type { CommerceEvent } from "../normalizers/canonical/typed-event.ts";
import type { Delivery } from "./delivery.ts";
import { createRecent } from "../recent.ts";

export interface Gap {
  /** `<store>:<resource>:<entity id>` */
  readonly entity: string;
  /** The sequences that never came, both included. */
  readonly from: number;
  readonly to: number;
}

export interface Place {
  readonly gap?: Gap;
  /** An event of the entity with a higher sequence came before. */
  readonly late: boolean;
}

type Sequenced = Pick<CommerceEvent, "id" | "sequence" | "via" | "test">;

const UNKNOWN: Place = { late: false };

/** `<store>:<resource>:<entity id>`; of a signal its own id. */
export function entityOf({ id, sequence }: Pick<Sequenced, "id" | "sequence">): string {
  return sequence === undefined ? id : id.slice(0, id.lastIndexOf(":"));
}

/** Remembers so many entities; one that was forgotten counts as seen for the first time. */
export function createContinuity(entitiesMax: number): (event: Sequenced, delivery: Delivery) => Place {
  const highest = createRecent<{ sequence: number; era: number }>(entitiesMax);
  const consumers = new Map<string, { last: number; era: number }>();

  const eraOf = ({ consumer, deliverySequence }: Delivery): number => {
    const key = `${consumer.stream} ${consumer.name}`;
    const before = consumers.get(key);
    const isWhole = before === undefined || deliverySequence === before.last + 1;
    const era = (before?.era ?? 0) + (isWhole ? 0 : 1);
    consumers.set(key, { last: deliverySequence, era });
    return era;
  };

  return (event, delivery) => {
    const era = eraOf(delivery);
    const { sequence } = event;
    if (sequence === undefined || event.via === "replay" || event.test) return UNKNOWN;
    const entity = entityOf(event);
    const before = highest.get(entity);
    highest.set(entity, { sequence: Math.max(sequence, before?.sequence ?? 0), era });
    if (before === undefined) return UNKNOWN;
    if (sequence <= before.sequence) return { late: sequence < before.sequence };
    const isGap = delivery.consumer.whole === true && before.era === era && sequence > before.sequence + 1;
    if (!isGap) return UNKNOWN;
    return { late: false, gap: { entity, from: before.sequence + 1, to: sequence - 1 } };
  };
}
