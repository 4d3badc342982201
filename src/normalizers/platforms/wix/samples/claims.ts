/** How Wix wraps what the samples hold: an event as a text in a text. */
import type { SampleOptions } from "../../../wire.ts";

const INSTANCE = "8e9d6b70-6eb9-4ab3-a62d-e033063e2f05";

export type Part = (options: SampleOptions) => unknown;
export type Body = (options: SampleOptions) => string;

/** The claims of an event that is no domain event. */
export function legacy(eventType: string, data: Part): Body {
  return (options) => claims(eventType, data(options), options);
}

/** The claims of a domain event; `slot` names where its body stands. */
export function domain(
  fqdn: string,
  slug: string,
  slot: Slot,
  body: Part,
  entity: (o: SampleOptions) => string = byId,
): Body {
  return (options) => {
    const event = {
      id: options.deliveryId ?? `${slug}-${options.id}-${options.at}`,
      entityFqdn: fqdn,
      slug,
      entityId: entity(options),
      ...SLOTS[slot](body(options)),
      eventTime: options.at,
      triggeredByAnonymizeRequest: false,
    };
    return claims(`${fqdn}_${slug}`, event, options);
  };
}

type Slot = keyof typeof SLOTS;

const SLOTS = {
  created: (body: unknown) => ({ createdEvent: { entity: body } }),
  updated: (body: unknown) => ({ updatedEvent: { currentEntity: body } }),
  /** The twin that holds a text. */
  updatedAsText: (body: unknown) => ({ updatedEvent: { currentEntityAsJson: JSON.stringify(body) } }),
  action: (body: unknown) => ({ actionEvent: { body } }),
  deleted: () => ({ deletedEvent: {} }),
};

function byId({ id }: SampleOptions): string {
  return id;
}

/** A claim of its own makes deliveries without an event id differ. */
function claims(eventType: string, event: unknown, { deliveryId }: SampleOptions): string {
  const data = JSON.stringify({ eventType, instanceId: INSTANCE, data: JSON.stringify(event) });
  return JSON.stringify({ data, ...(deliveryId === undefined ? {} : { jti: deliveryId }) });
}
