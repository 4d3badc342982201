/**
 * What a thin webhook needs from the platform's API, as data and pure functions: which reads, and what observations their
 * answers give. The publish stage performs the reads with the store's credentials.
 *
 * The version of an observation is the change time that the answer itself states, never the webhook's: a webhook may wait
 * for hours, and what is read then is the state of then. Where answers state no change time, the moment at which the reads
 * began stands in for it.
 */
import type { z } from "zod";
import { describeIssues, type MapContext, type MapResult, type Observation } from "./platform.ts";

/**
 * Names of the store's settings and credentials in braces (`{shopHash}`) are replaced in `base`, `headers` and `auth`. In
 * addresses the values are encoded; a value in a host may be a name or a label of one.
 */
export interface Api {
  /**
   * Where every read begins: `https://api.example.com/stores/{shopHash}`, or `{shopUrl}/api` where the admin names the host.
   * Such a setting is an https address without user, query and fragment; http is taken where `EGRESS_ALLOW` covers the host.
   * No read leaves the host of the base.
   */
  readonly base: string;
  readonly auth:
    | { readonly kind: "header"; readonly name: string; readonly value: string }
    | { readonly kind: "basic"; readonly user: string; readonly password: string }
    /** A token is fetched with the credentials, kept for as long as it says, and sent in the header `Authorization`. */
    | {
        readonly kind: "token";
        /** Below `base` when it begins with `/`, else absolute. It is asked with POST. */
        readonly url: string;
        readonly body: Readonly<Record<string, string>>;
        readonly encoding: "json" | "form";
        /** Field of the answer that holds the token; `access_token` without it. */
        readonly tokenField?: string;
        /** Field of the answer that holds the token's life in seconds; without it `lifeSeconds` counts. */
        readonly lifeField?: string;
        readonly lifeSeconds: number;
        /** In front of the token; `Bearer ` without it. */
        readonly prefix?: string;
        /**
         * Field of the answer with a refresh token that replaces this credential of the store: it may be used once. The new
         * one is stored, sealed, together with the token, before the token is used.
         */
        readonly refresh?: { readonly field: string; readonly credential: string };
      };
  readonly headers?: Readonly<Record<string, string>>;
  readonly limits: {
    /** Reads of one store at once. */
    readonly concurrency: number;
    readonly perSecond: number;
    /** Header with the number of reads that are left, and header with the time until there are more, or of when. */
    readonly remainingHeader?: string;
    readonly resetHeader?: {
      readonly name: string;
      readonly unit: "seconds" | "milliseconds" | "unix_seconds";
    };
  };
}

/** One request to the platform's API. */
export interface Read {
  /** Name of the answer among the answers. */
  readonly name: string;
  /** Without it GET. POST is for searches and GraphQL: a read changes nothing. */
  readonly method?: "GET" | "POST";
  /** Below `base`, beginning with `/`, with its query. Whatever comes from a payload is encoded: see `apiPath`. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** An answer of 404 (or 410) means that the thing is gone: the answer is undefined. Otherwise it is a failure. */
  readonly mayBeGone?: boolean;
  /**
   * An answer of 403 is about this thing, not about the credentials, and counts as 404: it may belong to somebody else (unsigned
   * webhooks may name anything), or the credentials may rightly lack it.
   */
  readonly mayBeForbidden?: boolean;
  /** Beyond those of all reads; they name no settings. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Reads page after page; the answer is the list of the pages' answers. Gives the next page's path (or its whole address,
   * below the same base) from the answer to page `page`, counted from 1.
   */
  readonly nextPage?: (answer: unknown, page: number) => string | undefined;
}

/** Answers by the read's name, decoded without loss: numbers that a double does not hold are texts. Undefined: gone. */
export type Answers = Readonly<Record<string, unknown>>;

/** At most 5 rounds and 50 requests, pages included. */
export interface Hydration {
  /** Which entity is read, `order:42`: webhooks of one key that wait together are served by the reads of one of them. */
  readonly key: string;
  /** Reads that are needed; called again with the answers until all that it names are among them. */
  readonly reads: (answers: Answers) => readonly Read[];
  /**
   * Observations from the answers. `readAt` is the moment at which the reads began (RFC 3339): the version of what states no
   * change time, and of the deletion of what is gone.
   */
  readonly map: (answers: Answers, readAt: string) => MapResult | NotYet;
  /**
   * What the webhook alone tells, for a store without API credentials; the events are marked `partial`. A state replaces
   * what is known, so what the webhook does not tell in full is better told as patches, a deletion or nothing.
   */
  readonly partial: () => MapResult;
}

/**
 * The API does not show yet what the webhook told, since the platform sent it before its own commit: the reads are made again
 * later, as after a failure, and become a dead letter when that goes on for a day.
 */
export interface NotYet {
  readonly ok: false;
  readonly problem: string;
  readonly again: true;
}

/** Builds the result of a hydration that came too early; `problem` says what was missing. */
export function notYet(problem: string): NotYet {
  return { ok: false, problem, again: true };
}

export interface HydratedHandler {
  readonly kind: "hydrated";
  /** What has to be read for this payload; observations at once where the webhook says enough. */
  readonly plan: (payload: unknown, context: MapContext) => HydrationPlan;
}

export type HydrationPlan =
  | { readonly ok: true; readonly hydration: Hydration }
  | { readonly ok: true; readonly observations: Observation[] }
  | { readonly ok: false; readonly problem: string };

/**
 * Declares a topic whose payload only names what changed. Where the webhook says enough, `plan` gives its observations.
 * Zod issues become the reason of the dead letter.
 */
export function hydrated<S extends z.ZodType>(
  schema: S,
  plan: (payload: z.output<S>, context: MapContext) => Hydration | { readonly observations: Observation[] },
): HydratedHandler {
  return {
    kind: "hydrated",
    plan: (payload, context) => {
      const parsed = schema.safeParse(payload);
      if (!parsed.success) return { ok: false, problem: describeIssues(parsed.error.issues) };
      const planned = plan(parsed.data, context);
      return "reads" in planned ? { ok: true, hydration: planned } : { ok: true, ...planned };
    },
  };
}

/** Parses an answer of the API and maps it; what does not fit is a problem with the answer's name in front. */
export function mapAnswer<S extends z.ZodType>(
  name: string,
  answer: unknown,
  schema: S,
  map: (value: z.output<S>) => Observation[],
): MapResult {
  const parsed = schema.safeParse(answer);
  return parsed.success
    ? { ok: true, observations: map(parsed.data) }
    : { ok: false, problem: `answer ${name}: ${describeIssues(parsed.error.issues)}` };
}

/** A path of the API, with its query, whose values are encoded: apiPath`/orders/${id}?page=${page}`. */
export function apiPath(texts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return texts.reduce((path, text, at) => {
    const encode = path.includes("?") ? encodeValue : encodePart;
    return `${path}${encode(String(values[at - 1]))}${text}`;
  });
}

/** A value as a name or value of a query. Half of a surrogate pair cannot be encoded: it becomes a sign that nothing has. */
export function encodeValue(value: string): string {
  return encodeURIComponent(value.replace(/\p{Surrogate}/gu, "\ufffd"));
}

/**
 * A value as one part of a path. Dots alone would lead to another place however they are encoded: they become a name that
 * nothing has.
 */
export function encodePart(value: string): string {
  const encoded = encodeValue(value);
  return /^\.{1,2}$/.test(encoded) ? encoded.replaceAll(".", "%252E") : encoded;
}
