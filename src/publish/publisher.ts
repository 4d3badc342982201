/** Where events go. */
import type { CanonicalEvent } from "../normalizers/canonical/event.ts";

export interface EventPublisher {
  /**
   * Resolves when the event is stored. The same id published twice is stored once; rejects when nobody knows. `text` is its
   * JSON, where that is written already.
   */
  readonly publish: (event: CanonicalEvent, text?: string) => Promise<void>;
}
