/** Events with types per name, for those who read them: `if (event.type === "order.paid") event.data.order.totals`. */
import type { z } from "zod";
import type { CanonicalEvent, changeSchema } from "./event.ts";
import type { RESOURCES, Resource, SIGNALS, SignalResource, SignalType, StateOf } from "./resources.ts";

type Carriers<R extends Resource> = (typeof RESOURCES)[R]["carriers"];
type Action<R extends Resource> =
  | Extract<Carriers<R>[keyof Carriers<R>], string>
  | Extract<keyof (typeof RESOURCES)[R]["milestones"], string>;

type EntityType = { [R in Resource]: `${R}.${Action<R>}` }[Resource];

/** Every event name there is. */
export type EventType = EntityType | SignalType;

type ResourceOf<T extends EventType> = T extends `${infer R}.${string}` ? R : never;

type Attributes = Omit<CanonicalEvent, "type" | "subject" | "sequence" | "data">;

interface EntityAttributes extends Attributes {
  /** The entity's id at the platform. */
  readonly subject: string;
  /** Counts the events of this entity without gaps, starting at 1. */
  readonly sequence: number;
}

interface SignalAttributes extends Attributes {
  readonly subject?: undefined;
  readonly sequence?: undefined;
}

/** What differs from before, beside the state. */
export type Change = z.infer<typeof changeSchema>;

type Described<T extends EventType> =
  ResourceOf<T> extends infer R
    ? R extends Resource
      ? EntityAttributes & { readonly data: { readonly [K in R]: StateOf<K> } & Change }
      : R extends SignalResource
        ? SignalAttributes & { readonly data: { readonly [K in R]: z.infer<(typeof SIGNALS)[K]["schema"]> } }
        : never
    : never;

/** The event of a name; of several names their union, told apart by `type`. */
export type EventOf<T extends EventType> = { [K in T]: { readonly type: K } & Described<K> }[T];

/** Any event. */
export type CommerceEvent = EventOf<EventType>;
/** An event of an entity; signals have none. */
export type EntityEvent = EventOf<EntityType>;
