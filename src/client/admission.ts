/** From a message to an event in hand: read, compared with what came before, and matched with what was asked for. */
import { compileWanted } from "../matching/wanted.ts";
import { compileWhere } from "../matching/where.ts";
import type { CommerceEvent, EventOf, EventType } from "../normalizers/canonical/typed-event.ts";
import type { SubscriptionAccess } from "./access.ts";
import { backoffMs } from "./backoff.ts";
import { createContinuity, entityOf, type Gap } from "./continuity.ts";
import type { Delivery } from "./delivery.ts";
import { createDuplicates } from "./duplicates.ts";
import { InvalidEvent } from "./errors.ts";
import type { Hand } from "./hand.ts";
import { type Received, toReceived } from "./received.ts";

export interface Counts {
  /** Events that were handed out. */
  readonly received: number;
  /** Events that this process had in hand or had settled before. */
  readonly duplicates: number;
  /** Events that the subscription does not want: its `where`, or a consumer that is wider than it. */
  readonly unwanted: number;
  readonly gaps: number;
  readonly invalid: number;
}

export interface AdmissionOptions {
  /** Throws when the value is no event that the program can handle; what it returns is not used. */
  readonly validate?: (value: unknown) => unknown;
  /** `suppress` (the default): acknowledged, counted and not handed out. `deliver`: marked `duplicate`. */
  readonly duplicates?: "suppress" | "deliver";
  /** How many events that are done, and how many entities, are remembered. 50,000 without it, some 10 MB. */
  readonly rememberMax?: number;
  readonly onGap?: (gap: Gap) => void;
  readonly onDuplicate?: (id: string) => void;
  /** With it, what is no valid event is given up and the iteration goes on; without it the iteration throws the error. */
  readonly onInvalid?: (error: InvalidEvent) => void;
}

export interface Admission<T extends EventType> {
  /** Undefined for what is not to be handed out; it is settled already. Throws InvalidEvent. */
  readonly admit: (delivery: Delivery) => Received<T> | undefined;
  readonly counts: () => Counts;
}

const REMEMBER_MAX = 50_000;

export function createAdmission<T extends EventType>(
  access: SubscriptionAccess,
  options: AdmissionOptions,
  hand: Pick<Hand, "take" | "drop">,
): Admission<T> {
  const { rememberMax = REMEMBER_MAX, duplicates: mode = "suppress" } = options;
  const continuity = createContinuity(rememberMax);
  const duplicates = createDuplicates(rememberMax);
  const isWanted = compileFilter(access);
  const counts = { received: 0, duplicates: 0, unwanted: 0, gaps: 0, invalid: 0 };

  const read = (delivery: Delivery): Read<T> | undefined => {
    try {
      return readEvent<T>(delivery, options.validate);
    } catch (cause) {
      const error = new InvalidEvent(delivery.consumer.stream, delivery.streamSequence, cause);
      counts.invalid += 1;
      if (options.onInvalid === undefined) {
        delivery.nak(backoffMs(delivery.attempt));
        throw error;
      }
      delivery.term("not a valid event");
      options.onInvalid(error);
      return undefined;
    }
  };
  const suppress = (event: CommerceEvent, delivery: Delivery, state: "in_hand" | "done"): undefined => {
    counts.duplicates += 1;
    options.onDuplicate?.(event.id);
    // Of an event in hand the first delivery will be answered, and that answer counts for this one too.
    if (state === "done") delivery.ack();
  };
  const handOut = (
    { event, typed }: Read<T>,
    delivery: Delivery,
    duplicate: boolean,
  ): Received<T> | undefined => {
    const place = continuity(event, delivery);
    if (place.gap) {
      counts.gaps += 1;
      options.onGap?.(place.gap);
    }
    if (!isDirect(delivery, access) && !isWanted(event)) {
      counts.unwanted += 1;
      delivery.ack();
      return undefined;
    }
    const key = keyOf(event, delivery, access);
    duplicates.take(key);
    hand.take(delivery);
    counts.received += 1;
    const after = (then: (key: string) => void) => () => {
      then(key);
      hand.drop(delivery);
    };
    return toReceived<T>(
      typed,
      delivery,
      { ...place, entity: entityOf(event), sequence: event.sequence, duplicate },
      {
        onDone: after(duplicates.finish),
        onReturned: after(duplicates.release),
      },
    );
  };

  return {
    admit: (delivery) => {
      const found = read(delivery);
      if (found === undefined) return undefined;
      const state = duplicates.stateOf(keyOf(found.event, delivery, access));
      if (state === undefined || mode === "deliver") return handOut(found, delivery, state !== undefined);
      return suppress(found.event, delivery, state);
    },
    counts: () => ({ ...counts }),
  };
}

/** One event, as this client and as its user look at it. */
interface Read<T extends EventType> {
  readonly event: CommerceEvent;
  readonly typed: EventOf<T>;
}

function readEvent<T extends EventType>(delivery: Delivery, validate: AdmissionOptions["validate"]): Read<T> {
  const value = JSON.parse(delivery.text());
  if (typeof value?.id !== "string" || typeof value.type !== "string")
    throw new TypeError("no id or no type");
  validate?.(value);
  return { event: value, typed: value };
}

/** A replay is wanted although the event was handled before; only the same replayed message is a duplicate. */
function keyOf(event: CommerceEvent, delivery: Delivery, access: SubscriptionAccess): string {
  return isDirect(delivery, access) ? `${delivery.consumer.stream} ${delivery.streamSequence}` : event.id;
}

/** Replays and test events are addressed to this subscription: they were chosen by whoever sent them. */
function isDirect({ consumer }: Delivery, { stream }: SubscriptionAccess): boolean {
  return consumer.stream !== stream;
}

function compileFilter(access: SubscriptionAccess): (event: CommerceEvent) => boolean {
  const isWanted = compileWanted(access);
  const { where, wherePaths = {} } = access;
  if (where === undefined) return isWanted;
  const paths = new Map(Object.entries(wherePaths));
  const passes = compileWhere(where, (path) => paths.get(path));
  return (event) => isWanted(event) && passes(event);
}
