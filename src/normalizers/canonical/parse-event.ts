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

const whole = new Map<string, z.ZodType | undefined>();
const parts = new Map<string, z.ZodType | undefined>();

function wholeSchema(name: string): z.ZodType | undefined {
  if (!whole.has(name)) whole.set(name, dataSchema(name));
  return whole.get(name);
}

/** Of an entity of which only a part is known, any field may be missing. */
function partialSchema(name: string): z.ZodType | undefined {
  if (!isResource(name)) return wholeSchema(name);
  if (!parts.has(name)) {
    parts.set(name, z.object({ [name]: RESOURCES[name].schema.partial(), ...changeSchema.shape }));
  }
  return parts.get(name);
}

function checkEvent(value: unknown): asserts value is CommerceEvent {
  const { type, data, partial } = envelope.parse(value);
  const [resource = ""] = type.split(".");
  const schema = partial ? partialSchema(resource) : wholeSchema(resource);
  if (schema === undefined) {
    throw new z.ZodError([
      { code: "custom", path: ["type"], input: type, message: `there is no event ${type} in this version` },
    ]);
  }
  schema.parse(data);
}
