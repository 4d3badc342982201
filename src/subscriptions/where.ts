/** Content filters: a small language over the canonical event, as data. */
import { z } from "zod";

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const path = z.string().min(1).max(256);
const bound = z.union([z.string(), z.number()]);

const condition = z.union([
  z.strictObject({ path, equals: scalar }),
  z.strictObject({ path, in: z.array(scalar).min(1).max(100) }),
  z.strictObject({ path, exists: z.boolean() }),
  z.strictObject({
    path,
    gt: bound.optional(),
    gte: bound.optional(),
    lt: bound.optional(),
    lte: bound.optional(),
  }),
]);
export type Condition = z.infer<typeof condition>;

export type Where =
  | { readonly all: readonly Where[] }
  | { readonly any: readonly Where[] }
  | { readonly not: Where }
  | Condition;

export const whereSchema: z.ZodType<Where> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(whereSchema).min(1).max(50) }),
    z.strictObject({ any: z.array(whereSchema).min(1).max(50) }),
    z.strictObject({ not: whereSchema }),
    condition,
  ]),
);
