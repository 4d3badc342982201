/** Reads where a declaration says that a value stands. */
import { createHash } from "node:crypto";
import { decodeJson } from "../normalizers/decode.ts";
import type { Source } from "../normalizers/scheme.ts";
import type { RequestView } from "./request.ts";

/** The value as text; undefined where there is none. `payload` is one of several where a request holds a batch. */
export function readSource(
  source: Source,
  request: RequestView,
  payload: () => unknown = request.payload,
): string | undefined {
  if ("header" in source) return request.header(source.header);
  if ("json" in source) return readPath(payload(), source.json);
  if ("form" in source) return fieldOf(request.form(), source.form);
  if ("query" in source) return readQuery(request.query, source.query);
  if ("path" in source) return request.topic;
  if ("digest" in source) return digest(request.body);
  if ("constant" in source) return source.constant;
  for (const candidate of source.firstOf) {
    const value = readSource(candidate, request, payload);
    if (value !== undefined && value !== "") return value;
  }
  return undefined;
}

/** A scalar at a dotted path, as text. A string on the way is read as JSON. */
export function readPath(value: unknown, path: string): string | undefined {
  const found = findPath(value, path);
  if (typeof found === "string") return found;
  return typeof found === "number" || typeof found === "boolean" ? String(found) : undefined;
}

/** Whatever stands at a dotted path; the value itself for the empty path. */
export function findPath(value: unknown, path: string): unknown {
  if (path === "") return value;
  let found = value;
  for (const key of path.split(".")) {
    const container = typeof found === "string" ? parse(found) : found;
    if (typeof container !== "object" || container === null || !Object.hasOwn(container, key))
      return undefined;
    found = Reflect.get(container, key);
  }
  return found;
}

/** The first value of a parameter, decoded. */
export function readQuery(query: string, name: string): string | undefined {
  return query === "" ? undefined : (new URLSearchParams(query).get(name) ?? undefined);
}

/** SHA-256, in an alphabet that fits keys and headers. */
export function digest(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("base64url");
}

function fieldOf(fields: Readonly<Record<string, string>> | undefined, name: string): string | undefined {
  return fields !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function parse(text: string): unknown {
  const decoded = decodeJson(text);
  return decoded.ok ? decoded.value : undefined;
}
