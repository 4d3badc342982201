/** A stored webhook -> observations. Pure: the same webhook always gives the same. */
import type { Webhook } from "../webhook.ts";
import { toTimestamp } from "./canonical/time.ts";
import { decodePayload } from "./decode-payload.ts";
import type { Hydration, HydratedHandler } from "./hydration.ts";
import type { MapContext, Observation, Platform, StoreOptions, TopicHandler } from "./platform.ts";
import { findPlatform, findTopic, wireOf } from "./registry.ts";

export type Normalized =
  | { readonly kind: "observed"; readonly observations: readonly Observation[] }
  /** The webhook is thin: its observations come from the platform's API. */
  | { readonly kind: "hydrate"; readonly hydration: Hydration }
  | { readonly kind: "ignored"; readonly reason: string }
  | { readonly kind: "unknown_topic" }
  | { readonly kind: "unreadable"; readonly problem: string };

/** What a webhook says about which entities. A body that does not fit gives `unreadable`, never a throw. */
export function normalize(
  webhook: Webhook,
  options: StoreOptions,
  find: (id: string) => Platform | undefined = findPlatform,
): Normalized {
  const platform = find(webhook.platform);
  if (platform === undefined) return { kind: "unreadable", problem: `no such platform: ${webhook.platform}` };
  const wire = wireOf(platform, webhook.variant);
  if (wire === undefined) {
    return { kind: "unreadable", problem: `${platform.id} has no variant ${webhook.variant}` };
  }
  const handler = findTopic(wire, webhook.topic);
  if (handler === undefined) return { kind: "unknown_topic" };
  if (handler.kind === "ignored") return handler;
  const decoded = decodePayload(wire.payload, webhook.body);
  if (!decoded.ok) return { kind: "unreadable", problem: decoded.problem };
  const { topic, receivedAt, headers } = webhook;
  const context = { topic, at: toTimestamp(webhook.sentAt) ?? receivedAt, receivedAt, headers, options };
  try {
    return run(handler, decoded.value, context);
  } catch (error) {
    // A mapper that throws is a defect of ours; the webhook waits as a dead letter until it is mended.
    return {
      kind: "unreadable",
      problem: `the mapper failed: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

function run(
  handler: HydratedHandler | Extract<TopicHandler, { kind: "mapped" }>,
  payload: unknown,
  context: MapContext,
): Normalized {
  const result = handler.kind === "hydrated" ? handler.plan(payload, context) : handler.map(payload, context);
  if (!result.ok) return { kind: "unreadable", problem: result.problem };
  return "hydration" in result
    ? { kind: "hydrate", hydration: result.hydration }
    : { kind: "observed", observations: result.observations };
}
