/** What an explanation cannot say, in words: what lies outside of what was looked at or is no longer kept. */
import type { OutcomeScan } from "../publish/outcomes.ts";
import type { DeadScan } from "../dead-letters/reader.ts";
import type { FoundEvents } from "./entity-events.ts";
import type { EntityView, LookedAt, WebhookView } from "./view.ts";

export interface Looked {
  readonly found: FoundEvents;
  readonly outcomes: OutcomeScan;
  readonly deadWebhooks: DeadScan;
  readonly deadDeliveries: DeadScan;
  readonly attempts: { readonly found: number; readonly isWhole: boolean };
}

export interface Told {
  readonly webhooks: readonly WebhookView[];
  /** Webhooks that were left out, being older. */
  readonly webhooksLeft: number;
  readonly entity: EntityView | undefined;
}

export function describeNotes(looked: Looked, told: Told): string[] {
  const { found, outcomes, attempts } = looked;
  const shown = found.events.length;
  const unrecorded = told.webhooks.filter(({ topic }) => topic === undefined).length;
  const notes: [boolean, string][] = [
    [told.webhooksLeft > 0, `${told.webhooksLeft} older webhooks are not shown`],
    [found.total > shown, `only the newest ${shown} of ${found.total} events are shown`],
    [!found.isWhole, `events before ${found.since} were not looked at`],
    [found.isWhole && isCut(found, told.entity), "its earlier events are no longer kept"],
    [!outcomes.isWhole, `what became of webhooks before ${outcomes.since} was not looked at`],
    [
      outcomes.silent > 0,
      `${outcomes.silent} webhooks were processed by a version that did not note which entities they are about`,
    ],
    [unrecorded > 0, `of ${unrecorded} webhooks only the events are known`],
    [!looked.deadWebhooks.isWhole || !looked.deadDeliveries.isWhole, "older dead letters were not looked at"],
    [!attempts.isWhole, `only the first ${attempts.found} attempts were looked at`],
  ];
  return notes.filter(([applies]) => applies).map(([, note]) => note);
}

/** Events start at sequence 1. */
function isCut({ events, total }: FoundEvents, entity: EntityView | undefined): boolean {
  if (total > events.length) return false;
  const [first] = events;
  return first === undefined ? (entity?.sequence ?? 0) > 0 : (first.event.sequence ?? 1) > 1;
}

export function describeLooked({ found, outcomes, ...dead }: Looked): LookedAt[] {
  const since = (at: string | undefined) => (at === undefined ? {} : { since: at });
  const { deadWebhooks, deadDeliveries, attempts } = dead;
  return [
    { what: "events", messages: found.lookedAt, ...since(found.since), isWhole: found.isWhole },
    { what: "outcomes", messages: outcomes.lookedAt, ...since(outcomes.since), isWhole: outcomes.isWhole },
    {
      what: "dead letters",
      messages: deadWebhooks.lookedAt + deadDeliveries.lookedAt,
      isWhole: deadWebhooks.isWhole && deadDeliveries.isWhole,
    },
    { what: "attempts", messages: attempts.found, isWhole: attempts.isWhole },
  ];
}
