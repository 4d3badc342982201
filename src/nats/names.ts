/** Builds every subject, stream name and key. Tokens are encoded, so that nothing from the wire can reach a subject. */
import { createHash } from "node:crypto";

const SAFE = /^[A-Za-z0-9_-]+$/;
const TOKEN_BYTES_MAX = 64;

/**
 * One subject token for any text: letters, digits, `_` and `-` stay, every other byte becomes `=XX`.
 * Longer than 64 bytes becomes a hash; the empty text becomes `=`.
 */
export function encodeToken(text: string): string {
  if (text.length <= TOKEN_BYTES_MAX && SAFE.test(text)) return text;
  if (text === "") return "=";
  const encoded = Array.from(Buffer.from(text, "utf8"), encodeByte).join("");
  return encoded.length <= TOKEN_BYTES_MAX
    ? encoded
    : `==${createHash("sha256").update(text).digest("base64url")}`;
}

function encodeByte(byte: number): string {
  const character = String.fromCharCode(byte);
  return SAFE.test(character) ? character : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

/** All names of one hub. The prefix lets several hubs share a cluster. */
export interface Names {
  readonly streams: {
    readonly inbox: string;
    readonly commerce: string;
    readonly dead: string;
    readonly outcomes: string;
  };
  readonly buckets: { readonly entities: string; readonly stores: string };
  /** Durable consumer of the inbox that all hub processes share. */
  readonly worker: string;
  readonly inboxSubject: (platform: string, store: string) => string;
  /** An inbox message that holds webhooks of several stores. */
  readonly inboxMixedSubject: string;
  readonly eventSubject: (platform: string, store: string, type: string) => string;
  readonly deadSubject: (stage: DeadStage, platform: string, store: string) => string;
  /** Filter for the dead letters of a store; `*` is all. */
  readonly deadFilter: (store: string) => string;
  /** Filter for events; what is not given is any. */
  readonly eventFilter: (only: { store?: string | undefined; type?: string | undefined }) => string;
  readonly outcomesSubject: string;
  /** Subject filters of the streams. */
  readonly all: { readonly inbox: string; readonly commerce: string; readonly dead: string };
}

export type DeadStage = "normalize" | "hydrate" | "deliver";

/** The names for a prefix; the empty prefix gives the plain ones (`INBOX`, `commerce.>`). */
export function createNames(prefix: string): Names {
  const dotted = prefix === "" ? "" : `${prefix}.`;
  const scored = prefix === "" ? "" : `${prefix}_`;
  return {
    streams: {
      inbox: `${scored}INBOX`,
      commerce: `${scored}COMMERCE`,
      dead: `${scored}DEAD`,
      outcomes: `${scored}OUTCOMES`,
    },
    buckets: { entities: `${scored}ENTITIES`, stores: `${scored}STORES` },
    worker: "publish",
    inboxSubject: (platform, store) => `${dotted}inbox.${encodeToken(platform)}.${encodeToken(store)}`,
    inboxMixedSubject: `${dotted}inbox.mixed`,
    eventSubject: (platform, store, type) =>
      `${dotted}commerce.${encodeToken(platform)}.${encodeToken(store)}.${type}`,
    deadSubject: (stage, platform, store) =>
      `${dotted}dead.${stage}.${encodeToken(platform)}.${encodeToken(store)}`,
    deadFilter: (store) => `${dotted}dead.*.*.${store === "*" ? "*" : encodeToken(store)}`,
    eventFilter: ({ store, type }) =>
      `${dotted}commerce.*.${store === undefined ? "*" : encodeToken(store)}.${type === undefined ? ">" : type.split(".").map(patternToken).join(".")}`,
    outcomesSubject: `${dotted}outcomes`,
    all: { inbox: `${dotted}inbox.>`, commerce: `${dotted}commerce.>`, dead: `${dotted}dead.>` },
  };
}

/** `order.*` stays a pattern; anything else is encoded. */
function patternToken(token: string): string {
  return token === "*" ? token : encodeToken(token);
}

/** The key of an entity's row. Store names and resources are safe by construction. */
export function entityKey(store: string, resource: string, id: string): string {
  return `${store}.${resource}.${encodeToken(id)}`;
}
