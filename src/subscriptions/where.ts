/**
 * Content filters: a small language over the canonical event, as data. Nothing of it is ever evaluated as code or as a
 * regular expression. A filter is checked against the schemas when it is written, so that none waits for what cannot be,
 * and compiled once, so that an event costs a few look-ups.
 */
import { z } from "zod";
import { compileWhere as compile, conditionsOf, type Where, type WherePath } from "../matching/where.ts";
import type { CanonicalEvent } from "../normalizers/canonical/event.ts";
import { typesOf } from "./event-patterns.ts";
import { conditionProblem, conditionSchema, scalarOf } from "./where-conditions.ts";
import { formProblem, PARTS_MAX } from "./where-form.ts";
import { resolvePath } from "./where-paths.ts";

/** More would hide the first ones. */
const PROBLEMS_MAX = 10;

const tree: z.ZodType<Where> = z.lazy(() =>
  z.union(
    [
      z.strictObject({ all: z.array(tree).min(1).max(PARTS_MAX) }),
      z.strictObject({ any: z.array(tree).min(1).max(PARTS_MAX) }),
      z.strictObject({ not: tree }),
      conditionSchema,
    ],
    {
      error:
        "has a value that does not fit: path takes 1 to 256 characters, equals and the bounds a single value, " +
        "in 1 to 100 of them, exists true or false",
    },
  ),
);

export const whereSchema: z.ZodType<Where> = z
  .unknown()
  .superRefine((input, ctx) => {
    const problem = formProblem(input);
    if (problem !== undefined) ctx.addIssue({ code: "custom", ...problem });
  })
  .pipe(tree);

/**
 * Why conditions of the filter can never hold for the events of these patterns, each with its place (`where.all.0`);
 * empty when they all may. The patterns must have passed `checkPattern`.
 */
export function checkWhere(where: Where, events: readonly string[]): string[] {
  const types = typesOf(events);
  const problems: string[] = [];
  for (const { at, condition } of conditionsOf(where, "where")) {
    const problem = conditionProblem(condition, types);
    if (problem !== undefined) problems.push(`${at}: ${problem}`);
    if (problems.length === PROBLEMS_MAX) break;
  }
  return problems;
}

/**
 * The filter as a function. Never throws. A condition that `checkWhere` would refuse, because the vocabulary has changed
 * since for example, holds for no event.
 */
export function compileWhere(where: Where): (event: CanonicalEvent) => boolean {
  return compile(where, toWherePath);
}

/** What a client needs, beside the filter, to apply it without the schemas: every path of it that an event can have. */
export function wherePaths(where: Where): Record<string, WherePath> {
  const paths = Array.from(conditionsOf(where, "where"), ({ condition }) => condition.path);
  return Object.fromEntries(
    paths.flatMap((path) => {
      const place = toWherePath(path);
      return place === undefined ? [] : [[path, place]];
    }),
  );
}

function toWherePath(path: string): WherePath | undefined {
  const place = resolvePath(path);
  return place && { keys: place.keys, kind: scalarOf(place)?.kind ?? "structure" };
}
