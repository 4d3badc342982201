/** Events as CloudEvents in structured mode on the COMMERCE stream. */
import { toMessageId } from "../nats/message-id.ts";
import type { Names } from "../nats/names.ts";
import type { Publisher } from "../nats/publisher.ts";
import type { EventPublisher } from "./publisher.ts";

/** Publishes with the event's id as message id, so that publishing again is harmless. */
export function createEventPublisher(publisher: Publisher, names: Names): EventPublisher {
  return {
    publish: async (event, text = JSON.stringify(event)) => {
      await publisher.publish(names.eventSubject(event.platform, event.store, event.type), text, {
        "Nats-Msg-Id": toMessageId(event.id),
        "Content-Type": "application/cloudevents+json",
      });
    },
  };
}
