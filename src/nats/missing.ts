/** What the server answers when there is no such thing, as undefined instead of a throw. */
import { NatsError } from "nats";

export const MISSING = { consumer: 10_014, message: 10_037, stream: 10_059 } as const;

/** What the promise gives; undefined when the server says that the thing does not exist. Other errors stay errors. */
export async function orMissing<T>(promise: Promise<T>, thing: keyof typeof MISSING): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.err_code === MISSING[thing]) return undefined;
    throw error;
  }
}
