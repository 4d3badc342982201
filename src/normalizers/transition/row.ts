/** What the hub remembers of an entity between two webhooks: one row of the ENTITIES bucket. */
import { z } from "zod";
import { AUTHENTICITY, VIA } from "../canonical/event.ts";
import { timestamp } from "../canonical/scalars.ts";

export type State = Readonly<Record<string, unknown>>;

const outbox = z.object({
  /** The events of the last transition, in order; the last one has the row's sequence. */
  actions: z.array(z.string()).min(1),
  time: timestamp,
  detectedAt: timestamp,
  via: z.enum(VIA),
  causationId: z.string(),
  authenticity: z.enum(AUTHENTICITY),
  changed: z.array(z.string()),
  previous: z.record(z.string(), z.unknown()),
  delta: z.number().optional(),
  firstSeen: z.literal(true).optional(),
  partial: z.literal(true).optional(),
});
export type Outbox = z.infer<typeof outbox>;

const row = z.object({
  state: z.record(z.string(), z.unknown()),
  /** Version of the whole state; empty while only patches are known. */
  version: z.string(),
  /** When the platform says it sent that state; decides between two states of one version. */
  sentAt: z.string(),
  /** Id of the webhook that brought that state; ids grow, so it decides where the platform's clocks do not. */
  arrival: z.string().optional(),
  /** Version of each part that a patch brought, by `path` or `path/key`. */
  parts: z.record(z.string(), z.string()).optional(),
  deleted: z.literal(true).optional(),
  /** Version of the last deletion, so that hearing of it again after a restoration is not another one. */
  deletedVersion: z.string().optional(),
  sequence: z.number().int().nonnegative(),
  /** Milestones that are told only once in the life of the entity and have been. */
  reached: z.array(z.string()).optional(),
  /** Events are built from the state and this, so that publishing them again gives the same bytes. */
  outbox: outbox.optional(),
  /** INBOX sequence of the webhook that wrote the outbox. */
  inboxSequence: z.number().int().nonnegative(),
});
export const entityRow = row.refine(
  ({ sequence, outbox: { actions } = { actions: [] } }) => sequence >= actions.length,
  "has more events in its outbox than it ever had",
);
export type EntityRow = z.infer<typeof entityRow>;
