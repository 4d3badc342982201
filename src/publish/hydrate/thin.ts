/** What becomes of a thin webhook: its reads, as much as it tells itself, a place in the waiting room, or a dead letter. */
import type { Api, Hydration } from "../../normalizers/hydration.ts";
import type { MapResult, Observation } from "../../normalizers/platform.ts";
import { toVersion } from "../../normalizers/canonical/time.ts";
import type { Cause } from "../../normalizers/transition/transition.ts";
import type { Webhook } from "../../webhook.ts";
import type { Hydrator, Waited } from "./hydrator.ts";
import type { Values } from "./template.ts";
import type { WaitingRoom } from "./waiting-room.ts";

/** What the observations of a thin webhook rest on, beyond what is known of any webhook. */
export type Basis = Partial<Pick<Cause, "authenticity" | "sentAt" | "partial">>;

export type Thin =
  | {
      readonly kind: "observed";
      readonly observations: readonly Observation[];
      readonly basis: Basis;
      readonly reason?: string;
    }
  | { readonly kind: "waiting"; readonly reason: string }
  | { readonly kind: "impossible"; readonly reason: string; readonly attempts: number };

export interface ThinTask {
  readonly webhook: Webhook;
  readonly hydration: Hydration;
  /** Undefined where the platform declares none. */
  readonly api: Api | undefined;
  /** Settings and credentials as they are at any time; undefined without credentials. */
  readonly values: () => Values | undefined;
  readonly inboxSequence: number;
  readonly isRedelivered: boolean;
  readonly waited: Waited | undefined;
}

export interface ThinDeps {
  readonly hydrator: Pick<Hydrator, "hydrate">;
  readonly waitingRoom: Pick<WaitingRoom, "add">;
  readonly now: () => number;
  readonly onPartial: (platform: string) => void;
  readonly onWait: (platform: string) => void;
}

export const NO_CREDENTIALS = "no API credentials: events are partial";
const NO_API = "the platform declares no API: events are partial";

/** Rejects only when the webhook could not be put into the waiting room. */
export async function hydrateThin(task: ThinTask, deps: ThinDeps): Promise<Thin> {
  const { webhook, hydration, api, values, inboxSequence, waited } = task;
  const { hydrator, waitingRoom, now } = deps;
  if (api === undefined || values() === undefined) {
    deps.onPartial(webhook.platform);
    return partial(hydration.partial(), api === undefined ? NO_API : NO_CREDENTIALS);
  }

  const wait = async (delayMs: number, since: Waited): Promise<Thin> => {
    await waitingRoom.add(webhook, { delayMs, waited: since, inboxSequence });
    deps.onWait(webhook.platform);
    return { kind: "waiting", reason: `waits for the API: ${since.failures} failures so far` };
  };
  // It may stand in the waiting room already, put there before the message came again; so there it goes, as the same one.
  if (task.isRedelivered) return wait(0, waited ?? { since: now(), failures: 0 });

  const hydrated = await hydrator.hydrate({
    platform: webhook.platform,
    store: webhook.store,
    api,
    values: () => values() ?? {},
    hydration,
    // The bodies of one inbox message share its memory.
    bytes: webhook.body.buffer.byteLength,
    waited,
  });
  switch (hydrated.kind) {
    case "later":
      return wait(hydrated.delayMs, hydrated.waited);
    case "impossible":
      return hydrated;
    case "observed": {
      // Of two states of one version the one that was read later is newer, whichever webhook asked for it.
      const basis = { authenticity: "api" as const, sentAt: toVersion(hydrated.readAt) ?? "" };
      return { kind: "observed", observations: hydrated.observations, basis };
    }
  }
}

function partial(mapped: MapResult, reason: string): Thin {
  return mapped.ok
    ? { kind: "observed", observations: mapped.observations, basis: { partial: true }, reason }
    : { kind: "impossible", reason: mapped.problem, attempts: 1 };
}
