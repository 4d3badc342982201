/** What one webhook teaches for others: which variant, product and sku an inventory item belongs to. */
import { z } from "zod";
import { entityKey } from "../nats/names.ts";
import { equalValues } from "../normalizers/transition/diff.ts";
import type { ReferenceObservation } from "../normalizers/platform.ts";
import type { Entities } from "./entities.ts";
import type { Turns } from "../turns.ts";

const reference = z.object({
  variantId: z.string().optional(),
  productId: z.string().optional(),
  sku: z.string().nullable().optional(),
});

interface ReferenceDeps {
  readonly entities: Entities;
  readonly turns: Turns;
}

/** Stores a reference unless it is known already. Who writes last wins: every writer reads it from the same product. */
export function rememberReference(
  store: string,
  { id, fields }: ReferenceObservation,
  deps: ReferenceDeps,
): Promise<void> {
  const key = entityKey(store, "reference", id);
  return deps.turns(key, async () => {
    for (;;) {
      const stored = await deps.entities.load(key);
      // One that cannot be read is written anew, like one that says something else.
      if (stored && equalValues(reference.safeParse(stored.value).data, fields)) return;
      const saved = await deps.entities.save(key, JSON.stringify(fields), stored?.revision ?? 0);
      if (saved !== "conflict") return;
    }
  });
}

/** The reference of an item; undefined when no product has told it yet. */
export async function recallReference(
  store: string,
  id: string,
  { entities }: ReferenceDeps,
): Promise<ReferenceObservation["fields"] | undefined> {
  const stored = await entities.load(entityKey(store, "reference", id));
  const known = reference.safeParse(stored?.value);
  if (!known.success) return undefined;
  const { variantId, productId, sku } = known.data;
  return {
    ...(variantId === undefined ? {} : { variantId }),
    ...(productId === undefined ? {} : { productId }),
    ...(sku === undefined ? {} : { sku }),
  };
}
