/**
 * A dry run: what would be published if the stored webhooks of a store were normalized today, against what was. Nothing
 * is written. One run covers a stretch of the inbox that fits into memory; whoever wants more goes on where it ended.
 *
 * Webhooks are folded in the order of the inbox. The state before the stretch is undone from the first event that was
 * published in it; where its version decides and is not known, the answer is `unknown` and no difference.
 */
import type { JetStreamClient, JetStreamManager, JsMsg } from "nats";
import type { Names } from "../../nats/names.ts";
import { scanMerged, storedAt } from "../../nats/scan.ts";
import type { CanonicalEvent } from "../../normalizers/canonical/event.ts";
import { normalize } from "../../normalizers/normalize.ts";
import type { Observation, Platform } from "../../normalizers/platform.ts";
import { readWebhooks, type Webhook } from "../../webhook.ts";
import { causeOf, type KnownStore } from "../process.ts";
import { createFold, type Difference, type Fold, type FoldDeps } from "./fold.ts";
import { indexPublished, type Published } from "./published.ts";

export interface RenormalizeQuery {
  readonly store: string;
  readonly resource?: string | undefined;
  /** Id of the entity at the platform. */
  readonly entity?: string | undefined;
  /** RFC 3339: stored from then on, and before `until`. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** Inbox sequence after which to go on. */
  readonly after: number;
  /** Webhooks of one run; the last inbox message is worked through, so there may be a few more. */
  readonly limit: number;
}

export interface WebhookDifference extends Difference {
  readonly webhook: string;
  readonly topic: string;
  readonly receivedAt: string;
  readonly inboxSequence: number;
}

export interface RenormalizeSummary {
  readonly kind: "summary";
  readonly webhooks: number;
  /** Webhooks that make no difference. */
  readonly same: number;
  /** Entities of a webhook, by kind of difference. */
  readonly missing: number;
  readonly extra: number;
  readonly different: number;
  readonly unknown: number;
  /** Pass as `after` to go on; absent when the end was reached. */
  readonly next?: number;
}

export interface RenormalizeDeps {
  readonly broker: { readonly js: JetStreamClient; readonly jsm: JetStreamManager };
  readonly names: Names;
  readonly publicUrl: string;
  readonly findStore: (name: string) => Pick<KnownStore, "connectedAt" | "options"> | undefined;
  readonly findPlatform: (id: string) => Platform | undefined;
  readonly findRow: FoldDeps["findRow"];
}

/** What a run may hold in rows: about three times as many bytes. */
const ROW_CHARACTERS_MAX = 16_000_000;
/** An inbox message holds up to 400 kB of webhooks. */
const BATCH = 25;
/** How long after the last webhook its events may have been published. */
const LATE_MS = 600_000;

/** What is known of a webhook that was folded; `reason` when it says nothing of any entity. */
interface Folded {
  readonly described: Pick<WebhookDifference, "webhook" | "topic" | "receivedAt" | "inboxSequence">;
  readonly reason?: string;
  /** What it would give today cannot be told: the platform's answers of then are not kept. */
  readonly isThin?: boolean;
}

/** The differences as they are found, and the summary at the end. */
export async function* renormalize(
  query: RenormalizeQuery,
  deps: RenormalizeDeps,
): AsyncGenerator<WebhookDifference | RenormalizeSummary> {
  const counts = { missing: 0, extra: 0, different: 0, unknown: 0 };
  const differing = new Set<string>();
  const folded = new Map<string, Folded>();
  const stretch = foldStretch(query, folded, deps);
  for (;;) {
    const step = await stretch.next();
    if (step.done) {
      const summary = { webhooks: folded.size, same: folded.size - differing.size, ...counts };
      yield { kind: "summary", ...summary, ...(step.value === undefined ? {} : { next: step.value }) };
      return;
    }
    counts[step.value.kind] += 1;
    differing.add(step.value.webhook);
    yield step.value;
  }
}

/** Returns where to go on, when it ended before the inbox did. */
async function* foldStretch(
  query: RenormalizeQuery,
  folded: Map<string, Folded>,
  deps: RenormalizeDeps,
): AsyncGenerator<WebhookDifference, number | undefined> {
  const { since, after, limit } = query;
  const scan = { stream: deps.names.streams.inbox, since, after, batch: BATCH };
  let run: Run | undefined;
  let last: JsMsg | undefined;
  let next: number | undefined;
  for await (const message of scanMerged(deps.broker, deps.names.inboxFilters(query.store), scan)) {
    if (isAfter(message, query.until)) break;
    if (last && run && (folded.size >= limit || run.fold.characters() > ROW_CHARACTERS_MAX)) {
      next = last.seq;
      break;
    }
    run ??= await startRun(query, storedAt(message), folded, deps);
    last = message;
    yield* foldMessage(message, query, run, folded, deps);
  }
  if (run && last) yield* findExtra(run, last, folded);
  return next;
}

