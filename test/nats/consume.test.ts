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

async function count(consumer: Consumer): Promise<number> {
  let taken = 0;
  for await (const _message of await keepConsuming(consumer)) taken += 1;
  return taken;
}

it("goes on when a server answers before its streams are there", async () => {
  const notYet = new NatsError("no responders", ErrorCode.NoResponders);
  const late = new NatsError("timeout", ErrorCode.Timeout);
  expect(await count(failing(notYet, late))).toBe(3);
});

it("throws when the consumer is gone", async () => {
  await expect(count(failing(new NatsError("consumer deleted", "409")))).rejects.toThrow("consumer deleted");
});
