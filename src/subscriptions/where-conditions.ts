/** One condition of a content filter as it comes in: its schema, and why it could never hold. */
import { z } from "zod";
import { boundsOf, type Comparison, type Condition, operandsOf } from "../matching/where.ts";
import { resourceOf } from "./event-patterns.ts";
import { changeProblem, type Place, pathProblem, resolvePath, structureProblem } from "./where-paths.ts";
import type { ValueShape } from "./where-shapes.ts";
import { boundProblem, equalsProblem } from "./where-values.ts";

/** Decimal numbers and ids are shorter; a longer one would only make every comparison slow. */
const text = z.string().max(1024);
const scalar = z.union([text, z.number(), z.boolean(), z.null()]);
const path = z.string().min(1).max(256);
const bound = z.union([text, z.number()]).optional();

const rangeSchema = z.strictObject({ path, gt: bound, gte: bound, lt: bound, lte: bound });

export const conditionSchema: z.ZodType<Condition> = z.union([
  z.strictObject({ path, equals: scalar }),
  z.strictObject({ path, in: z.array(scalar).min(1).max(100) }),
  z.strictObject({ path, exists: z.boolean() }),
  rangeSchema.refine((range) => boundsOf(range).length > 0, { error: "needs a bound", abort: true }),
]);

/** Why the condition can never hold for an event of one of these types; undefined when it may. */
export function conditionProblem(condition: Condition, types: readonly string[]): string | undefined {
  const resources = [...new Set(types.map(resourceOf))];
  const place = resolvePath(condition.path);
  const problem = pathProblem(condition.path, resources);
  if (place === undefined || problem !== undefined) return problem;
  if ("exists" in condition) return undefined;
  const shape = scalarOf(place);
  if (shape === undefined) return structureProblem(condition.path, place);
  const narrowed = condition.path === "type" ? { ...shape, choices: types } : shape;
  const reason = operandProblem(condition, narrowed);
  if (reason !== undefined) return `${condition.path} ${reason}`;
  return shape.kind === "change" ? unchangeable(condition, resources) : undefined;
}

export function scalarOf({ shape }: Place): ValueShape | undefined {
  return shape.kind === "object" || shape.kind === "record" ? undefined : shape;
}

function operandProblem(condition: Comparison, shape: ValueShape): string | undefined {
  const bounds = "equals" in condition || "in" in condition ? [] : boundsOf(condition);
  const problems = [
    ...operandsOf(condition).map((operand) => equalsProblem(shape, operand)),
    ...bounds.map(({ operand }) => boundProblem(shape, operand)),
  ];
  return problems.find((problem) => problem !== undefined);
}

function unchangeable(condition: Comparison, resources: readonly string[]): string | undefined {
  const problems = operandsOf(condition).map((name) =>
    typeof name === "string" ? changeProblem(name, resources) : undefined,
  );
  return problems.find((problem) => problem !== undefined);
}
