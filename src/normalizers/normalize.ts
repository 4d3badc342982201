/** A stored webhook -> observations. Pure: the same webhook always gives the same. */
import type { Webhook } from "../webhook.ts";
import { toTimestamp } from "./canonical/time.ts";
import { decodePayload } from "./decode-payload.ts";
import type { Observation, StoreOptions } from "./platform.ts";
import { findPlatform, findTopic, wireOf } from "./registry.ts";

export type Normalized =
  | { readonly kind: "observed"; readonly observations: readonly Observation[] }
  | { readonly kind: "ignored"; readonly reason: string }
  | { readonly kind: "unknown_topic" }
  | { readonly kind: "unreadable"; readonly problem: string };

/** What a webhook says about which entities. A body that does not fit gives `unreadable`, never a throw. */
export function normalize(webhook: Webhook, options: StoreOptions): Normalized {
  const platform = findPlatform(webhook.platform);
  if (platform === undefined) return { kind: "unreadable", problem: `no such platform: ${webhook.platform}` };
  const wire = wireOf(platform, webhook.variant);
  if (wire === undefined) {
    return { kind: "unreadable", problem: `${platform.id} has no variant ${webhook.variant}` };
  }
  const handler = findTopic(wire, webhook.topic);
  if (handler === undefined) return { kind: "unknown_topic" };
  if (handler.kind === "ignored") return handler;
  if (handler.kind === "hydrated") return { kind: "unreadable", problem: "needs the platform's API" };
  const decoded = decodePayload(wire.payload, webhook.body);
  if (!decoded.ok) return { kind: "unreadable", problem: decoded.problem };
  const { topic, receivedAt, headers } = webhook;
  const context = { topic, at: toTimestamp(webhook.sentAt) ?? receivedAt, receivedAt, headers, options };
  try {
    const mapped = handler.map(decoded.value, context);
    return mapped.ok
      ? { kind: "observed", observations: mapped.observations }
      : { kind: "unreadable", problem: mapped.problem };
  } catch (error) {
    // A mapper that throws is a defect of ours; the webhook waits as a dead letter until it is mended.
    return {
      kind: "unreadable",
      problem: `the mapper failed: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
