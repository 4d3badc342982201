/** What differs between two states, as paths and old values. */
import type { State } from "./row.ts";

export interface Difference {
  readonly changed: string[];
  /** Old values by path; a path that did not exist before is missing. */
  readonly previous: Record<string, unknown>;
}

/**
 * Compares two states. Objects are compared field by field (`totals.paid`); lists and amounts of money are values.
 * A field that is `undefined` counts as absent.
 */
export function diffStates(before: State, after: State): Difference {
  const difference: Difference = { changed: [], previous: {} };
  collect(before, after, "", difference);
  return difference;
}

/** The older state: undoes `changed` with `previous`. The counterpart of `diffStates`. */
export function revert(state: State, { changed, previous }: Difference): State {
  let reverted = state;
  for (const path of changed) {
    reverted = setPath(reverted, path.split("."), Object.hasOwn(previous, path) ? previous[path] : undefined);
  }
  return reverted;
}

/** Deep equality of JSON values; `undefined` fields count as absent. */
export function equalValues(a: unknown, b: unknown): boolean {
  if (a === b || Object.is(a, b)) return true;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, at) => equalValues(item, b[at]))
    );
  }
  if (!isObject(a) || !isObject(b)) return false;
  for (const key in a) if (!equalValues(a[key], own(b, key))) return false;
  for (const key in b) if (b[key] !== undefined && own(a, key) === undefined) return false;
  return true;
}

function collect(before: State, after: State, prefix: string, difference: Difference): void {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const old = own(before, key);
    const now = own(after, key);
    if (equalValues(old, now)) continue;
    const path = prefix + key;
    if (isStructure(old) && isStructure(now)) {
      collect(old, now, `${path}.`, difference);
    } else {
      difference.changed.push(path);
      if (old !== undefined) difference.previous[path] = old;
    }
  }
}

/** An object with parts of its own; money is a value, and so is an object whose keys would break a path. */
function isStructure(value: unknown): value is State {
  return (
    isObject(value) &&
    !Object.hasOwn(value, "amount") &&
    Object.keys(value).every((key) => !key.includes("."))
  );
}

/** The value of a field; not what every object inherits, since `extra` holds keys of anyone's choice (`constructor`). */
function own(object: State, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isObject(value: unknown): value is State {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function setPath(state: State, [key = "", ...rest]: string[], value: unknown): State {
  if (rest.length > 0) {
    const inner = own(state, key);
    return { ...state, [key]: setPath(isObject(inner) ? inner : {}, rest, value) };
  }
  const { [key]: _dropped, ...others } = state;
  return value === undefined ? others : { ...others, [key]: value };
}
