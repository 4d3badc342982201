/** What a filter may compare a value of a shape with. */
import { type Scalar, toDecimal, toMoment } from "../matching/values.ts";
import type { ValueShape } from "./where-shapes.ts";
import { listSome, nearest, suggest } from "./wording.ts";

const CHOICES_TOLD = 12;

/** Why a value of this shape never equals the operand; undefined when it may. Reads on after the path. */
export function equalsProblem(shape: ValueShape, operand: Scalar): string | undefined {
  if (operand === null) {
    return shape.nullable ? undefined : "is never null: where it may be absent, ask for exists: false";
  }
  switch (shape.kind) {
    case "choice":
      return choiceProblem(shape.choices ?? [], operand);
    case "boolean":
      return booleanProblem(shape, operand);
    case "number":
      return numberProblem(shape, operand);
    case "decimal":
      return toDecimal(operand) === undefined ? `is a decimal number, not ${show(operand)}` : undefined;
    case "moment":
      return momentProblem(operand);
    case "free":
      return undefined;
    case "text":
    case "change":
      return textProblem(shape, operand);
  }
}

/** Why a value of this shape is neither above nor below the operand; undefined when it may be. Reads on after the path. */
export function boundProblem(shape: ValueShape, operand: string | number): string | undefined {
  switch (shape.kind) {
    case "number":
    case "decimal":
      return toDecimal(operand) === undefined ? `is a number, not ${show(operand)}` : undefined;
    case "moment":
      return momentProblem(operand);
    case "free":
      return toDecimal(operand) === undefined && momentProblem(operand) !== undefined
        ? `can be compared with a number or a moment, not with ${show(operand)}`
        : undefined;
    default:
      return "has no order: gt, gte, lt and lte compare numbers, decimal numbers and moments";
  }
}

function choiceProblem(choices: readonly unknown[], operand: Scalar): string | undefined {
  if (choices.includes(operand)) return undefined;
  const words = choices.map(String);
  const near = nearest(String(operand), words);
  if (near !== undefined) return `is never ${show(operand)}${suggest(near)}`;
  return `is never ${show(operand)}; it is one of ${listSome(words, CHOICES_TOLD)}`;
}

function booleanProblem({ choices }: ValueShape, operand: Scalar): string | undefined {
  if (typeof operand !== "boolean") return `is true or false, not ${show(operand)}`;
  return choices === undefined || choices.includes(operand)
    ? undefined
    : `is ${choices.join()} or absent: ask for exists: false`;
}

function numberProblem({ isInteger }: ValueShape, operand: Scalar): string | undefined {
  if (typeof operand !== "number") return `is a number, not ${show(operand)}`;
  return isInteger && !Number.isInteger(operand) ? `is a whole number, not ${operand}` : undefined;
}

function momentProblem(operand: Scalar): string | undefined {
  return toMoment(operand) === undefined
    ? `is a moment such as 2026-11-27T09:00:00Z, not ${show(operand)}`
    : undefined;
}

function textProblem(shape: ValueShape, operand: Scalar): string | undefined {
  if (typeof operand !== "string") return `is a text, not ${show(operand)}`;
  const { pattern, lengthMin = 0, lengthMax = operand.length, about } = shape;
  if (operand.length < lengthMin || operand.length > lengthMax) return `is never as long as ${show(operand)}`;
  if (pattern === undefined || pattern.test(operand)) return undefined;
  return `is never ${show(operand)}${about === undefined ? "" : `: ${about}`}`;
}

function show(operand: Scalar): string {
  const text = JSON.stringify(operand);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
