/** The canonical language as JSON Schema and AsyncAPI, generated from the zod schemas and the real subjects. */
import { z } from "zod";
import type { Names } from "../nats/names.ts";
import { envelope } from "./canonical/event.ts";
import { dataSchema } from "./canonical/parse-event.ts";
import {
  actionsOf,
  isResource,
  type Resource,
  resourceNames,
  type SignalResource,
  signalNames,
} from "./canonical/resources.ts";

type JsonSchema = Record<string, unknown>;

const VERSION = "v1";

const IN_PART =
  "Of an event with `partial`, the state may lack any field, those that are required here included.";

/** Names of all schema documents, without the ending. */
export function schemaNames(): string[] {
  return ["event", ...resourceNames(), ...signalNames()];
}

/**
 * The document `/schemas/v1/<name>.json`: of `event` the envelope, of a resource what stands in `data` of its events.
 * Undefined when there is none.
 */
export function schemaDocument(name: string, publicUrl: string): JsonSchema | undefined {
  const schema = name === "event" ? envelope : dataSchema(name);
  return (
    schema && {
      $id: `${publicUrl}/schemas/${VERSION}/${name}.json`,
      title: name,
      ...(isResource(name) ? { description: IN_PART } : {}),
      ...toJsonSchema(schema),
    }
  );
}

/** The AsyncAPI 3 document: one channel and one message per event type. */
export function asyncApiDocument(names: Names, publicUrl: string, version: string): JsonSchema {
  const resources: (Resource | SignalResource)[] = [...resourceNames(), ...signalNames()];
  const types = resources.flatMap((resource) =>
    Object.entries(actionsOf(resource)).map(([action, description]) => ({ resource, action, description })),
  );
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Entrepot canonical events",
      version,
      description:
        "CloudEvents 1.0 in structured mode on NATS JetStream, the same for every commerce platform.",
    },
    defaultContentType: "application/cloudevents+json",
    channels: Object.fromEntries(
      types.map(({ resource, action, description }) => [
        `${resource}.${action}`,
        {
          address: names
            .eventSubject("{platform}", "{store}", `${resource}.${action}`)
            .replaceAll("=7B", "{")
            .replaceAll("=7D", "}"),
          description,
          parameters: {
            platform: { description: "Id of the platform, for example shopify." },
            store: { description: "Name of the connected store." },
          },
          messages: { event: { $ref: `#/components/messages/${resource}.${action}` } },
        },
      ]),
    ),
    operations: Object.fromEntries(
      types.map(({ resource, action }) => [
        `receive.${resource}.${action}`,
        { action: "send", channel: { $ref: `#/channels/${resource}.${action}` } },
      ]),
    ),
    components: {
      messages: Object.fromEntries(
        types.map(({ resource, action, description }) => [
          `${resource}.${action}`,
          {
            name: `${resource}.${action}`,
            summary: description,
            payload: payloadOf(resource, action, publicUrl),
          },
        ]),
      ),
      schemas: Object.fromEntries(schemaNames().map((name) => [name, schemaDocument(name, publicUrl)])),
    },
  };
}

function payloadOf(resource: string, action: string, publicUrl: string): JsonSchema {
  return {
    allOf: [
      { $ref: "#/components/schemas/event" },
      {
        type: "object",
        properties: {
          type: { const: `${resource}.${action}` },
          dataschema: { const: `${publicUrl}/schemas/${VERSION}/${resource}.json` },
          data: { $ref: `#/components/schemas/${resource}` },
        },
      },
    ],
  };
}

function toJsonSchema(schema: z.ZodType): JsonSchema {
  const { $schema, ...document } = z.toJSONSchema(schema, { target: "draft-2020-12" });
  return { $schema, ...document };
}
