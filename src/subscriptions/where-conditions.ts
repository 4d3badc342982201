/**
 * One condition of a content filter: a path and what is asked of the values there. It holds when any of the values meets
 * it, since a path that leads through a list has several. What is absent meets nothing; `exists: true` asks for a value
 * that is present and not null, and `equals: null` is met by null alone.
 */
import { z } from "zod";
import type { CanonicalEvent } from "../normalizers/canonical/event.ts";
import { resourceOf } from "./event-patterns.ts";
import {
  changeProblem,
  type Place,
  pathProblem,
  resolvePath,
  structureProblem,
  valuesAt,
} from "./where-paths.ts";
import type { ValueShape } from "./where-shapes.ts";
import {
  BOUNDS,
  boundProblem,
  boundTest,
  equalsProblem,
  equalsTest,
  type Scalar,
  type Test,
} from "./where-values.ts";

/** Decimal numbers and ids are shorter; a longer one would only make every comparison slow. */
const text = z.string().max(1024);
const scalar = z.union([text, z.number(), z.boolean(), z.null()]);
const path = z.string().min(1).max(256);
const bound = z.union([text, z.number()]).optional();

const rangeSchema = z.strictObject({ path, gt: bound, gte: bound, lt: bound, lte: bound });
type Range = z.infer<typeof rangeSchema>;

export const conditionSchema = z.union([
  z.strictObject({ path, equals: scalar }),
  z.strictObject({ path, in: z.array(scalar).min(1).max(100) }),
  z.strictObject({ path, exists: z.boolean() }),
  rangeSchema.refine((range) => boundsOf(range).length > 0, { error: "needs a bound", abort: true }),
]);
export type Condition = z.infer<typeof conditionSchema>;

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

/** A condition that `conditionProblem` would refuse holds for no event. Never throws. */
export function compileCondition(condition: Condition): (event: CanonicalEvent) => boolean {
  const place = resolvePath(condition.path);
  if (place === undefined) return () => false;
  const { keys } = place;
  if ("exists" in condition) {
    const { exists } = condition;
    return (event) => valuesAt(event, keys).some((value) => value !== null) === exists;
  }
  const shape = scalarOf(place);
  if (shape === undefined) return () => false;
  const test = testOf(condition, shape);
  return (event) => valuesAt(event, keys).some(test);
}

export function boundsOf(range: Range): { bound: (typeof BOUNDS)[number]; operand: string | number }[] {
  return BOUNDS.flatMap((bound) => {
    const operand = range[bound];
    return operand === undefined ? [] : [{ bound, operand }];
  });
}

export function scalarOf({ shape }: Place): ValueShape | undefined {
  return shape.kind === "object" || shape.kind === "record" ? undefined : shape;
}

type Comparison = Exclude<Condition, { exists: boolean }>;

/** What may be compared for equality. */
function operandsOf(condition: Comparison): readonly Scalar[] {
  if ("equals" in condition) return [condition.equals];
  return "in" in condition ? condition.in : [];
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

/** The bounds of a range are met by one and the same value. */
function testOf(condition: Comparison, shape: ValueShape): Test {
  if ("equals" in condition || "in" in condition) {
    const tests = operandsOf(condition).map((operand) => equalsTest(shape, operand));
    return (value) => tests.some((test) => test(value));
  }
  const tests = boundsOf(condition).map(({ bound, operand }) => boundTest(shape, bound, operand));
  return (value) => tests.every((test) => test(value));
}
