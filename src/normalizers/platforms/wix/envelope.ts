/** What is inside the token: a claim that holds JSON in a string, which holds the event as JSON in another string. */
import { z } from "zod";
import { decodeJson } from "../../decode.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { flag, text } from "../../payload.ts";
import { versionFrom } from "../../fields.ts";
import {
  type MapContext,
  type Observation,
  on,
  type SignalObservation,
  signal,
  type TopicHandler,
} from "../../platform.ts";

/** A domain event, the same for all entities; `body` is the entity, or what the action says. */
export interface DomainEvent<B> {
  /** Id of the site's installation of the app. */
  readonly site: string | undefined;
  readonly id: string | undefined;
  readonly entityId: string | undefined;
  readonly eventTime: string | undefined;
  readonly body: B;
}

/** `data` of the token's claims, where the inner `data` is what the schema reads. */
export function claimsOf<S extends z.ZodType>(schema: S) {
  return z.object({ data: nested(z.object({ instanceId: text, data: nested(schema) })) });
}

/** Declares the mapper of a domain event. An erasure is told beside what it did to the entity. */
export function onEvent<S extends z.ZodType>(
  body: S,
  map: (event: DomainEvent<z.output<S>>, context: MapContext) => Observation[],
): TopicHandler {
  return on(eventClaims(body), (claims, context) => {
    const event = toEvent(claims);
    const { isErasure } = claims.data.data;
    return [...map(event, context), ...(isErasure ? [erasureOf(event, context)] : [])];
  });
}

/** The claims of a domain event whose body the schema reads. */
export function eventClaims<S extends z.ZodType>(body: S) {
  const event = z.unknown().transform(openEvent).pipe(eventFields);
  return claimsOf(
    event.transform(({ body: raw, ...rest }, context): EventFields<z.output<S>> => {
      const parsed = body.safeParse(raw);
      if (parsed.success) return { ...rest, body: parsed.data };
      for (const { path, message } of parsed.error.issues) {
        context.addIssue({ code: "custom", path: ["body", ...path], message });
      }
      return z.NEVER;
    }),
  );
}

const eventFields = z.object({
  id: text,
  entityId: text,
  eventTime: text,
  isErasure: flag,
  body: z.unknown(),
});

interface EventFields<B> extends Omit<z.output<typeof eventFields>, "body"> {
  readonly body: B;
}

/** The event without its wrapping. */
export function toEvent<B>({ data }: EventClaims<B>): DomainEvent<B> {
  const { id, entityId, eventTime, body } = data.data;
  return {
    site: data.instanceId || undefined,
    id: id || undefined,
    entityId: entityId || undefined,
    eventTime: toTimestamp(eventTime),
    body,
  };
}

interface EventClaims<B> {
  readonly data: { readonly instanceId?: string | null | undefined; readonly data: EventFields<B> };
}

/**
 * The entity's own change time, else the event's. `entityEventSequence` would order events too, but it is missing from some,
 * and from all answers of the API; so the moment counts, which compares everywhere.
 */
export function versionOf(
  { eventTime }: Pick<DomainEvent<unknown>, "eventTime">,
  context: MapContext,
  changed?: string | null,
): string {
  return versionFrom(context, changed, eventTime);
}

/** Exactly one of the slots is there; its twin with `AsJson` is an object in the documentation and a text on the wire. */
const SLOTS = [
  ["createdEvent", "entity"],
  ["updatedEvent", "currentEntity"],
  ["deletedEvent", "deletedEntity"],
  ["actionEvent", "body"],
] as const;

function openEvent(event: unknown): unknown {
  if (!isObject(event)) return event;
  const { triggeredByAnonymizeRequest } = event;
  for (const [slot, name] of SLOTS) {
    const holder = event[slot];
    if (!isObject(holder)) continue;
    const body = parseText(holder[name] ?? holder[`${name}AsJson`]);
    return { ...event, isErasure: triggeredByAnonymizeRequest, body };
  }
  return { ...event, isErasure: triggeredByAnonymizeRequest, body: undefined };
}

/** Wix erases a person entity by entity; the topic says what kind this one is. */
function erasureOf({ site, entityId }: DomainEvent<unknown>, { topic }: MapContext): SignalObservation {
  const isContact = topic.startsWith("wix.contacts.");
  const isOrder = topic.startsWith("wix.ecom.v1.order_");
  return signal("privacy.customer_redacted", {
    ...(site === undefined ? {} : { shop: site }),
    ...(isContact && entityId !== undefined ? { customerId: entityId } : {}),
    ...(isOrder && entityId !== undefined ? { orderIds: [entityId] } : {}),
  });
}

function nested<S extends z.ZodType>(schema: S) {
  return z.preprocess(parseText, schema);
}

function parseText(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const decoded = decodeJson(value);
  return decoded.ok ? decoded.value : value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
