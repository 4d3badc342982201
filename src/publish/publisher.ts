/** Where events go. */
import type { CanonicalEvent } from "../normalizers/canonical/event.ts";

export interface EventPublisher {
  /** Resolves when the event is stored. The same id published twice is stored once; rejects when nobody knows. */
  readonly publish: (event: CanonicalEvent) => Promise<void>;
}