interface Run {
  readonly published: Published;
  readonly fold: Fold;
}

function isAfter(message: JsMsg, until: string | undefined): boolean {
  return until !== undefined && Date.parse(storedAt(message)) >= Date.parse(until);
}

async function* foldMessage(
  message: JsMsg,
  query: RenormalizeQuery,
  { fold }: Run,
  folded: Map<string, Folded>,
  deps: RenormalizeDeps,
): AsyncGenerator<WebhookDifference> {
  const read = readWebhooks(message.data);
  // What cannot be read stands among the dead letters.
  if (!read.ok) return;
  for (const webhook of read.webhooks) {
    // One that was tried again stands in the inbox once more; it counts where it came first.
    if (webhook.store !== query.store || folded.has(webhook.id)) continue;
    const result = await foldWebhook(webhook, message.seq, query, fold, deps);
    folded.set(webhook.id, result.folded);
    for (const difference of result.differences) yield { ...result.folded.described, ...difference };
  }
}

async function startRun(
  { store, resource, entity }: RenormalizeQuery,
  since: string,
  folded: ReadonlyMap<string, Folded>,
  { broker, names, findRow }: RenormalizeDeps,
): Promise<Run> {
  const isWanted = (name: string) => entity === undefined || name.endsWith(`:${entity}`);
  const published = await indexPublished(broker, names, { store, resource, since, isWanted });
  return { published, fold: createFold({ published, findRow, isFolded: (id) => folded.has(id) }) };
}

async function foldWebhook(
  webhook: Webhook,
  inboxSequence: number,
  query: RenormalizeQuery,
  fold: Fold,
  { findStore, findPlatform, publicUrl }: RenormalizeDeps,
): Promise<{ folded: Folded; differences: readonly Difference[] }> {
  const { id, topic, receivedAt, platform } = webhook;
  const described = { webhook: id, topic, receivedAt, inboxSequence };
  const store = findStore(webhook.store) ?? { connectedAt: receivedAt, options: {} };
  const normalized = normalize(webhook, store.options, findPlatform);
  if (normalized.kind === "hydrate") {
    const reason = "its events depend on what the platform's API answered then";
    return { folded: { described, reason, isThin: true }, differences: [] };
  }
  if (normalized.kind !== "observed") {
    const reason = "problem" in normalized ? normalized.problem : normalized.kind;
    return { folded: { described, reason }, differences: [] };
  }
  const observations = normalized.observations.filter((each) => isWanted(each, query));
  const differences = await fold.apply(observations, {
    webhook,
    cause: causeOf(webhook, inboxSequence, store.connectedAt),
    origin: { platform, store: webhook.store, publicUrl },
  });
  return { folded: { described }, differences };
}

function isWanted(observation: Observation, { resource, entity }: RenormalizeQuery): boolean {
  if (observation.kind === "reference") return false;
  if (observation.kind === "signal") {
    return entity === undefined && (resource === undefined || observation.type.startsWith(`${resource}.`));
  }
  return (
    (resource === undefined || observation.resource === resource) &&
    (entity === undefined || observation.id === entity)
  );
}

/** Events of the webhooks that were folded, for entities that they say nothing of today. */
async function* findExtra(
  { published, fold }: Run,
  last: JsMsg,
  folded: ReadonlyMap<string, Folded>,
): AsyncGenerator<WebhookDifference> {
  const endAt = new Date(Date.parse(storedAt(last)) + LATE_MS).toISOString();
  const told = new Map<string, WebhookDifference>();
  for (const sequence of published.all()) {
    const found = await published.read(sequence);
    if (found === undefined) continue;
    if (found.publishedAt > endAt) break;
    const { event } = found;
    const cause = folded.get(event.causationid);
    if (cause === undefined || fold.isAccounted(event, sequence)) continue;
    const extra = toExtra(event, cause);
    const key = `${event.causationid} ${extra.resource} ${event.subject ?? ""}`;
    const before = told.get(key)?.published ?? [];
    told.set(key, { ...extra, published: [...before, ...extra.published] });
  }
  yield* told.values();
}

function toExtra(
  { type, subject }: CanonicalEvent,
  { described, isThin, reason }: Folded,
): WebhookDifference {
  const [resource = ""] = type.split(".");
  return {
    ...described,
    kind: isThin ? "unknown" : "extra",
    resource,
    ...(subject === undefined ? {} : { id: subject }),
    published: [type],
    now: [],
    ...(reason === undefined ? {} : { reason }),
  };
}
