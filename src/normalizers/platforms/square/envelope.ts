/** Every event of Square: who, what, when, and the object under a key of its own. */
import { z } from "zod";

/** `https://developer.squareup.com/docs/webhooks/overview`: `data.object` holds what the event is about. */
export function envelope<S extends z.ZodRawShape>(object: S) {
  return z.object({ data: z.object({ object: z.object(object) }) });
}
