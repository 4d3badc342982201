import { CloudEvent, HTTP } from "cloudevents";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createNames } from "../../src/nats/names.ts";
import { type CanonicalEvent, envelope } from "../../src/normalizers/canonical/event.ts";
import {
  eventTypes,
  RESOURCES,
  type Resource,
  resourceNames,
  signalNames,
} from "../../src/normalizers/canonical/resources.ts";
import { deleted } from "../../src/normalizers/platform.ts";
import { asyncApiDocument, schemaDocument, schemaNames } from "../../src/normalizers/schemas.ts";
import { eventsOf, signalEvent } from "../../src/normalizers/transition/events.ts";
import {
  aCause,
  aConsentPatch,
  aCustomerObservation,
  anOrderDeletion,
  anOrderObservation,
  anOrigin,
  aPaymentPatch,
  aRow,
  aStockObservation,
  at,
} from "../helpers/factories.ts";

const PUBLIC_URL = anOrigin().publicUrl;
const names = schemaNames();

type Node = Record<string, unknown>;

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An object, or the end of the test. */
function node(value: unknown, where = "value"): Node {
  return isNode(value) ? value : expect.unreachable(`${where} is no object`);
}

const documentOf = (name: string) => node(schemaDocument(name, PUBLIC_URL), name);

const TYPES = ["null", "boolean", "object", "array", "number", "string", "integer"];
const isText = (value: unknown) => typeof value === "string";
const isCount = (value: unknown) => Number.isInteger(value) && Number(value) >= 0;
const isSchema = (value: unknown) => typeof value === "boolean" || isNode(value);
const isSchemaMap = (value: unknown) => isNode(value) && Object.values(value).every(isSchema);
const isSchemaList = (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(isSchema);
const isTexts = (value: unknown) =>
  Array.isArray(value) && value.every(isText) && new Set(value).size === value.length;

/** What the meta-schema of 2020-12 says of each keyword that our documents use. */
const KEYWORDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  $schema: (value) => value === "https://json-schema.org/draft/2020-12/schema",
  $id: (value) => isText(value) && URL.canParse(String(value)) && !String(value).includes("#"),
  $ref: isText,
  $defs: isSchemaMap,
  title: isText,
  description: isText,
  type: (value) => [value].flat().every((type) => TYPES.includes(String(type))),
  properties: isSchemaMap,
  required: isTexts,
  additionalProperties: isSchema,
  propertyNames: isSchema,
  items: isSchema,
  anyOf: isSchemaList,
  allOf: isSchemaList,
  enum: (value) => Array.isArray(value) && value.length > 0,
  const: () => true,
  pattern: (value) => isText(value) && new RegExp(String(value), "u") instanceof RegExp,
  format: isText,
  minLength: isCount,
  maxLength: isCount,
  minItems: isCount,
  maxItems: isCount,
  minimum: (value) => typeof value === "number",
  maximum: (value) => typeof value === "number",
  exclusiveMinimum: (value) => typeof value === "number",
  exclusiveMaximum: (value) => typeof value === "number",
};

/** Every schema inside a schema, with where it stands. */
function schemasIn(schema: unknown, path: string): { path: string; schema: Node }[] {
  if (!isNode(schema)) return [];
  const { properties, $defs, items, additionalProperties, propertyNames, anyOf, allOf } = schema;
  const named = [properties, $defs].flatMap((map) => (isNode(map) ? Object.entries(map) : []));
  const plain = [items, additionalProperties, propertyNames, anyOf, allOf].flat();
  return [
    { path, schema },
    ...named.flatMap(([name, inner]) => schemasIn(inner, `${path}/${name}`)),
    ...plain.flatMap((inner, index) => schemasIn(inner, `${path}/${index}`)),
  ];
}

