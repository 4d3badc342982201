/** An explanation for people: what came in, what is known, what went out, and who got it. */
import type {
  DeliveryView,
  EntityView,
  EventView,
  ExplainedSubscription,
  Explanation,
  WebhookView,
} from "../explain/view.ts";
import { visibleOnOneLine } from "../visible.ts";
import { table } from "./output.ts";

export function tellStory({ store, resource, id, webhooks, entity, events, ...rest }: Explanation): string {
  return [
    visibleOnOneLine(`${resource} ${id} of ${store}`),
    section("Webhooks", webhooks.length === 0 ? ["none"] : [webhookTable(webhooks)]),
    `State: ${entity === undefined ? "none" : describeState(entity)}`,
    section("Events", events.length === 0 ? ["none"] : [eventTable(events)]),
    section("Subscriptions", tellSubscriptions(rest.subscriptions, events)),
    ...(rest.notes.length === 0 ? [] : [section("Not in this answer", rest.notes.map(visibleOnOneLine))]),
  ].join("\n\n");
}

function section(title: string, parts: readonly string[]): string {
  const lines = parts.join("\n").split("\n");
  return [title, ...lines.map((line) => `  ${line}`)].join("\n");
}

function webhookTable(webhooks: readonly WebhookView[]): string {
  return table(
    ["received", "topic", "became", "inbox", "id"],
    webhooks.map(({ receivedAt = "", topic = "", inboxSequence = "", id, ...became }) => [
      receivedAt,
      topic,
      describeOutcome(became),
      String(inboxSequence),
      id,
    ]),
  );
}

function describeOutcome({
  outcome,
  events,
  reason,
  deadLetter,
}: Pick<WebhookView, "outcome" | "events" | "reason" | "deadLetter">): string {
  if (outcome === "published") return `published ${events.length}`;
  const letter = deadLetter === undefined ? "" : ` (dead letter ${deadLetter})`;
  return reason === undefined ? outcome : `${outcome}: ${reason}${letter}`;
}

function describeState({ sequence, version, deleted, lastChange }: EntityView): string {
  const last = lastChange
    ? `; last change: ${lastChange.types.join(", ")} at ${lastChange.at} by webhook ${lastChange.webhook}`
    : "";
  const as = version === "" ? "known in parts" : `as of ${shorten(version)}`;
  return `sequence ${sequence}, ${as}${deleted ? ", deleted" : ""}${last}`;
}

/** Versions have nine digits after the second. */
function shorten(version: string): string {
  return version.replace(/(\.\d*?)0*Z$/, (_, fraction) => (fraction === "." ? "Z" : `${fraction}Z`));
}

function eventTable(events: readonly EventView[]): string {
  return table(
    ["#", "type", "time", "published", "stream", "changed"],
    events.map(({ sequence = "", type, time, publishedAt, streamSequence, changed }) => [
      String(sequence),
      type,
      time,
      publishedAt,
      String(streamSequence),
      changed.join(", "),
    ]),
  );
}

function tellSubscriptions(
  subscriptions: readonly ExplainedSubscription[],
  events: readonly EventView[],
): string[] {
  if (subscriptions.length === 0) return [events.length === 0 ? "no event, so nobody could get one" : "none"];
  const sequences = new Map(events.map(({ id, sequence }) => [id, sequence]));
  return subscriptions.flatMap(({ name, deliver, state, deliveries }) => {
    const [first, ...others] = deliveries;
    const title = visibleOnOneLine(`${name} (${deliver}${state === "active" ? "" : `, ${state}`})`);
    if (first && deliveries.every((each) => each.state === "not_matched")) {
      const alike = others.length === 0 ? "" : ` (nor ${others.length} more)`;
      return [`${title}: not matched: ${visibleOnOneLine(first.reason ?? "")}${alike}`];
    }
    const rows = deliveries.map((each) => {
      return [`  #${sequences.get(each.event) ?? ""}`, each.type, describeDelivery(each)];
    });
    return [title, alignRows(rows)];
  });
}

function alignRows(rows: readonly string[][]): string {
  return table(["", "", ""], rows).split("\n").slice(1).join("\n");
}

function describeDelivery({ state, reason, attempts, at, nextAt, status, error, deadLetter }: DeliveryView) {
  const tries = attempts === undefined ? "" : `${attempts} ${attempts === 1 ? "attempt" : "attempts"}`;
  const letter = deadLetter === undefined ? "" : `dead letter ${deadLetter}`;
  const answer = status === undefined || error !== undefined ? "" : `answer ${status}`;
  const details = [tries, answer, nextAt ? `next at ${nextAt}` : "", letter].filter((part) => part !== "");
  const what = state.replaceAll("_", " ") + (state === "delivered" && at ? ` ${at}` : "");
  const why = reason ?? (state === "delivered" ? undefined : error);
  return `${what}${details.length > 0 ? ` (${details.join(", ")})` : ""}${why === undefined ? "" : `: ${why}`}`;
}
