/** Builds every subject, stream name and key. Tokens are encoded, so that nothing from the wire can reach a subject. */
import { createHash } from "node:crypto";

const SAFE = /^[A-Za-z0-9_-]+$/;
const TOKEN_BYTES_MAX = 64;
/** So that stores that flood the hub at the same time mostly do not wait for each other. */
const BULK_LANES = 4;

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

/** One way through the inbox: messages of a lane are taken in order, and none waits for those of another lane. */
export interface Lane {
  /** Durable consumer that all hub processes share. */
  readonly worker: string;
  readonly filter: string;
  readonly subject: (platform: string, store: string) => string;
  /** Of a message that holds webhooks of several stores. */
  readonly mixedSubject: string;
}

/** All names of one hub. The prefix lets several hubs share a cluster. */
export interface Names {
  readonly streams: {
    readonly inbox: string;
    readonly commerce: string;
    readonly dead: string;
    readonly outcomes: string;
    /** Events addressed to one subscription: replays, redriven deliveries and test events. */
    readonly direct: string;
    /** Every attempt to deliver an event over HTTP. */
    readonly attempts: string;
    /** What operators want to be told: a subscription was disabled. */
    readonly operations: string;
    /** Webhooks that wait for the API of their platform. */
    readonly waiting: string;
  };
  readonly buckets: {
    readonly entities: string;
    readonly stores: string;
    readonly subscriptions: string;
    readonly tokens: string;
    /** What processes have to agree on while they deliver: who waits for a next attempt, and who serves whom. */
    readonly deliveries: string;
  };
  /** Which prepared account went to whom; there only where accounts are prepared. */
  readonly preparedBucket: string;
  /** Durable consumer of the waiting webhooks that all hub processes share. */
  readonly usher: string;
  /** The inbox's lanes: one for whoever sends no more than can be processed, and those for floods. */
  readonly prompt: Lane;
  readonly bulk: readonly Lane[];
  /** All of them. */
  readonly lanes: readonly Lane[];
  /** The bulk lane of a store. */
  readonly bulkOf: (store: string) => Lane;
  readonly eventSubject: (platform: string, store: string, type: string) => string;
  /** `about` is the topic of the webhook or the subscription that was to get the event. */
  readonly deadSubject: (stage: DeadStage, platform: string, store: string, about: string) => string;
  /** Filter for dead letters; what is not given is any. */
  readonly deadFilter: (only: {
    stage?: DeadStage | undefined;
    store?: string | undefined;
    about?: string | undefined;
  }) => string;
  /** Filter for events; what is not given is any. */
  readonly eventFilter: (only: {
    platform?: string | undefined;
    store?: string | undefined;
    type?: string | undefined;
  }) => string;
  /** What the webhooks of an inbox message became; without a store they are of several. */
  readonly outcomesSubject: (store: string | undefined) => string;
  /** Filters that together let every outcome of the store through, and some of other stores. */
  readonly outcomesFilters: (store: string) => readonly string[];
  /** Filters that together let every webhook of the store through, and some of other stores. */
  readonly inboxFilters: (store: string) => readonly string[];
  readonly directSubject: (subscription: string) => string;
  /** `part` spreads the attempts of a subscription, so that those of one entity can be read without all others. */
  readonly attemptSubject: (subscription: string, result: AttemptResult, part: string) => string;
  /** Filter for attempts; what is not given is any. */
  readonly attemptFilter: (
    subscription: string | undefined,
    only: { result?: AttemptResult | undefined; part?: string | undefined },
  ) => string;
  readonly waitingSubject: (platform: string, store: string) => string;
  readonly operationSubject: (type: string) => string;
  /** Subject filters of the streams. */
  readonly all: {
    readonly inbox: readonly string[];
    readonly commerce: string;
    readonly dead: string;
    /** One subject of the first version's, and those that name the store. */
    readonly outcomes: readonly string[];
    readonly direct: string;
    readonly attempts: string;
    readonly operations: string;
    readonly waiting: string;
  };
}

