/**
 * The contract of a wire: how requests are signed and answered, where topic and dedupe key stand, and what the sender would
 * post. A platform has one of its own, and may have others.
 */
import type { TopicHandler } from "./platform.ts";
import type { HmacScheme, SignatureScheme, Source } from "./scheme.ts";

/** What differs between the wires of one platform. */
export interface Wire {
  readonly schemes: readonly SignatureScheme[];
  readonly locate: Locate;
  readonly payload?: PayloadFormat;
  /** One request may hold several webhooks: the path of the list, `""` where the payload itself is the list. Topic, and the
   *  moment are then read from each. */
  readonly batch?: { readonly json: string };
  readonly handshakes?: readonly Handshake[];
  /** The platform gives up on a request after this long; the hub answers well before. */
  readonly deadlineMs: number;
  /** Body of the answer to a stored webhook, for platforms that read it. */
  readonly answer?: { readonly contentType: string; readonly body: string };
  readonly topics: Readonly<Record<string, TopicHandler>>;
  /** Topics that only a prefix tells (`action.`); asked when `topics` has no entry. `*` stands for one part between slashes. */
  readonly topicPrefixes?: Readonly<Record<string, TopicHandler>>;
  /** Sample requests per topic, for `entrepot send` and the tests. */
  readonly samples: Samples;
}

export interface Locate {
  readonly topic: Source;
  /**
   * The platform's own name of the shop; checked against the store's `externalId` where the admin gave one, and what finds
   * the store where all shops of an app share one address.
   */
  readonly store?: Source;
  /** When it happened at the platform; decides between states of the same version. */
  readonly at?: Source;
  /** Parts of the key that is equal on every retry of one delivery. A missing part falls back to the body's digest. */
  readonly dedupe: readonly Source[];
  /** Headers kept with the stored webhook because a mapper or a human needs them. */
  readonly keep?: readonly string[];
}

/** How the body becomes the payload that `json` sources and mappers see; JSON without it. */
export type PayloadFormat =
  | { readonly kind: "json" }
  /** The fields of the form, or the JSON that one of them holds. */
  | { readonly kind: "form"; readonly field?: string }
  /** The claims of the token that is the body. */
  | { readonly kind: "jwt" };

/** A request that belongs to setting the address up. It is answered and never stored. */
export type Handshake = Ping | Challenge | Validation | Registration;

/** An unsigned request that tests the address. */
export interface Ping {
  readonly kind: "ping";
  readonly method: "POST";
  readonly body: RegExp;
  readonly bodyBytesMax: number;
  /** The request counts as a handshake only when none of these headers is there. */
  readonly absentHeaders: readonly string[];
  readonly answer: { readonly status: 200; readonly body: string };
}

/** The answer repeats what the request says. */
export interface Challenge {
  readonly kind: "challenge";
  readonly method: "GET" | "POST";
  readonly value: { readonly query: string } | { readonly json: string };
  /** As text, or as JSON under the same name. */
  readonly answer: "text" | "json";
}

/** The request names an address that has to be fetched; only these hosts are. */
export interface Validation {
  readonly kind: "validation";
  readonly method: "POST";
  readonly url: { readonly json: string };
  readonly hosts: readonly string[];
}

/**
 * The shop introduces itself: a request signed with the app's secret asks for a proof and is given a secret of its own, which
 * it then confirms. The store's first secret is the app's.
 */
export interface Registration {
  readonly kind: "registration";
  /** Checks the request that asks, which is a GET; its query names the shop. */
  readonly ask: { readonly scheme: HmacScheme; readonly shop: string; readonly address: string };
  /** Parts of the proof: parameters of the query and settings of the store, joined. */
  readonly proof: readonly ({ readonly query: string } | { readonly setting: string })[];
  /** The request that confirms is a POST signed with the new secret; these of its values become credentials of the store. */
  readonly confirm: { readonly scheme: HmacScheme; readonly credentials: Readonly<Record<string, string>> };
}

/** The moments of an order's life that `entrepot send --profile` plays. */
export const LIFE_STAGES = ["created", "paid", "partly_shipped", "shipped", "partly_refunded"] as const;
export type LifeStage = (typeof LIFE_STAGES)[number];

export interface SampleOptions {
  readonly id: string;
  /** RFC 3339; the moment of the change. */
  readonly at: string;
  readonly amount?: string | undefined;
  readonly currency?: string | undefined;
  /** The platform's own status word. */
  readonly status?: string | undefined;
  /** How far the order of the sample has come. */
  readonly stage?: LifeStage | undefined;
  /** Equal on every retry; for platforms that name the delivery in the body. */
  readonly deliveryId?: string | undefined;
}

export interface Samples {
  readonly headers: (topic: string, options: SampleOptions, deliveryId: string) => Record<string, string>;
  /** The body of each topic, as the platform would write it. */
  readonly bodies: Readonly<Record<string, (options: SampleOptions) => string>>;
  /** The topics that the platform sends at each stage of an order's life; stages that it cannot tell are absent. */
  readonly life?: Readonly<Partial<Record<LifeStage, readonly string[]>>>;
}
