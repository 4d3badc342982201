/** What one webhook became, as the OUTCOMES stream keeps it. */
import { z } from "zod";
import { WEBHOOK_OUTCOMES } from "./settle.ts";

const ENTITY_OUTCOMES = ["published", "unchanged", "stale"] as const;

export interface EntityOutcome {
  readonly resource: string;
  readonly id: string;
  readonly outcome: (typeof ENTITY_OUTCOMES)[number];
}

export const outcomeRecord = z.object({
  webhook: z.string(),
  store: z.string(),
  topic: z.string(),
  /** Missing in records of the first version. */
  receivedAt: z.string().optional(),
  outcome: z.enum(WEBHOOK_OUTCOMES),
  events: z.number().int().nonnegative(),
  reason: z.string().optional(),
  /** What each entity that it speaks of became, as `order:1001`. Missing in records of the first version. */
  entities: z.partialRecord(z.enum(ENTITY_OUTCOMES), z.array(z.string())).optional(),
  /** How many entities more there were than are listed. */
  unlisted: z.number().int().positive().optional(),
});
export type OutcomeRecord = z.infer<typeof outcomeRecord>;

/** With it the records of a full inbox message stay far below what a broker takes. */
const LISTED_CHARACTERS_MAX = 4000;

/** The entities in the form of a record. A product with hundreds of variants is not listed completely. */
export function listEntities(
  outcomes: readonly EntityOutcome[],
): Pick<OutcomeRecord, "entities" | "unlisted"> {
  const entities: Partial<Record<EntityOutcome["outcome"], string[]>> = {};
  let characters = 0;
  let unlisted = 0;
  for (const { resource, id, outcome } of outcomes) {
    const name = entityName(resource, id);
    characters += name.length;
    if (characters > LISTED_CHARACTERS_MAX) {
      unlisted += 1;
      continue;
    }
    const names = entities[outcome] ?? [];
    names.push(name);
    entities[outcome] = names;
  }
  return { entities, ...(unlisted > 0 ? { unlisted } : {}) };
}

/** What the record says of the entity; undefined when it does not list it. */
export function entityOutcome(
  { entities = {} }: Pick<OutcomeRecord, "entities">,
  resource: string,
  id: string,
): EntityOutcome["outcome"] | undefined {
  const name = entityName(resource, id);
  return ENTITY_OUTCOMES.find((outcome) => entities[outcome]?.includes(name));
}

/** Resources hold no colon. */
export function entityName(resource: string, id: string): string {
  return `${resource}:${id}`;
}
