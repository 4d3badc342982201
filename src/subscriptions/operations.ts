/** Events for those who run the hub, on a stream of their own. */
import type { Names } from "../nats/names.ts";
import type { Publisher } from "../nats/publisher.ts";

export interface Operations {
  /** Publishes a CloudEvent `type` on `operations.<type>`; `key` is equal when two processes tell the same. */
  readonly tell: (
    type: "subscription.disabled",
    key: string,
    data: Readonly<Record<string, string>>,
  ) => Promise<void>;
}

export function createOperations(publisher: Publisher, names: Names): Operations {
  return {
    tell: async (type, key, data) => {
      const id = `${type}:${key}`;
      const event = {
        specversion: "1.0",
        id,
        source: "/operations",
        type,
        time: new Date().toISOString(),
        datacontenttype: "application/json",
        data,
      };
      await publisher.publish(names.operationSubject(type), JSON.stringify(event), {
        "Nats-Msg-Id": id,
        "Content-Type": "application/cloudevents+json",
      });
    },
  };
}
