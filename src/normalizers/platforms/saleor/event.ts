/** The two shapes of a body: what the query asked for, or that under `data` and the name of a filterable field. */
import { z } from "zod";
import { toTimestamp } from "../../canonical/time.ts";
import { versionFrom } from "../../fields.ts";
import { amount, objectOf, text } from "../../payload.ts";
import type { MapContext } from "../../platform.ts";
import { toMoney } from "../../canonical/money.ts";
import type { Money } from "../../canonical/scalars.ts";

export const money = objectOf(z.object({ amount, currency: text }));
export const taxed = objectOf(z.object({ gross: money, net: money, tax: money }));

export function moneyOf(value: z.output<typeof money>): Money | undefined {
  const code = value?.currency;
  return code && /^[A-Za-z]{3}$/.test(code) ? toMoney(value.amount, code) : undefined;
}

/** Reads a body that the hub's queries, or others for the same objects, gave. */
export function eventOf<S extends z.ZodRawShape>(shape: S) {
  return z.unknown().transform(unwrap).pipe(z.object(shape));
}

/** The object's change time, else when Saleor issued the event. */
export function versionOf(context: MapContext, changed?: string | null, issued?: string | null): string {
  return versionFrom(context, toTimestamp(changed), toTimestamp(issued));
}

function unwrap(body: unknown, context: z.core.$RefinementCtx): unknown {
  if (Array.isArray(body)) {
    context.addIssue({
      code: "custom",
      message:
        "is a payload without a subscription query, which Saleor sends in a shape of its own; register the webhook " +
        "again with the query for its event (src/normalizers/platforms/saleor/queries.ts)",
    });
    return z.NEVER;
  }
  if (!isObject(body) || !isObject(body.data)) return body;
  const [inner, ...more] = Object.values(body.data);
  return more.length === 0 ? inner : body;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
