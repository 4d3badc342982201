/** How a subscription ends by itself, and what is no event. */

/**
 * - `consumer_deleted`: the subscription was removed, or changed so that it needs a new access document
 * - `access_denied`: the credentials were revoked, have expired or never reached this far
 * - `unreachable`: connected, but the consumer did not answer for long
 * - `connection_closed`: the connection to NATS is gone for good
 */
export type EndReason = "consumer_deleted" | "access_denied" | "unreachable" | "connection_closed";

/** Nothing more will come. Events that were in hand and not acknowledged are given out again to whoever reads on. */
export class SubscriptionEnded extends Error {
  override readonly name = "SubscriptionEnded";
  readonly reason: EndReason;

  constructor(reason: EndReason, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** A message that is not JSON, or that `validate` refused: `cause` says why. Its content is not told, it may be personal. */
export class InvalidEvent extends Error {
  override readonly name = "InvalidEvent";
  readonly stream: string;
  readonly streamSequence: number;

  constructor(stream: string, streamSequence: number, cause: unknown) {
    super(`message ${streamSequence} of ${stream} is not a valid event`, { cause });
    this.stream = stream;
    this.streamSequence = streamSequence;
  }
}
