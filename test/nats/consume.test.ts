import { type Consumer, type ConsumerMessages, ErrorCode, type JsMsg, NatsError } from "nats";
import { expect, it } from "vitest";
import { keepConsuming } from "../../src/nats/consume.ts";

/** A consumer whose iterations end with these errors, one after the other; the message comes first in each. */
function failing(...errors: readonly NatsError[]): Consumer {
  const left = [...errors];
  const message = Object.create(null, { seq: { value: 1 } });
  const consume = async (): Promise<ConsumerMessages> => {
    const iterate = async function* (): AsyncGenerator<JsMsg> {
      yield message;
      const error = left.shift();
      if (error !== undefined) throw error;
    };
    return Object.assign(Object.create(null), { [Symbol.asyncIterator]: iterate, stop: () => undefined });
  };
  return Object.assign(Object.create(null), { consume });
}

/** Takes so many messages, then stops; resolves when the iteration has ended. */
async function take(count: number, consumer: Consumer): Promise<number> {
  const messages = await keepConsuming(consumer);
  let taken = 0;
  for await (const _message of messages) {
    taken += 1;
    if (taken === count) messages.stop();
  }
  return taken;
}

it("goes on when a server answers before its streams are there", async () => {
  const notYet = new NatsError("no responders", ErrorCode.NoResponders);
  const late = new NatsError("timeout", ErrorCode.Timeout);
  expect(await take(3, failing(notYet, late))).toBe(3);
});

it("goes on when an iteration ends by itself", async () => {
  expect(await take(2, failing())).toBe(2);
});

it("throws when the consumer is gone", async () => {
  await expect(take(2, failing(new NatsError("consumer deleted", "409")))).rejects.toThrow(
    "consumer deleted",
  );
});
