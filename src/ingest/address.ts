/**
 * Webhook addresses. `/webhooks/<platform>/<store>` and what a wire needs behind it: a token where nothing is signed, the
 * topic where the request does not name it. `/webhooks/<platform>` is for platforms that send all shops to one address;
 * with a token, `~` stands for the store.
 */
import type { Wire } from "../normalizers/wire.ts";
import type { Source } from "../normalizers/scheme.ts";

/** In the store's place: which store it is, the request tells. */
export const ANY_STORE = "~";

export interface Tail {
  readonly token: string | undefined;
  readonly topic: string | undefined;
}

/** What follows the store in the address; undefined when the wire has no such address. */
export function readTail(wire: Wire, tail: string | undefined): Tail | undefined {
  const segments = tail === undefined || tail === "" ? [] : tail.split("/");
  const token = hasToken(wire) ? segments.shift() : undefined;
  const topic = segments.length === 0 ? undefined : segments.join("/");
  return topic === undefined || namesTopic(wire) ? { token, topic } : undefined;
}

/** Whether the address holds a secret. */
export function hasToken({ schemes }: Wire): boolean {
  return schemes.some(({ kind }) => kind === "unsigned");
}

/** Whether the address names the topic. */
export function namesTopic({ locate }: Wire): boolean {
  return isPath(locate.topic);
}

export interface AddressParts {
  readonly publicUrl: string;
  readonly platform: string;
  readonly store: string;
  /** Also a placeholder, to show an address without its secret. */
  readonly token: string;
  readonly topic: string;
}

/** The address to type in at the platform. */
export function addressOf(wire: Wire, { publicUrl, platform, store, token, topic }: AddressParts): string {
  return [
    `${publicUrl}/webhooks/${platform}/${store}`,
    ...(hasToken(wire) ? [token] : []),
    ...(namesTopic(wire) ? [topic] : []),
  ].join("/");
}

function isPath(source: Source): boolean {
  return "path" in source || ("firstOf" in source && source.firstOf.some(isPath));
}
