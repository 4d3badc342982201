/** What the publish stage needs of a hub, in memory: one store, nothing to read, nobody else. */
import type { CanonicalEvent } from "../../src/normalizers/canonical/event.ts";
import { findPlatform } from "../../src/normalizers/registry.ts";
import { createMemoryEntities } from "../../src/publish/entities-memory.ts";
import type { ProcessDeps } from "../../src/publish/process.ts";
import { createRowCache } from "../../src/publish/row-cache.ts";
import { createTurns } from "../../src/turns.ts";
import { aKnownStore, noThin } from "./thin.ts";

/** Whatever is published is added to `events`. */
export function processDeps(events: CanonicalEvent[], overrides: Partial<ProcessDeps> = {}): ProcessDeps {
  return {
    entities: createMemoryEntities(),
    publisher: { publish: async (event) => void events.push(event) },
    cache: createRowCache(1_000_000),
    turns: createTurns(),
    isSettled: async () => true,
    onConflict: () => undefined,
    onRepublish: () => undefined,
    publicUrl: "https://hub.example.com",
    findPlatform,
    findStore: () => aKnownStore(),
    thin: noThin(),
    deadLetter: async () => undefined,
    ...overrides,
  };
}
