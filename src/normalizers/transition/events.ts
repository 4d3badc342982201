/** Writes out the events of a row's outbox. The same row always gives the same events, byte for byte. */
import type { CanonicalEvent } from "../canonical/event.ts";
import type { Resource, SignalType } from "../canonical/resources.ts";
import type { EntityRow } from "./row.ts";
import type { Cause } from "./transition.ts";

/** Whose entity it is, and where the hub serves its schemas. */
export interface Origin {
  readonly platform: string;
  readonly store: string;
  readonly publicUrl: string;
}

/** The events of the last transition, in sequence. */
export function eventsOf(row: EntityRow, resource: Resource, id: string, origin: Origin): CanonicalEvent[] {
  const { outbox } = row;
  if (outbox === undefined) return [];
  const { changed, previous, delta } = outbox;
  const data = { [resource]: row.state, changed, previous, ...(delta === undefined ? {} : { delta }) };
  const first = row.sequence - outbox.actions.length + 1;
  return outbox.actions.map((action, at) => ({
    specversion: "1.0",
    id: `${origin.store}:${resource}:${id}:${first + at}`,
    source: `/stores/${origin.store}`,
    type: `${resource}.${action}`,
    subject: id,
    time: outbox.time,
    datacontenttype: "application/json",
    dataschema: schemaUrl(origin, resource),
    platform: origin.platform,
    store: origin.store,
    sequence: first + at,
    detectedat: outbox.detectedAt,
    via: outbox.via,
    causationid: outbox.causationId,
    authenticity: outbox.authenticity,
    ...(outbox.firstSeen ? { firstseen: true } : {}),
    ...(outbox.partial ? { partial: true } : {}),
    data,
  }));
}

/**
 * The event of a signal. No entity stands behind it: its id comes from the store, its type and the webhook's dedupe key,
 * so that a retry of the platform is the same event.
 */
export function signalEvent(
  signal: { type: SignalType; data: Readonly<Record<string, unknown>> },
  cause: Cause & { dedupeKey: string; at: string },
  origin: Origin,
): CanonicalEvent {
  const [resource = ""] = signal.type.split(".");
  return {
    specversion: "1.0",
    id: `${origin.store}:${signal.type}:${cause.dedupeKey}`,
    source: `/stores/${origin.store}`,
    type: signal.type,
    time: cause.at,
    datacontenttype: "application/json",
    dataschema: schemaUrl(origin, resource),
    platform: origin.platform,
    store: origin.store,
    detectedat: cause.receivedAt,
    via: cause.via,
    causationid: cause.webhookId,
    authenticity: cause.authenticity,
    ...(cause.partial ? { partial: true } : {}),
    data: { [resource]: signal.data },
  };
}

function schemaUrl(origin: Origin, resource: string): string {
  return `${origin.publicUrl}/schemas/v1/${resource}.json`;
}