describe("schema documents", () => {
  it("exist for the envelope, every resource and every signal, and for nothing else", () => {
    expect(names).toEqual(["event", ...resourceNames(), ...signalNames()]);
    for (const name of ["", "constructor", "__proto__", "Order", "order.json", "events"]) {
      expect(schemaDocument(name, PUBLIC_URL)).toBeUndefined();
    }
  });

  it.each(names)("%s is JSON Schema 2020-12", (name) => {
    const document = documentOf(name);
    expect(document.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
    expect(document.$id).toBe(`${PUBLIC_URL}/schemas/v1/${name}.json`);
    expect(document.type).toBe("object");
    for (const { path, schema } of schemasIn(document, name)) {
      for (const [keyword, value] of Object.entries(schema)) {
        expect(KEYWORDS[keyword]?.(value), `${path}: ${keyword} ${JSON.stringify(value)}`).toBe(true);
      }
      if (isNode(schema.properties) && Array.isArray(schema.required)) {
        expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(schema.required));
      }
    }
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it.each([...resourceNames(), ...signalNames()])("%s describes its state", (name) => {
    const state = node(node(documentOf(name).properties)[name]);
    expect(state.description).toMatch(/^[A-Z].*\.$/);
    expect(documentOf(name).required).toContain(name);
  });

  it.each(resourceNames())("%s describes changed and previous beside the state", (name) => {
    const { changed, previous, delta } = node(documentOf(name).properties);
    for (const schema of [changed, previous, delta]) expect(node(schema).description).toMatch(/\.$/);
    expect(documentOf(name).required).toEqual([name, "changed", "previous"]);
  });

  it.each([...resourceNames(), ...signalNames()])(
    "%s tells of partial events where there are some",
    (name) => {
      const hasState = resourceNames().some((resource) => resource === name);
      expect(/`partial`.*may lack any field/.test(String(documentOf(name).description))).toBe(hasState);
    },
  );

  it("event describes what we add to CloudEvents", () => {
    const properties = node(documentOf("event").properties);
    for (const attribute of ["sequence", "detectedat", "causationid", "firstseen", "partial", "dataschema"]) {
      expect(node(properties[attribute], attribute).description, attribute).toMatch(/\.$/);
    }
  });

  it("attribute names of the envelope are those that CloudEvents allows", () => {
    for (const attribute of Object.keys(envelope.shape)) expect(attribute).toMatch(/^[a-z0-9]{1,20}$/);
  });
});

describe.each(["", "hub1"])("the AsyncAPI document (prefix %j)", (prefix) => {
  const nats = createNames(prefix);
  const document = asyncApiDocument(nats, PUBLIC_URL, "1.2.3");
  const channels = node(document.channels);

  it("is AsyncAPI 3.0.0 with one channel, one operation and one message per event type", () => {
    expect(document.asyncapi).toBe("3.0.0");
    expect(node(document.info)).toMatchObject({ title: "Entrepot canonical events", version: "1.2.3" });
    expect(Object.keys(channels)).toEqual(eventTypes());
    expect(Object.keys(node(node(document.components).messages))).toEqual(eventTypes());
    expect(Object.keys(node(document.operations))).toEqual(eventTypes().map((type) => `receive.${type}`));
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it("every $ref resolves", () => {
    const refs = refsIn(document);
    expect(refs.length).toBeGreaterThan(eventTypes().length);
    for (const { ref, root } of refs) expect(resolve(ref, root), ref).toBeDefined();
  });

  it("every channel's address is the subject that the event is published on, with its parameters declared", () => {
    for (const type of eventTypes()) {
      const { address, description, parameters } = node(channels[type]);
      const subject = String(address).replace("{platform}", "shopify").replace("{store}", "acme");
      expect(subject).toBe(nats.eventSubject("shopify", "acme", type));
      expect(Object.keys(node(parameters))).toEqual(["platform", "store"]);
      expect(description).toMatch(/\.$/);
    }
  });

  it("every message says its type, its schema and the state that it carries", () => {
    const messages = node(node(document.components).messages);
    for (const type of eventTypes()) {
      const [resource = ""] = type.split(".");
      expect(messages[type]).toMatchObject({
        name: type,
        payload: {
          allOf: [
            { $ref: "#/components/schemas/event" },
            {
              properties: {
                type: { const: type },
                dataschema: { const: documentOf(resource).$id },
                data: { $ref: `#/components/schemas/${resource}` },
              },
            },
          ],
        },
      });
    }
  });

  /** References with the document that they start from: the nearest one with an `$id`. */
  function refsIn(value: unknown, root: unknown = value): { ref: string; root: unknown }[] {
    if (Array.isArray(value)) return value.flatMap((item) => refsIn(item, root));
    if (!isNode(value)) return [];
    const nearest = isText(value.$id) ? value : root;
    return Object.entries(value).flatMap(([key, inner]) =>
      key === "$ref" ? [{ ref: String(inner), root: nearest }] : refsIn(inner, nearest),
    );
  }

  function resolve(ref: string, root: unknown): unknown {
    expect(ref).toMatch(/^#\//);
    return ref
      .slice(2)
      .split("/")
      .reduce<unknown>((at, step) => (isNode(at) ? at[step] : undefined), root);
  }
});

describe("events that the hub builds", () => {
  const written = (resource: Resource, id: string, ...observations: Parameters<typeof aRow>) =>
    eventsOf(aRow(...observations), resource, id, anOrigin());
  const paid = anOrderObservation({ paymentStatus: "paid", status: "cancelled" }, { version: at(1) });
  const events: CanonicalEvent[] = [
    ...written("order", "1001", [anOrderObservation()]),
    ...written("order", "1001", [anOrderObservation(), paid]),
    ...written("order", "1001", [anOrderObservation({}, { bornAt: "2025-01-01T00:00:00Z" })]),
    ...written("order", "1001", [anOrderObservation(), anOrderDeletion(at(2))]),
    ...written("order", "1001", [anOrderObservation(), aPaymentPatch({ status: "failed" }, at(1))]),
    ...written("order", "1001", [aPaymentPatch({}, at(1))]),
    ...written("customer", "7", [aConsentPatch("subscribed", at(1)), aCustomerObservation()]),
    ...written("customer", "7", [deleted("customer", "7", at(1))]),
    ...written("stock", "5/9", [
      aStockObservation(),
      aStockObservation({ available: 0 }, { version: at(1) }),
    ]),
    signalEvent(
      { type: "privacy.customer_redacted", data: { customerId: "7", orderIds: ["1001"] } },
      { ...aCause(), dedupeKey: "b54557e4", at: "2026-02-01T12:00:00Z" },
      anOrigin(),
    ),
  ];
  const cases = events.map((event): [string, CanonicalEvent] => [`${event.id} ${event.type}`, event]);

  it("are here to be looked at", () => {
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set([
        "order.created",
        "order.updated",
        "order.paid",
        "order.cancelled",
        "order.deleted",
        "order.payment_failed",
        "customer.created",
        "customer.deleted",
        "stock.changed",
        "stock.out",
        "privacy.customer_redacted",
      ]),
    );
  });

  it.each(cases)("%s is a CloudEvent for the SDK, strictly validated", (_name, event) => {
    const received = JSON.parse(JSON.stringify(event));
    const parsed = new CloudEvent(received, true);
    expect(parsed.validate()).toBe(true);
    expect(parsed).toMatchObject({ id: event.id, type: event.type, source: event.source, data: event.data });
  });

  it.each(cases)("%s is read by the SDK from a request in structured mode", (_name, event) => {
    const body = JSON.stringify(event);
    const parsed = HTTP.toEvent({ headers: { "content-type": "application/cloudevents+json" }, body });
    if (Array.isArray(parsed)) return expect.unreachable("it is one event");
    const valid = new CloudEvent(parsed, true);
    expect({ ...valid.toJSON(), time: "" }).toEqual({ ...event, time: "" });
  });

  it.each(cases)("%s fits our envelope and its type is one of the vocabulary", (_name, event) => {
    const received: unknown = JSON.parse(JSON.stringify(event));
    expect(z.strictObject(envelope.shape).parse(received)).toEqual(received);
    expect(eventTypes()).toContain(event.type);
    expect(event.dataschema).toBe(documentOf(event.type.split(".")[0] ?? "").$id);
  });

  it.each(cases.filter(([, { partial }]) => !partial))(
    "%s holds data that fit the document that it points at",
    (_name, event) => {
      const [resource = ""] = event.type.split(".");
      const received: unknown = JSON.parse(JSON.stringify(event.data));
      expect(z.fromJSONSchema(documentOf(resource)).parse(received)).toEqual(received);
      expect(() => z.fromJSONSchema(documentOf(resource)).parse({})).toThrow();
    },
  );

  it("partial ones hold a state of the schema's fields, too", () => {
    const partial = events.filter((event) => event.partial);
    expect(partial.length).toBeGreaterThan(0);
    for (const { data } of partial) {
      const state = data.order ?? data.customer;
      const schema = data.order ? RESOURCES.order.schema : RESOURCES.customer.schema;
      expect(schema.partial().parse(state)).toEqual(state);
    }
  });
});
