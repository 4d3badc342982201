/**
 * Content filters over the canonical event, compiled. Nothing of a filter is ever evaluated as code or as a regular
 * expression. Neither the hub nor its clients need the schemas here: where a path stands and how its values compare is
 * told by whoever has resolved it.
 *
 * A condition holds when any of the values at its path meets it, since a path that leads through a list has several.
 * What is absent meets nothing; `exists: true` asks for a value that is present and not null, and `equals: null` is met by
 * null alone.
 */
import {
  BOUNDS,
  type Bound,
  boundTest,
  equalsTest,
  type Scalar,
  type Test,
  type ValueKind,
  valuesAt,
} from "./values.ts";

export interface Range {
  readonly path: string;
  readonly gt?: string | number | undefined;
  readonly gte?: string | number | undefined;
  readonly lt?: string | number | undefined;
  readonly lte?: string | number | undefined;
}

export type Condition =
  | { readonly path: string; readonly equals: Scalar }
  | { readonly path: string; readonly in: readonly Scalar[] }
  | { readonly path: string; readonly exists: boolean }
  | Range;
export type Comparison = Exclude<Condition, { exists: boolean }>;

export type Where =
  | { readonly all: readonly Where[] }
  | { readonly any: readonly Where[] }
  | { readonly not: Where }
  | Condition;

/** Where the values of a path stand in an event, and how they compare; a `structure` is only there or not. */
export interface WherePath {
  readonly keys: readonly string[];
  readonly kind: ValueKind | "structure";
}

/** Undefined for a path that no event can have. */
export type Resolve = (path: string) => WherePath | undefined;

/** The filter as a function. Never throws. A condition whose path cannot be resolved holds for no event. */
export function compileWhere(where: Where, resolve: Resolve): (event: object) => boolean {
  if ("all" in where) {
    const parts = where.all.map((part) => compileWhere(part, resolve));
    return (event) => parts.every((holds) => holds(event));
  }
  if ("any" in where) {
    const parts = where.any.map((part) => compileWhere(part, resolve));
    return (event) => parts.some((holds) => holds(event));
  }
  if ("not" in where) {
    const holds = compileWhere(where.not, resolve);
    return (event) => !holds(event);
  }
  return compileCondition(where, resolve(where.path));
}

/** Every condition of the filter with its place, for example `where.all.0`. */
export function* conditionsOf(where: Where, at: string): Generator<{ at: string; condition: Condition }> {
  if ("all" in where) {
    for (const [n, part] of where.all.entries()) yield* conditionsOf(part, `${at}.all.${n}`);
  } else if ("any" in where) {
    for (const [n, part] of where.any.entries()) yield* conditionsOf(part, `${at}.any.${n}`);
  } else if ("not" in where) {
    yield* conditionsOf(where.not, `${at}.not`);
  } else {
    yield { at, condition: where };
  }
}

/** What may be compared for equality. */
export function operandsOf(condition: Comparison): readonly Scalar[] {
  if ("equals" in condition) return [condition.equals];
  return "in" in condition ? condition.in : [];
}

export function boundsOf(range: Range): { bound: Bound; operand: string | number }[] {
  return BOUNDS.flatMap((bound) => {
    const operand = range[bound];
    return operand === undefined ? [] : [{ bound, operand }];
  });
}

function compileCondition(condition: Condition, place: WherePath | undefined): (event: object) => boolean {
  if (place === undefined) return () => false;
  const { keys, kind } = place;
  if ("exists" in condition) {
    const { exists } = condition;
    return (event) => valuesAt(event, keys).some((value) => value !== null) === exists;
  }
  if (kind === "structure") return () => false;
  const test = testOf(condition, kind);
  return (event) => valuesAt(event, keys).some(test);
}

/** The bounds of a range are met by one and the same value. */
function testOf(condition: Comparison, kind: ValueKind): Test {
  if ("equals" in condition || "in" in condition) {
    const tests = operandsOf(condition).map((operand) => equalsTest(kind, operand));
    return (value) => tests.some((test) => test(value));
  }
  const tests = boundsOf(condition).map(({ bound, operand }) => boundTest(kind, bound, operand));
  return (value) => tests.every((test) => test(value));
}
