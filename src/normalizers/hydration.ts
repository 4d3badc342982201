/**
 * What a thin webhook needs from the platform's API, as data and pure functions: which reads, and what observations their
 * answers give. The publish stage performs the reads with the store's credentials.
 */
import type { z } from "zod";
import { describeIssues, type MapContext, type MapResult, type Observation } from "./platform.ts";

/** Names of the store's settings and credentials in braces (`{shopHash}`) are replaced in `base`, `headers` and `auth`. */
export interface Api {
  /** Where every read begins: `https://api.example.com/stores/{shopHash}`, or `{shopUrl}` where the admin names the host. */
  readonly base: string;
  readonly auth:
    | { readonly kind: "header"; readonly name: string; readonly value: string }
    | { readonly kind: "basic"; readonly user: string; readonly password: string }
    /** A token is fetched with the credentials, kept for as long as it says, and sent as a bearer token. */
    | {
        readonly kind: "token";
        /** Relative to `base`, or absolute. */
        readonly url: string;
        readonly body: Readonly<Record<string, string>>;
        readonly encoding: "json" | "form";
        /** Field of the answer that holds the token's life in seconds; without it `lifeSeconds` counts. */
        readonly lifeField?: string;
        readonly lifeSeconds: number;
        /** Field of the answer with a refresh token that replaces this credential: it may be used once. */
        readonly refresh?: { readonly field: string; readonly credential: string };
      };
  readonly headers?: Readonly<Record<string, string>>;
  readonly limits: {
    /** Reads of one store at once. */
    readonly concurrency: number;
    readonly perSecond: number;
    /** Header with the reads that are left, and header with the time until there are more. */
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
  /** Below `base`, with its query. Whatever comes from a payload is encoded. */
  readonly path: string;
  readonly body?: unknown;
  /** An answer of 404 (or 410) means that the thing is gone: the answer is undefined. Otherwise it is a failure. */
  readonly mayBeGone?: boolean;
  /** Reads page after page; the answer is the list of the pages' answers. */
  readonly nextPage?: (answer: unknown, page: number) => string | undefined;
}

/** Answers by the read's name; undefined where the thing is gone. */
export type Answers = Readonly<Record<string, unknown>>;

export interface Hydration {
  /** Which entity is read, `order:42`: webhooks of one key that wait together are served by one read. */
  readonly key: string;
  /** Reads that are needed and not yet among the answers; called again with the answers until there are none. */
  readonly reads: (answers: Answers) => readonly Read[];
  /** Observations from the answers. */
  readonly map: (answers: Answers) => MapResult;
  /** What the webhook alone tells, for a store without API credentials; the events are marked `partial`. */
  readonly partial: () => MapResult;
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

/** Declares a topic whose payload only names what changed. Zod issues become the reason of the dead letter. */
export function hydrated<S extends z.ZodType>(
  schema: S,
  plan: (payload: z.output<S>, context: MapContext) => Hydration | Observation[],
): HydratedHandler {
  return {
    kind: "hydrated",
    plan: (payload, context) => {
      const parsed = schema.safeParse(payload);
      if (!parsed.success) return { ok: false, problem: describeIssues(parsed.error.issues) };
      const planned = plan(parsed.data, context);
      return "reads" in planned ? { ok: true, hydration: planned } : { ok: true, observations: planned };
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
