/**
 * The contract of a platform adapter. An adapter is a declaration: the wire over which the platform speaks (`wire.ts`), and
 * for each topic a pure mapper from the payload to observations. It does no I/O and sees no secret.
 */
import type { z } from "zod";
import type { Resource, SignalType, StateOf } from "./canonical/resources.ts";
import type { Api, HydratedHandler } from "./hydration.ts";
import type { Wire } from "./wire.ts";

/** What a mapper may know besides the payload. */
export interface MapContext {
  readonly topic: string;
  /** The moment of the change according to the request's headers, else when the hub received it (RFC 3339). */
  readonly at: string;
  readonly receivedAt: string;
  /** Kept headers, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly options: StoreOptions;
}

/** What the admin told about a store, beyond its secrets. */
export interface StoreOptions {
  /** Currency of the catalogue, for platforms whose products do not name one. */
  readonly currency?: string | undefined;
  readonly weightUnit?: "g" | "kg" | "oz" | "lb" | undefined;
  readonly dimensionUnit?: "mm" | "cm" | "m" | "in" | "yd" | undefined;
  /** Time zone of the shop (IANA), for platforms that write local times. */
  readonly timeZone?: string | undefined;
}

/** "Entity X is in state S as of T." The state replaces what is known, except for parts that patches brought. */
export interface StateObservation<R extends Resource = Resource> {
  readonly kind: "state";
  readonly resource: R;
  readonly id: string;
  /** `toVersion` of the platform's change time. */
  readonly version: string;
  readonly state: StateOf<R>;
  /** When the entity came to be (RFC 3339); decides between `created` and a first sight of something old. */
  readonly bornAt?: string | undefined;
  /** The platform says that it is new; counts when `bornAt` is unknown, and saves reading a row. */
  readonly isNew?: boolean;
  /** Milestones that the topic itself names; at first sight of something old, only these are told. */
  readonly news?: readonly string[] | undefined;
  /** The platform says that it was deleted and is back. */
  readonly restored?: boolean;
  /** The state of this stock or inventory item is completed with what the reference of this id says. */
  readonly reference?: string;
}

/** One part of an entity as of T: the value of a field, or (with `key`) one element of a list, found by its `id`. */
export interface PatchObservation<R extends Resource = Resource> {
  readonly kind: "patch";
  readonly resource: R;
  readonly id: string;
  readonly version: string;
  readonly path: Extract<keyof StateOf<R>, string>;
  readonly key?: string;
  readonly value: unknown;
  readonly news?: readonly string[] | undefined;
}

/** The entity is gone as of T. */
export interface DeletedObservation<R extends Resource = Resource> {
  readonly kind: "deleted";
  readonly resource: R;
  readonly id: string;
  readonly version: string;
}

/** Something to remember for other observations, never published: which variant an inventory item belongs to. */
export interface ReferenceObservation {
  readonly kind: "reference";
  readonly id: string;
  readonly fields: { readonly variantId?: string; readonly productId?: string; readonly sku?: string | null };
}

/** Something happened that is no entity's state. */
export interface SignalObservation {
  readonly kind: "signal";
  readonly type: SignalType;
  readonly data: Readonly<Record<string, unknown>>;
}

export type Observation =
  | { [R in Resource]: StateObservation<R> }[Resource]
  | { [R in Resource]: PatchObservation<R> }[Resource]
  | { [R in Resource]: DeletedObservation<R> }[Resource]
  | ReferenceObservation
  | SignalObservation;

export type TopicHandler =
  | HydratedHandler
  | {
      readonly kind: "mapped";
      /** Throws nothing: a payload that does not fit gives the schema's problems. */
      readonly map: (payload: unknown, context: MapContext) => MapResult;
    }
  | { readonly kind: "ignored"; readonly reason: string };

export type MapResult =
  | { readonly ok: true; readonly observations: Observation[] }
  | { readonly ok: false; readonly problem: string };

/**
 * How an event comes about: `native` (the platform has a topic for it), `derived` (found by comparing states), `hydrated`
 * (the webhook is thin; the platform's API is read), `polled`, or `impossible`. Events that are not listed are impossible.
 */
export type Capability = "native" | "derived" | "hydrated" | "polled" | "impossible";

/** Something that the admin tells about a store of this platform. */
export interface Field {
  readonly description: string;
  readonly example: string;
  readonly optional?: boolean;
  /** What reads of the API take where the admin gave none; such a field is optional. */
  readonly default?: string;
  /** What the value has to look like, all of it; it may become a part of an address. */
  readonly pattern?: RegExp;
}

export interface Platform extends Wire {
  readonly id: string;
  readonly name: string;
  /** The vendor's page about webhooks. */
  readonly docs: string;
  /** Other wires of the same platform by name; the store says which one it uses, or it uses the platform's own. */
  readonly variants?: Readonly<Record<string, Wire & { readonly name: string; readonly docs: string }>>;
  readonly capabilities: Readonly<Record<string, Capability>>;
  /** What is not confirmed about an event of `capabilities`, by its type. */
  readonly unverified?: Readonly<Record<string, string>>;
  /** Parameters of a store that are no secrets: its address, the id of the app. */
  readonly settings?: Readonly<Record<string, Field>>;
  /** Secrets for the platform's API. Without them thin webhooks give partial events. */
  readonly credentials?: Readonly<Record<string, Field>>;
  readonly api?: Api;
}

/** Declares the mapper of a topic: parses with the schema, then maps. Zod issues become the reason of the dead letter. */
export function on<S extends z.ZodType>(
  schema: S,
  map: (payload: z.output<S>, context: MapContext) => Observation[],
): TopicHandler {
  return {
    kind: "mapped",
    map: (payload, context) => {
      const parsed = schema.safeParse(payload);
      return parsed.success
        ? { ok: true, observations: map(parsed.data, context) }
        : { ok: false, problem: describeIssues(parsed.error.issues) };
    },
  };
}

/** Declares a topic that is acknowledged and deliberately not mapped. */
export function ignored(reason: string): TopicHandler {
  return { kind: "ignored", reason };
}

/** Paths and expectations, without values: those may be personal data. */
export function describeIssues(issues: readonly z.core.$ZodIssue[]): string {
  return issues
    .slice(0, 5)
    .map((issue) => `${issue.path.map(String).join(".") || "body"}: ${issue.message}`)
    .join("; ");
}

interface Seen<R extends Resource> extends Omit<StateObservation<R>, "kind" | "resource"> {}

/** Builds a state observation. */
export function observed<R extends Resource>(resource: R, seen: Seen<R>): StateObservation<R> {
  return { kind: "state", resource, ...seen };
}

/** Builds a patch of one field or, with `key`, one list element. */
export function patched<R extends Resource>(
  resource: R,
  patch: Omit<PatchObservation<R>, "kind" | "resource">,
): PatchObservation<R> {
  return { kind: "patch", resource, ...patch };
}

/** Builds the observation that an entity is gone. */
export function deleted<R extends Resource>(resource: R, id: string, version: string): DeletedObservation<R> {
  return { kind: "deleted", resource, id, version };
}

/** Builds a reference: what an inventory item belongs to. */
export function reference(id: string, fields: ReferenceObservation["fields"]): ReferenceObservation {
  return { kind: "reference", id, fields };
}

/** Builds a signal. */
export function signal(type: SignalType, data: Record<string, unknown> = {}): SignalObservation {
  return { kind: "signal", type, data };
}
