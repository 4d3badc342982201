/** Reads of the admin API: https://developer.shopware.com/docs/guides/integrations-api/general-concepts/search-criteria.html */
import { z } from "zod";
import type { Answers, Read } from "../../hydration.ts";
import { type Change, chunksOf } from "./envelope.ts";

export interface Search {
  readonly entity: string;
  readonly associations?: Readonly<Record<string, unknown>>;
}

/** Reads that find the entities of these ids. A search finds none where they are gone. */
export function searches({ entity, associations = {} }: Search, ids: readonly string[]): Read[] {
  return chunksOf(ids).map((chunk, at) => ({
    name: `${entity}:${at}`,
    method: "POST",
    path: `/search/${entity}`,
    body: { ids: chunk, associations, limit: chunk.length },
  }));
}

/** What the searches of an entity found; undefined while one of them has no answer. */
export function foundBy<S extends z.ZodType>(
  entity: string,
  ids: readonly string[],
  item: S,
  answers: Answers,
): { readonly ok: true; readonly found: z.output<S>[] } | { readonly ok: false; readonly problem: string } {
  const schema = z.object({ data: z.array(item) });
  const found: z.output<S>[] = [];
  for (const { name } of searches({ entity }, ids)) {
    const parsed = schema.safeParse(answers[name]);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      return {
        ok: false,
        problem: `answer ${name}: ${issue?.path.map(String).join(".")}: ${issue?.message}`,
      };
    }
    found.push(...parsed.data.data);
  }
  return { ok: true, found };
}

/** One key for the same ids of one entity. */
export function keyOf(entity: string, ids: readonly string[]): string {
  return `${entity}:${[...ids].sort().join(",")}`;
}

export function idsOf(changes: readonly Change[]): string[] {
  return changes.map(({ id }) => id);
}
