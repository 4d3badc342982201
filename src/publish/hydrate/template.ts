/**
 * Fills a store's settings and credentials into what an adapter declares of its API. Values come from an admin or from the
 * platform's handshake, so none may change which host is called or add a header.
 */
import { withoutEndSlashes } from "../../slashes.ts";

/** What the store's settings do not allow. Its text names settings, never their values. */
export class SetupProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SetupProblem";
  }
}

export type Values = Readonly<Record<string, string>>;

const NAME = /\{([A-Za-z][A-Za-z0-9_]*)\}/g;
const LEADING = /^\{([A-Za-z][A-Za-z0-9_]*)\}/;
const ABSOLUTE = /^(https?:\/\/)([^/]*)(.*)$/s;
/** A segment that leads to where it stands, or up. */
const DOTS = /(^|[/\\]|%2f|%5c)(\.|%2e){1,2}([/\\?#]|%2f|%5c|$)/i;
const HOST_PART = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;

/** The text with each name replaced by its value; throws `SetupProblem` when a value is missing. */
export function fill(
  template: string,
  values: Values,
  encode: (value: string, name: string) => string = same,
) {
  return template.replace(NAME, (_match, name: string) => encode(requireValue(name, values), name));
}

/** A header's value; throws `SetupProblem` when it holds what no header may. */
export function fillHeader(template: string, values: Values): string {
  return fill(template, values, (value, name) => {
    if (!HEADER_VALUE.test(value)) throw new SetupProblem(`${name} holds characters that no header may hold`);
    return value;
  });
}

/**
 * An address without a slash at its end. A setting in front names the host and may bring a path; anywhere else a value
 * stays within the label of the host or the segment of the path in which it stands. Throws `SetupProblem`.
 */
export function fillAddress(template: string, values: Values): URL {
  const [, leading] = LEADING.exec(template) ?? [];
  const text =
    leading === undefined
      ? fillAbsolute(template, values)
      : hostSetting(leading, requireValue(leading, values)) +
        fill(template.replace(LEADING, ""), values, encodeSegment);
  if (!URL.canParse(text)) throw new SetupProblem("the address of the API is none");
  return new URL(withoutEndSlashes(text));
}

/** A path below an address, with its query; undefined when it leads elsewhere. */
export function resolveBelow(base: URL, path: string): URL | undefined {
  // An id that is `..` would lead to another thing, and a URL's parser would follow it without a word.
  if (DOTS.test(path)) return undefined;
  const root = base.pathname.replace(/\/$/, "");
  const text = path.startsWith("/") ? `${base.origin}${root}${path}` : path;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isBelow =
    url?.origin === base.origin &&
    url.username === "" &&
    url.password === "" &&
    url.pathname.startsWith(`${root}/`);
  return isBelow ? url : undefined;
}

function fillAbsolute(template: string, values: Values): string {
  const [, scheme, host, rest] = ABSOLUTE.exec(template) ?? [];
  if (scheme === undefined || host === undefined || rest === undefined) {
    throw new SetupProblem("the address of the API is none");
  }
  return scheme + fill(host, values, encodeHost) + fill(rest, values, encodeSegment);
}

function hostSetting(name: string, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isHttp = url?.protocol === "https:" || url?.protocol === "http:";
  if (url === undefined || !isHttp) throw new SetupProblem(`${name} is no https address`);
  if (url.username !== "" || url.password !== "" || /[?#]/.test(value)) {
    throw new SetupProblem(`${name} holds more than a host and a path`);
  }
  return withoutEndSlashes(url.origin + url.pathname);
}

function encodeHost(value: string, name: string): string {
  if (!HOST_PART.test(value)) throw new SetupProblem(`${name} is no part of a host's name`);
  return value;
}

function encodeSegment(value: string, name: string): string {
  if (/^\.*$/.test(value)) throw new SetupProblem(`${name} is no part of a path`);
  return encodeURIComponent(value);
}

function requireValue(name: string, values: Values): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined || value === "") throw new SetupProblem(`${name} is missing`);
  return value;
}

function same(value: string): string {
  return value;
}