export type DeadStage = "normalize" | "hydrate" | "deliver";
export type AttemptResult = "ok" | "failed";

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
      direct: `${scored}DIRECT`,
      attempts: `${scored}ATTEMPTS`,
      operations: `${scored}OPERATIONS`,
      waiting: `${scored}WAITING`,
    },
    buckets: {
      entities: `${scored}ENTITIES`,
      stores: `${scored}STORES`,
      subscriptions: `${scored}SUBSCRIPTIONS`,
      tokens: `${scored}TOKENS`,
      deliveries: `${scored}DELIVERIES`,
    },
    preparedBucket: `${scored}PREPARED`,
    usher: "hydrate",
    ...createLanes(dotted),
    eventSubject: (platform, store, type) =>
      `${dotted}commerce.${encodeToken(platform)}.${encodeToken(store)}.${type}`,
    deadSubject: (stage, platform, store, about) =>
      `${dotted}dead.${stage}.${encodeToken(platform)}.${encodeToken(store)}.${encodeToken(about)}`,
    deadFilter: ({ stage, store, about }) =>
      `${dotted}dead.${stage ?? "*"}.*.${tokenOrAny(store)}.${tokenOrAny(about)}`,
    eventFilter: ({ platform, store, type }) =>
      `${dotted}commerce.${tokenOrAny(platform)}.${tokenOrAny(store)}.${type === undefined ? ">" : type.split(".").map(patternToken).join(".")}`,
    outcomesSubject: (store) =>
      store === undefined ? `${dotted}outcomes.mixed` : `${dotted}outcomes.store.${encodeToken(store)}`,
    outcomesFilters: (store) => [
      `${dotted}outcomes`,
      `${dotted}outcomes.mixed`,
      `${dotted}outcomes.store.${encodeToken(store)}`,
    ],
    directSubject: (subscription) => `${dotted}direct.${encodeToken(subscription)}`,
    attemptSubject: (subscription, result, part) =>
      `${dotted}attempts.${encodeToken(subscription)}.${result}.${encodeToken(part)}`,
    attemptFilter: (subscription, { result, part }) =>
      `${dotted}attempts.${tokenOrAny(subscription)}.${result ?? "*"}.${tokenOrAny(part)}`,
    waitingSubject: (platform, store) => `${dotted}waiting.${encodeToken(platform)}.${encodeToken(store)}`,
    operationSubject: (type) => `${dotted}operations.${type.split(".").map(encodeToken).join(".")}`,
    all: {
      inbox: [`${dotted}inbox.>`, `${dotted}bulk.>`],
      commerce: `${dotted}commerce.>`,
      dead: `${dotted}dead.>`,
      outcomes: [`${dotted}outcomes`, `${dotted}outcomes.>`],
      direct: `${dotted}direct.*`,
      attempts: `${dotted}attempts.>`,
      operations: `${dotted}operations.>`,
      waiting: `${dotted}waiting.>`,
    },
  };
}

function createLanes(dotted: string): Pick<Names, "prompt" | "bulk" | "lanes" | "bulkOf" | "inboxFilters"> {
  const prompt = createLane(`${dotted}inbox`, "publish");
  const bulk = Array.from({ length: BULK_LANES }, (_, number) =>
    createLane(`${dotted}bulk.${number}`, `publish-bulk-${number}`),
  );
  return {
    prompt,
    bulk,
    lanes: [prompt, ...bulk],
    bulkOf: (store) => bulk[sumOf(store) % BULK_LANES] ?? prompt,
    inboxFilters: (store) => [
      prompt.mixedSubject,
      `${dotted}inbox.*.${encodeToken(store)}`,
      `${dotted}bulk.*.mixed`,
      `${dotted}bulk.*.*.${encodeToken(store)}`,
    ],
  };
}

function createLane(root: string, worker: string): Lane {
  return {
    worker,
    filter: `${root}.>`,
    subject: (platform, store) => `${root}.${encodeToken(platform)}.${encodeToken(store)}`,
    mixedSubject: `${root}.mixed`,
  };
}

/** Spreads names evenly, the same in every process. */
function sumOf(text: string): number {
  let sum = 0;
  for (let at = 0; at < text.length; at += 1) sum = (sum * 31 + text.charCodeAt(at)) >>> 0;
  return sum;
}

function tokenOrAny(text: string | undefined): string {
  return text === undefined ? "*" : encodeToken(text);
}

/** `order.*` stays a pattern; anything else is encoded. */
function patternToken(token: string): string {
  return token === "*" ? token : encodeToken(token);
}

/** The key of an entity's row. Store names and resources are safe by construction. */
export function entityKey(store: string, resource: string, id: string): string {
  return `${store}.${resource}.${encodeToken(id)}`;
}
