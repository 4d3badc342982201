/** One stored webhook -> its one outcome: normalize it, advance each entity it speaks of, publish its signals. */
import type { CanonicalEvent } from "../normalizers/canonical/event.ts";
import { toTimestamp, toVersion } from "../normalizers/canonical/time.ts";
import { normalize } from "../normalizers/normalize.ts";
import type {
  Observation,
  ReferenceObservation,
  StateObservation,
  StoreOptions,
} from "../normalizers/platform.ts";
import { type Origin, signalEvent } from "../normalizers/transition/events.ts";
import type { Cause } from "../normalizers/transition/transition.ts";
import { entityKey } from "../nats/names.ts";
import type { Webhook } from "../webhook.ts";
import { type Advanced, type AdvanceDeps, advance } from "./advance.ts";
import type { EntityOutcome } from "./outcome-record.ts";
import type { DeadLetters } from "../dead-letters/dead-letters.ts";
import { recallReference, rememberReference } from "./references.ts";
import type { WebhookOutcome } from "./settle.ts";

export interface ProcessDeps extends AdvanceDeps {
  readonly publicUrl: string;
  /** What is known of a store now; undefined when it was removed since the webhook came. */
  readonly findStore: (name: string) => { connectedAt: string; options: StoreOptions } | undefined;
  readonly deadLetter: DeadLetters["add"];
}

export interface Processed {
  readonly outcome: WebhookOutcome;
  readonly events: number;
  readonly reason?: string;
  /** What each entity that it speaks of became. */
  readonly entities?: readonly EntityOutcome[];
}

/** Processes a webhook. Rejects only when something could not be stored; doing it again is always safe. */
export async function processWebhook(
  webhook: Webhook,
  inboxSequence: number,
  deps: ProcessDeps,
): Promise<Processed> {
  const store = deps.findStore(webhook.store) ?? { connectedAt: webhook.receivedAt, options: {} };
  const normalized = normalize(webhook, store.options);
  switch (normalized.kind) {
    case "ignored":
      return { outcome: "ignored", events: 0, reason: normalized.reason };
    case "unknown_topic":
      return { outcome: "unknown_topic", events: 0 };
    case "unreadable":
      await deps.deadLetter(webhook, { reason: normalized.problem, attempts: 1, inboxSequence });
      return { outcome: "dead_lettered", events: 0, reason: normalized.problem };
    case "observed":
  }
  const cause = causeOf(webhook, inboxSequence, store.connectedAt);
  const origin = { platform: webhook.platform, store: webhook.store, publicUrl: deps.publicUrl };
  const results = await Promise.all(
    normalized.observations.map((observation) => handle(observation, { webhook, cause, origin }, deps)),
  );
  return { ...summarize(results), entities: entitiesOf(normalized.observations, results) };
}

/** What a webhook says of itself to the events that come of it. */
export function causeOf(webhook: Webhook, inboxSequence: number, connectedAt: string): Cause {
  return {
    webhookId: webhook.id,
    receivedAt: toTimestamp(webhook.receivedAt) ?? webhook.receivedAt,
    sentAt: toVersion(webhook.sentAt) ?? "",
    authenticity: webhook.authenticity,
    via: webhook.via,
    inboxSequence,
    connectedAt,
  };
}

interface Work {
  readonly webhook: Webhook;
  readonly cause: Cause;
  readonly origin: Origin;
}

async function handle(observation: Observation, work: Work, deps: ProcessDeps): Promise<Advanced> {
  const { store } = work.webhook;
  switch (observation.kind) {
    case "signal": {
      const { cause, webhook, origin } = work;
      const at = toTimestamp(webhook.sentAt) ?? cause.receivedAt;
      const event: CanonicalEvent = signalEvent(
        observation,
        { ...cause, dedupeKey: webhook.dedupeKey, at },
        origin,
      );
      await deps.publisher.publish(event);
      return { outcome: "published", events: 1 };
    }
    case "reference":
      await rememberReference(store, observation, deps);
      return { outcome: "unchanged" };
    case "state":
      return advance(
        { ...work, key: keyOf(store, observation), observation: await complete(store, observation, deps) },
        deps,
      );
    default:
      return advance({ ...work, key: keyOf(store, observation), observation }, deps);
  }
}

/** Fills in what another webhook told about the item; what this one says itself stays. */
async function complete(
  store: string,
  observation: StateObservation,
  deps: ProcessDeps,
): Promise<StateObservation> {
  if (observation.reference === undefined) return observation;
  const fields = await recallReference(store, observation.reference, deps);
  return fields === undefined ? observation : withReference(observation, fields);
}

/** Completes an observation; what it says itself stays. */
export function withReference(
  observation: StateObservation,
  fields: ReferenceObservation["fields"],
): StateObservation {
  const given = Object.fromEntries(
    Object.entries(observation.state).filter(([, value]) => value !== undefined),
  );
  return Object.assign({}, observation, { state: { ...fields, ...given } });
}

function keyOf(store: string, { resource, id }: { resource: string; id: string }): string {
  return entityKey(store, resource, id);
}

/** References and signals are no entities. */
function entitiesOf(observations: readonly Observation[], results: readonly Advanced[]): EntityOutcome[] {
  return observations.flatMap((observation, at) => {
    const outcome = results[at]?.outcome;
    if (outcome === undefined || observation.kind === "signal" || observation.kind === "reference") return [];
    return [{ resource: observation.resource, id: observation.id, outcome }];
  });
}

function summarize(results: readonly Advanced[]): Processed {
  const events = results.reduce(
    (sum, result) => sum + (result.outcome === "published" ? result.events : 0),
    0,
  );
  if (events > 0) return { outcome: "published", events };
  const isStale = results.length > 0 && results.every(({ outcome }) => outcome === "stale");
  return { outcome: isStale ? "stale" : "unchanged", events: 0 };
}
