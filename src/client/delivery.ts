/** A message of a consumer, as far as the client looks at it. */
import type { JsMsg } from "nats";
import type { AccessConsumer } from "./access.ts";

export interface Delivery {
  readonly consumer: AccessConsumer;
  readonly streamSequence: number;
  /** Counts what the consumer gave out, to whomever: a hole means that something went elsewhere. */
  readonly deliverySequence: number;
  /** 1 on the first delivery. */
  readonly attempt: number;
  /** Events that the consumer had not given out yet when it gave out this one. */
  readonly pending: number;
  readonly text: () => string;
  readonly ack: () => void;
  readonly nak: (delayMs?: number) => void;
  readonly term: (reason?: string) => void;
  readonly working: () => void;
}

export function toDelivery(message: JsMsg, consumer: AccessConsumer): Delivery {
  const { streamSequence, deliverySequence, deliveryCount, pending } = message.info;
  return {
    consumer,
    streamSequence,
    deliverySequence,
    attempt: deliveryCount,
    pending,
    text: () => message.string(),
    ack: () => message.ack(),
    nak: (delayMs) => message.nak(delayMs),
    term: (reason) => message.term(reason),
    working: () => message.working(),
  };
}
