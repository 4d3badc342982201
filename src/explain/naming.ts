/** Whether a webhook that could not be processed is about an entity. */
import { decodeJson } from "../normalizers/decode.ts";
import { normalize } from "../normalizers/normalize.ts";
import type { StoreOptions } from "../normalizers/platform.ts";
import type { Webhook } from "../webhook.ts";

/**
 * By what today's normalizers make of it; where they cannot read it, by the body's own `id`, which says nothing of the
 * resource. Never throws.
 */
export function namesEntity(
  webhook: Webhook,
  { resource, id }: { resource: string; id: string },
  options: StoreOptions,
): boolean {
  const normalized = normalize(webhook, options);
  if (normalized.kind === "observed") {
    return normalized.observations.some(
      (seen) => "resource" in seen && seen.resource === resource && seen.id === id,
    );
  }
  if (normalized.kind !== "unreadable") return false;
  const decoded = decodeJson(webhook.body);
  const { value } = decoded.ok ? decoded : { value: undefined };
  return typeof value === "object" && value !== null && "id" in value && String(value.id) === id;
}
