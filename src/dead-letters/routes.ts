/** `/api/dead`: what could not be processed or delivered, and another try. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createApi, problemResponse, security } from "../api.ts";
import { audit } from "../audit.ts";
import { HubError } from "../errors.ts";
import type { Env } from "../env.ts";
import type { Logger } from "../log.ts";
import type { DeadLetterQuery, DeadLetters } from "./dead-letters.ts";
import type { DeadLetter } from "./letter.ts";

export interface DeadLetterRouteDeps {
  readonly deadLetters: Pick<DeadLetters, "list" | "find" | "redrive">;
  readonly isSubscription: (name: string) => boolean;
  readonly log: Logger;
}

const count = z.number().int();
const stage = z.enum(["normalize", "hydrate", "deliver"]);

const deadView = z
  .object({
    sequence: count,
    stage: z.string(),
    reason: z.string(),
    attempts: count,
    at: z.string(),
    bytes: count,
    webhook: z
      .object({
        id: z.string(),
        platform: z.string(),
        store: z.string(),
        topic: z.string(),
        dedupeKey: z.string(),
        receivedAt: z.string(),
        sentAt: z.string(),
        via: z.string(),
        authenticity: z.string(),
      })
      .optional()
      .openapi({ description: "A webhook that could not be processed." }),
    delivery: z
      .object({
        subscription: z.string(),
        eventId: z.string(),
        type: z.string(),
        store: z.string(),
        status: count.optional(),
        response: z.string().optional(),
      })
      .optional()
      .openapi({ description: "An event that a subscription did not take, with the last answer." }),
  })
  .openapi("DeadLetter");

const selection = {
  stage: stage.optional().openapi({
    description: "`normalize` and `hydrate`: webhooks; `deliver`: events that a subscription did not take.",
  }),
  store: z.string().optional().openapi({ example: "acme" }),
  subscription: z.string().optional().openapi({ example: "crm" }),
};

const REDRIVE_MAX = 1000;
const redriveBody = z
  .strictObject({
    sequences: z
      .array(count.positive())
      .min(1)
      .max(REDRIVE_MAX)
      .optional()
      .openapi({ description: "As `/api/dead` lists them.", example: [17, 18] }),
    ...selection,
    all: z.literal(true).optional(),
    after: count.min(0).default(0).openapi({
      description: "`next` of the answer before; counts for all, stage, store and subscription.",
    }),
    dryRun: z.boolean().default(false).openapi({ description: "Only count what would be tried again." }),
  })
  .refine(
    ({ sequences, all, stage: atStage, store, subscription }) =>
      [sequences, all, atStage ?? store ?? subscription].filter((way) => way !== undefined).length === 1,
    "needs either sequences, or all, or some of stage, store and subscription",
  )
  .openapi("Redrive");

const query = z.object({
  ...selection,
  after: z.coerce
    .number()
    .int()
    .min(0)
    .default(0)
    .openapi({ description: "Sequence of the last letter of the page before" }),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
const json = <S extends z.ZodType>(schema: S) => ({ content: { "application/json": { schema } } });

const routes = {
  list: createRoute({
    method: "get",
    path: "/dead",
    security,
    summary: "What could not be processed or delivered, oldest first",
    request: { query },
    responses: {
      200: { ...json(z.object({ dead: z.array(deadView) })), description: "Dead letters" },
      400: problemResponse,
    },
  }),
  redrive: createRoute({
    method: "post",
    path: "/dead/redrive",
    security,
    summary: "Try dead letters again, up to 1,000 at a time",
    request: { body: { ...json(redriveBody), required: true } },
    responses: {
      200: {
        ...json(
          z.object({
            redriven: count.openapi({ description: "How many are tried again, or would be." }),
            missing: z.array(count).openapi({ description: "Letters that are not there." }),
            orphaned: z
              .array(count)
              .openapi({ description: "Letters that stay, because their subscription is gone." }),
            next: count.optional().openapi({ description: "Pass as `after` to go on; absent at the end." }),
          }),
        ),
        description: "How many are tried again",
      },
      400: problemResponse,
      404: problemResponse,
    },
  }),
};

export function createDeadLetterRoutes(deps: DeadLetterRouteDeps): OpenAPIHono<Env> {
  const { deadLetters, log } = deps;
  const api = createApi();
  api.openapi(routes.list, async (c) => c.json({ dead: await deadLetters.list(c.req.valid("query")) }, 200));
  api.openapi(routes.redrive, async (c) => {
    const { sequences, dryRun, all: _all, ...wanted } = c.req.valid("json");
    const { found, missing, next } = sequences
      ? await findAll(sequences, deadLetters)
      : await findFirst(wanted, deadLetters);
    const orphaned = found.filter((letter) => isOrphan(letter, deps)).map(({ sequence }) => sequence);
    const chosen = found.map(({ sequence }) => sequence).filter((sequence) => !orphaned.includes(sequence));
    if (sequences && found.length === 0) {
      throw new HubError("not_found", { explain: `no such dead letters: ${missing.join(", ")}` });
    }
    let redriven = 0;
    for (const sequence of chosen) {
      // Somebody else may have been faster.
      if (dryRun || (await deadLetters.redrive(sequence))) redriven += 1;
      else missing.push(sequence);
    }
    if (!dryRun) audit(c, log, "dead letters redriven", { count: redriven });
    return c.json({ redriven, missing, orphaned, ...(next === undefined ? {} : { next }) }, 200);
  });
  return api;
}

interface Chosen {
  readonly found: readonly DeadLetter[];
  readonly missing: number[];
  /** After which more may follow. */
  readonly next?: number | undefined;
}

async function findAll(
  sequences: readonly number[],
  deadLetters: Pick<DeadLetters, "find">,
): Promise<Chosen> {
  const found: DeadLetter[] = [];
  const missing: number[] = [];
  for (const sequence of new Set(sequences)) {
    const letter = await deadLetters.find(sequence);
    if (letter === undefined) missing.push(sequence);
    else found.push(letter);
  }
  return { found, missing };
}

async function findFirst(
  wanted: DeadLetterQuery & { readonly after: number },
  deadLetters: Pick<DeadLetters, "list">,
): Promise<Chosen> {
  const found = await deadLetters.list({ ...wanted, limit: REDRIVE_MAX });
  return { found, missing: [], next: found.length < REDRIVE_MAX ? undefined : found.at(-1)?.sequence };
}

/** Its event would be addressed to nobody, and be lost. */
function isOrphan({ delivery }: DeadLetter, { isSubscription }: DeadLetterRouteDeps): boolean {
  return delivery !== undefined && !isSubscription(delivery.subscription);
}
