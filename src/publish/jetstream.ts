/** Events as CloudEvents in structured mode on the COMMERCE stream. */
import type { Names } from "../nats/names.ts";
import type { Publisher } from "../nats/publisher.ts";
import type { EventPublisher } from "./publisher.ts";

/** Publishes with the event's id as message id, so that publishing again is harmless. */
export function createEventPublisher(publisher: Publisher, names: Names): EventPublisher {
  return {
    publish: async (event, text = JSON.stringify(event)) => {
      await publisher.publish(names.eventSubject(event.platform, event.store, event.type), text, {
        "Nats-Msg-Id": event.id.replace(/[\r\n]/g, " "),
        "Content-Type": "application/cloudevents+json",
      });
    },
  };
}
