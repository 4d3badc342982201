/** What is signed: the parts that a scheme names, in order. */
import { createHash } from "node:crypto";
import type { SignedPart } from "../../normalizers/scheme.ts";
import type { RequestView } from "../request.ts";
import { readPath } from "../source.ts";

export type Content = readonly (string | Uint8Array)[];

export interface SignedBy {
  readonly request: RequestView;
  readonly settings: Readonly<Record<string, string>>;
  readonly timestamp: string | undefined;
}

/**
 * Undefined when a part is missing: then nothing can have been signed. `secret` is for schemes that hash it with the rest.
 */
export function contentOf(
  parts: readonly SignedPart[],
  by: SignedBy,
  secret?: string | Uint8Array,
): Content | undefined {
  const content: (string | Uint8Array)[] = [];
  for (const part of parts) {
    const value = part === "body" ? by.request.body : part === "secret" ? secret : read(part, by);
    if (value === undefined) return undefined;
    content.push(value);
  }
  return content;
}

/** Whether the signature says anything about the whole body. */
export function coversBody(parts: readonly SignedPart[]): boolean {
  return parts.some((part) => part === "body" || part === "body-base64" || part === "body-sha256");
}

function read(
  part: Exclude<SignedPart, "secret">,
  { request, settings, timestamp }: SignedBy,
): string | Uint8Array | undefined {
  switch (part) {
    case "body":
      return request.body;
    case "body-base64":
      return Buffer.from(request.body).toString("base64");
    case "body-sha256":
      return createHash("sha256").update(request.body).digest("hex");
    case "url":
      return request.url === "" ? undefined : request.url;
    case "path":
      return request.url === "" ? undefined : request.url.replace(/^[a-z]+:\/\/[^/?]*/, "");
    case "query":
      return request.query;
    case "timestamp":
      return timestamp;
    default:
      return readNamed(part, request, settings);
  }
}

function readNamed(
  part: Extract<SignedPart, object>,
  request: RequestView,
  settings: SignedBy["settings"],
): string | undefined {
  if ("text" in part) return part.text;
  if ("header" in part) return request.header(part.header);
  if ("json" in part) return readPath(request.spelled(), part.json);
  return Object.hasOwn(settings, part.setting) ? settings[part.setting] : undefined;
}
