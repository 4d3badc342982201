/** What belongs together in sequence: the events of one entity, or a signal by itself. */
import { createHash } from "node:crypto";
import type { CanonicalEvent } from "../normalizers/canonical/event.ts";

const PARTS = 256;

/** `<store>:<resource>:<entity id>`; a signal's own id. */
export function entityOf({ id, sequence }: Pick<CanonicalEvent, "id" | "sequence">): string {
  return sequence === undefined ? id : id.slice(0, id.lastIndexOf(":"));
}

/** One of 256 parts, always the same for an entity. */
export function partOf(entity: string): string {
  const [first = 0] = createHash("sha256").update(entity).digest();
  return (first % PARTS).toString(16).padStart(2, "0");
}
