/** Takes messages from a consumer for as long as it exists, whatever the server goes through meanwhile. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Consumer,
  type ConsumeMessages,
  type ConsumerMessages,
  ErrorCode,
  type JsMsg,
  NatsError,
} from "nats";

export interface Consuming extends AsyncIterable<JsMsg> {
  /** Ends the iteration; what was not handed out comes again later. */
  readonly stop: () => void;
}

const AGAIN_MS = 500;

/** Starts taking. The iteration throws only what waiting does not mend: the stream or the consumer is gone. */
export async function keepConsuming(consumer: Consumer, options: ConsumeMessages = {}): Promise<Consuming> {
  const begin = () => consumer.consume({ ...options, abort_on_missing_resource: true });
  let current: ConsumerMessages | undefined = await begin();
  let isStopped = false;
  const mayGoOn = (error: unknown) => isStopped || isPassing(error);
  async function* takeAll(): AsyncGenerator<JsMsg> {
    while (!isStopped) {
      try {
        current ??= await begin();
        if (isStopped) current.stop();
        yield* current;
        if (isStopped) return;
      } catch (error) {
        if (!mayGoOn(error)) throw error;
      }
      // A server that has just started answers before its streams are there; an iteration may also end by itself.
      current = undefined;
      await sleep(AGAIN_MS);
    }
  }
  const messages = takeAll();
  return {
    [Symbol.asyncIterator]: () => messages,
    stop: () => {
      isStopped = true;
      current?.stop();
    },
  };
}

function isPassing(error: unknown): boolean {
  const passing: readonly string[] = [ErrorCode.NoResponders, ErrorCode.Timeout];
  return error instanceof NatsError && passing.includes(error.code);
}
