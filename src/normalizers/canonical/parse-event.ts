/** Checks events against the schemas, for readers that do not want to rely on who wrote them. */
import { z } from "zod";
import { changeSchema, envelope } from "./event.ts";
import { isResource, isSignalResource, RESOURCES, SIGNALS } from "./resources.ts";
import type { CommerceEvent } from "./typed-event.ts";

/**
 * What stands in `data` of the events of a resource or signal; undefined when there is none of that name. Of an entity of which
 * only a part is known, any field may be missing.
 */
export function dataSchema(name: string, isPartial = false): z.ZodType | undefined {
  if (isSignalResource(name)) return z.object({ [name]: SIGNALS[name].schema });
  if (!isResource(name)) return undefined;
  const { schema } = RESOURCES[name];
  return z.object({ [name]: isPartial ? schema.partial() : schema, ...changeSchema.shape });
}

/**
 * The event as it came, fields included that are newer than these schemas. Throws a `ZodError` that names what does not
 * fit, or says that the event's resource is not known here: a hub of a later version may have more of them.
 */
export function parseEvent(value: unknown): CommerceEvent {
  checkEvent(value);
  return value;
}

function checkEvent(value: unknown): asserts value is CommerceEvent {
  const { type, data, partial } = envelope.parse(value);
  const [resource = ""] = type.split(".");
  const schema = schemaOf(resource, partial === true);
  if (schema === undefined) {
    throw new z.ZodError([
      { code: "custom", path: ["type"], input: type, message: `there is no event ${type} in this version` },
    ]);
  }
  schema.parse(data);
}

/** Schemas that were built; names that are not known here are not kept, since anybody may send some. */
const built = new Map<string, z.ZodType>();

function schemaOf(name: string, isPartial: boolean): z.ZodType | undefined {
  const key = isPartial ? `${name} in part` : name;
  const schema = built.get(key) ?? dataSchema(name, isPartial);
  if (schema !== undefined) built.set(key, schema);
  return schema;
}
