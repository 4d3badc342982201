/** The canonical schemas in the few forms that a content filter has to tell apart. Made once: the schemas are constants. */
import { z } from "zod";
import type { ValueKind } from "../matching/values.ts";
import { changeSchema, envelope } from "../normalizers/canonical/event.ts";
import {
  eventTypes,
  isResource,
  RESOURCES,
  resourceNames,
  SIGNALS,
  signalNames,
} from "../normalizers/canonical/resources.ts";
import { decimal, timestamp } from "../normalizers/canonical/scalars.ts";

/** A scalar. */
export interface ValueShape {
  readonly kind: ValueKind;
  readonly nullable: boolean;
  /** Of `choice` all there are, of `boolean` the only one where there is only one. */
  readonly choices?: readonly unknown[];
  /** Of `number`: without a fraction. */
  readonly isInteger?: true;
  /** Of `text`: what it has to look like, and how people say that. */
  readonly pattern?: RegExp;
  readonly about?: string;
  readonly lengthMin?: number;
  readonly lengthMax?: number;
}

/** `record` has fields of any name, of which nothing is known. */
export type Shape =
  | ValueShape
  | { readonly kind: "object"; readonly fields: ReadonlyMap<string, Shape> }
  | { readonly kind: "list"; readonly items: Shape }
  | { readonly kind: "record" };

/** A first word of paths: where it stands in an event, and what is there. */
export interface Root {
  readonly keys: readonly string[];
  readonly shape: Shape;
}

export const FREE: ValueShape = { kind: "free", nullable: true };

type JsonSchema = z.core.JSONSchema.JSONSchema;

const DECIMAL = z.toJSONSchema(decimal).pattern;
const MOMENT = z.toJSONSchema(timestamp).pattern;

let known: ReadonlyMap<string, Root> | undefined;

/** All first words: the attributes of the envelope, the resources and signals, `changed` and `delta`. */
export function roots(): ReadonlyMap<string, Root> {
  known ??= new Map([...attributes(), ...states(), ...changes()]);
  return known;
}

/** `type` is one of the vocabulary; the schema of the envelope only says that it is a text. */
function attributes(): [string, Root][] {
  const { data: _data, ...fields } = envelope.shape;
  return Object.entries({ ...fields, type: z.enum(eventTypes()) }).map(([name, schema]) => [
    name,
    { keys: [name], shape: shapeOf(schema) },
  ]);
}

function states(): [string, Root][] {
  return [...resourceNames(), ...signalNames()].map((name) => [
    name,
    {
      keys: ["data", name],
      shape: shapeOf(isResource(name) ? RESOURCES[name].schema : SIGNALS[name].schema),
    },
  ]);
}

function changes(): [string, Root][] {
  const changed: Shape = { kind: "list", items: { kind: "change", nullable: false } };
  return [
    ["changed", { keys: ["data", "changed"], shape: changed }],
    ["delta", { keys: ["data", "delta"], shape: shapeOf(changeSchema.shape.delta) }],
  ];
}

function shapeOf(schema: z.ZodType): Shape {
  return toShape(z.toJSONSchema(schema), false);
}

/** Throws for a form that no canonical schema uses today: whoever adds one has to say what filters make of it. */
function toShape(schema: JsonSchema, nullable: boolean): Shape {
  const { anyOf, type, properties, items } = schema;
  if (anyOf !== undefined) {
    const [some, ...others] = anyOf.filter((option) => option.type !== "null");
    if (some !== undefined && others.length === 0) return toShape(some, anyOf.length > 1);
  }
  if (Array.isArray(type)) {
    const [some, ...others] = type.filter((name) => name !== "null");
    if (some !== undefined && others.length === 0) return toShape({ ...schema, type: some }, type.length > 1);
  }
  if (properties !== undefined) return { kind: "object", fields: toFields(properties) };
  if (type === "object") return { kind: "record" };
  if (type === "array" && isSchema(items)) return { kind: "list", items: toShape(items, false) };
  return toValue(schema, nullable);
}

function toFields(properties: Readonly<Record<string, JsonSchema | boolean>>): ReadonlyMap<string, Shape> {
  return new Map(
    Object.entries(properties).flatMap(([name, field]) =>
      isSchema(field) ? [[name, toShape(field, false)]] : [],
    ),
  );
}

function toValue(schema: JsonSchema, nullable: boolean): ValueShape {
  const { type, const: only, enum: choices = only === undefined ? undefined : [only] } = schema;
  if (type === "boolean") return { kind: "boolean", nullable, ...(choices && { choices }) };
  if (choices !== undefined) return { kind: "choice", nullable, choices };
  if (type === "integer") return { kind: "number", nullable, isInteger: true };
  if (type === "number") return { kind: "number", nullable };
  if (type !== "string") throw new Error(`a filter cannot read the schema ${JSON.stringify(schema)}`);
  if (schema.pattern === DECIMAL) return { kind: "decimal", nullable };
  if (schema.pattern === MOMENT) return { kind: "moment", nullable };
  return { kind: "text", nullable, ...toForm(schema) };
}

function toForm({ pattern, description, minLength, maxLength }: JsonSchema): Partial<ValueShape> {
  return {
    ...(pattern === undefined ? {} : { pattern: new RegExp(pattern) }),
    ...(description === undefined ? {} : { about: description }),
    ...(minLength === undefined ? {} : { lengthMin: minLength }),
    ...(maxLength === undefined ? {} : { lengthMax: maxLength }),
  };
}

function isSchema(schema: unknown): schema is JsonSchema {
  return typeof schema === "object" && schema !== null && !Array.isArray(schema);
}
