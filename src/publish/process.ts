/** One stored webhook -> its one outcome: normalize it, advance each entity it speaks of, publish its signals. */
import type { CanonicalEvent } from "../normalizers/canonical/event.ts";
import { toTimestamp, toVersion } from "../normalizers/canonical/time.ts";
import type { Hydration } from "../normalizers/hydration.ts";
import { normalize } from "../normalizers/normalize.ts";
import type {
  Observation,
  Platform,
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
import type { Waited } from "./hydrate/hydrator.ts";
import type { Values } from "./hydrate/template.ts";
import { type Basis, hydrateThin, type ThinDeps } from "./hydrate/thin.ts";
import { recallReference, rememberReference } from "./references.ts";
import type { WebhookOutcome } from "./settle.ts";

export interface ProcessDeps extends AdvanceDeps {
  readonly publicUrl: string;
  readonly findPlatform: (id: string) => Platform | undefined;
  /** What is known of a store now; undefined when it was removed since the webhook came. */
  readonly findStore: (name: string) => KnownStore | undefined;
  readonly deadLetter: DeadLetters["add"];
  readonly thin: ThinDeps;
}

export interface KnownStore {
  readonly connectedAt: string;
  readonly options: StoreOptions;
  readonly settings: Values;
  /** Opened at each call; undefined when the admin gave none. */
  readonly credentials: () => Values | undefined;
}

/** Where the webhook comes from. */
export interface Delivery {
  readonly inboxSequence: number;
  /** The message was delivered before, and nobody knows what came of it. */
  readonly isRedelivered?: boolean;
  readonly waited?: Waited | undefined;
  /** Called when from now on the webhook only waits for the platform's API. */
  readonly onHeld?: () => void;
}

export interface Processed {
  /** `waiting`: it is in the waiting room, and comes back through the inbox. */
  readonly outcome: WebhookOutcome | "waiting";
  readonly events: number;
  readonly reason?: string;
  /** What each entity that it speaks of became. */
  readonly entities?: readonly EntityOutcome[];
}

/** Processes a webhook. Rejects only when something could not be stored; doing it again is always safe. */
export async function processWebhook(
  webhook: Webhook,
  delivery: Delivery,
  deps: ProcessDeps,
): Promise<Processed> {
  const store = deps.findStore(webhook.store) ?? removedStore(webhook);
  const { inboxSequence } = delivery;
  const normalized = normalize(webhook, store.options, deps.findPlatform);
  switch (normalized.kind) {
    case "ignored":
      return { outcome: "ignored", events: 0, reason: normalized.reason };
    case "unknown_topic":
      return { outcome: "unknown_topic", events: 0 };
    case "unreadable":
      await deps.deadLetter(webhook, { reason: normalized.problem, attempts: 1, inboxSequence });
      return { outcome: "dead_lettered", events: 0, reason: normalized.problem };
    case "hydrate":
      return processThin({ webhook, store, delivery, hydration: normalized.hydration }, deps);
    case "observed":
      return tell(normalized.observations, { webhook, store, delivery }, deps);
  }
}

interface Place {
  readonly webhook: Webhook;
  readonly store: KnownStore;
  readonly delivery: Delivery;
}

async function processThin(
  { webhook, delivery, store, hydration }: Place & { readonly hydration: Hydration },
  deps: ProcessDeps,
): Promise<Processed> {
  const platform = deps.findPlatform(webhook.platform);
  const { inboxSequence, isRedelivered = false, waited } = delivery;
  delivery.onHeld?.();
  const thin = await hydrateThin(
    {
      webhook,
      hydration,
      api: platform?.api,
      values: () => valuesOf(deps.findStore(webhook.store), platform),
      inboxSequence,
      isRedelivered,
      waited,
    },
    deps.thin,
  );
  switch (thin.kind) {
    case "waiting":
      return { outcome: "waiting", events: 0, reason: thin.reason };
    case "impossible": {
      const { reason, attempts } = thin;
      await deps.deadLetter(webhook, { stage: "hydrate", reason, attempts, inboxSequence });
      return { outcome: "dead_lettered", events: 0, reason };
    }
    case "observed": {
      const told = await tell(thin.observations, { webhook, store, delivery, basis: thin.basis }, deps);
      return thin.reason === undefined ? told : { ...told, reason: thin.reason };
    }
  }
}

function valuesOf(store: KnownStore | undefined, platform: Platform | undefined): Values | undefined {
  const credentials = store?.credentials();
  const needsCredentials = platform?.credentials !== undefined;
  if (store === undefined || (credentials === undefined && needsCredentials)) return undefined;
  return { ...defaultsOf(platform?.settings), ...store.settings, ...credentials };
}

function defaultsOf(fields: Platform["settings"] = {}): Values {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, { default: value }]) => (value === undefined ? [] : [[name, value]])),
  );
}

function removedStore(webhook: Webhook): KnownStore {
  return { connectedAt: webhook.receivedAt, options: {}, settings: {}, credentials: () => undefined };
}

/** Advances each entity that the observations speak of and publishes the signals. */
async function tell(
  observations: readonly Observation[],
  { webhook, store, delivery, basis }: Place & { readonly basis?: Basis },
  deps: ProcessDeps,
): Promise<Processed> {
  const cause: Cause = {
    ...causeOf(webhook, delivery.inboxSequence, store.connectedAt),
    ...basis,
  };
  const origin = { platform: webhook.platform, store: webhook.store, publicUrl: deps.publicUrl };
  const results = await Promise.all(
    observations.map((observation) => handle(observation, { webhook, cause, origin }, deps)),
  );
  return { ...summarize(results), entities: entitiesOf(observations, results) };
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
