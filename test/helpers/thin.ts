/** Stores as the publish stage knows them, and what it does with thin webhooks where a test has none. */
import type { KnownStore } from "../../src/publish/process.ts";
import type { ThinDeps } from "../../src/publish/hydrate/thin.ts";

export function aKnownStore(overrides: Partial<KnownStore> = {}): KnownStore {
  return {
    connectedAt: "2026-11-01T12:00:00Z",
    options: {},
    settings: {},
    credentials: () => undefined,
    ...overrides,
  };
}

/** Fails whoever reads an API or waits for one. */
export function noThin(overrides: Partial<ThinDeps> = {}): ThinDeps {
  return {
    hydrator: { hydrate: () => Promise.reject(new Error("nothing is read here")) },
    waitingRoom: { add: () => Promise.reject(new Error("nobody waits here")) },
    now: Date.now,
    onPartial: () => undefined,
    onWait: () => undefined,
    ...overrides,
  };
}
