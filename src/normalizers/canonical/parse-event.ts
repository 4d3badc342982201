/** Checks events against the schemas, for readers that do not want to rely on who wrote them. */
import { z } from "zod";
import { changeSchema, envelope } from "./event.ts";
import { isResource, isSignalResource, RESOURCES, SIGNALS } from "./resources.ts";
import type { CommerceEvent } from "./typed-event.ts";

/** What stands in `data` of the events of a resource or signal; undefined when there is none of that name. */
export function dataSchema(name: string): z.ZodType | undefined {
  if (isSignalResource(name)) return z.object({ [name]: SIGNALS[name].schema });
  return isResource(name) ? z.object({ [name]: RESOURCES[name].schema, ...changeSchema.shape }) : undefined;
}

/**
 * The event as it came, fields included that are newer than these schemas. Throws a `ZodError` that names what does not
 * fit, or says that the event's resource is not known here: a hub of a later version may have more of them.
 */
export function parseEvent(value: unknown): CommerceEvent {
  checkEvent(value);
  return value;
}

const known = new Map<string, z.ZodType | undefined>();

function checkEvent(value: unknown): asserts value is CommerceEvent {
  const { type, data } = envelope.parse(value);
  const [resource = ""] = type.split(".");
  if (!known.has(resource)) known.set(resource, dataSchema(resource));
  const schema = known.get(resource);
  if (schema === undefined) {
    throw new z.ZodError([
      { code: "custom", path: ["type"], input: type, message: `there is no event ${type} in this version` },
    ]);
  }
  schema.parse(data);
}
