/**
 * Paths into a canonical event: `order.totals.total.amount`, `changed`, `store`. They are resolved against the schemas,
 * so that a path which no event can have is found before somebody waits for it. Lists are walked without being named:
 * `order.lineItems.sku` means the sku of every line item.
 */
import { isResource } from "../normalizers/canonical/resources.ts";
import { FREE, roots, type Shape } from "./where-shapes.ts";
import { nearest, suggest } from "./wording.ts";

export interface Place {
  /** Where it stands in the event. */
  readonly keys: readonly string[];
  /** Lists opened. */
  readonly shape: Exclude<Shape, { kind: "list" }>;
  readonly isList: boolean;
}

/** What the path stands for in the events that have it; undefined when none can. */
export function resolvePath(path: string): Place | undefined {
  const [first = "", ...rest] = path.split(".");
  const root = roots().get(first);
  let shape = root?.shape;
  for (const key of rest) shape = shape && fieldOf(opened(shape), key);
  return (
    root && shape && { keys: [...root.keys, ...rest], shape: opened(shape), isList: shape.kind === "list" }
  );
}

/** Why the events of these resources do not all have the path; undefined when they do. */
export function pathProblem(path: string, resources: readonly string[]): string | undefined {
  const [first = ""] = path.split(".");
  const without = roots().has(first) ? resources.find((resource) => !carries(resource, first)) : undefined;
  if (without === undefined && resolvePath(path) !== undefined) return undefined;
  if (without !== undefined && resources.length > 1) {
    return `${path}: ${without} events have no ${first}; filter by it in a subscription without them`;
  }
  const near = suggest(nearestPath(path, resources));
  if (without !== undefined) return `${without} events have no ${first}${near}`;
  const where = resources.length === 1 ? `${resources[0]} events` : "what these events have in common";
  return `there is no ${path} in ${where}${near}`;
}

/** Why a whole object cannot be compared, and what in it can. Undefined for a scalar. */
export function structureProblem(path: string, { shape, isList }: Place): string | undefined {
  if (shape.kind === "record") return `${path} is a free object: compare one of its fields, ${path}.<name>`;
  if (shape.kind !== "object") return undefined;
  if (isMoney(shape)) return `${path} is an amount of money: compare ${path}.amount`;
  const instead = pathsOf(shape, path).find(isScalar) ?? path;
  return `${path} is ${isList ? "a list of objects" : "an object"}: compare one of its fields, such as ${instead}`;
}

/**
 * Why `changed` can never name this in the events of these resources; undefined when it can. Names are paths of the
 * state without the resource in front; lists and amounts of money change as a whole.
 */
export function changeProblem(name: string, resources: readonly string[]): string | undefined {
  for (const resource of resources) {
    const state = roots().get(resource)?.shape;
    if (!isResource(resource) || state === undefined) continue;
    const keys = name.split(".");
    let shape: Shape = state;
    for (const [at, key] of keys.entries()) {
      if (shape.kind === "list" || isMoney(shape)) {
        const whole = keys.slice(0, at).join(".");
        return `${resource}.${whole} changes as a whole: name ${whole}`;
      }
      const field = fieldOf(shape, key);
      if (field === undefined) {
        const near = nearestIn(name, [resource], changeNames(state));
        return `nothing in ${resource} events changes under the name ${name}${suggest(near)}`;
      }
      shape = field;
    }
  }
  return undefined;
}

function opened(shape: Shape): Place["shape"] {
  return shape.kind === "list" ? opened(shape.items) : shape;
}

/** Free records, and what stands in them, have fields of any name. */
function fieldOf(shape: Shape, key: string): Shape | undefined {
  if (shape.kind === "object") return shape.fields.get(key);
  return (shape.kind === "record" || shape.kind === "free") && key !== "" ? FREE : undefined;
}

function isMoney(shape: Shape): boolean {
  return (
    shape.kind === "object" &&
    shape.fields.size === 2 &&
    shape.fields.has("amount") &&
    shape.fields.has("currency")
  );
}

function isScalar(path: string): boolean {
  const kind = resolvePath(path)?.shape.kind;
  return kind !== "object" && kind !== "record";
}

/** Attributes of the envelope are in every event; they do not stand in `data`. */
function carries(resource: string, root: string): boolean {
  if (root === "changed") return isResource(resource);
  if (root === "delta") return resource === "stock";
  return root === resource || roots().get(root)?.keys[0] === root;
}

function nearestPath(path: string, resources: readonly string[]): string | undefined {
  const shared = Array.from(roots()).filter(([root]) =>
    resources.every((resource) => carries(resource, root)),
  );
  return nearestIn(
    path,
    resources,
    shared.flatMap(([root, { shape }]) => pathsOf(shape, root)),
  );
}

/** People write the path as it is in the JSON, or leave the resource away. */
function nearestIn(path: string, resources: readonly string[], paths: readonly string[]): string | undefined {
  const [first = "", ...rest] = path.split(".");
  const meant = [rest.join("."), ...resources.map((resource) => `${resource}.${path}`)];
  const shortened = first === "data" || resources.includes(first) ? meant : meant.slice(1);
  return shortened.find((candidate) => paths.includes(candidate)) ?? nearest(path, paths);
}

/** The path itself and everything below it. */
function pathsOf(shape: Shape, path: string): string[] {
  const inner = opened(shape);
  if (inner.kind !== "object") return [path];
  return [path, ...Array.from(inner.fields).flatMap(([name, field]) => pathsOf(field, `${path}.${name}`))];
}

/** What `changed` can name: like `pathsOf`, without the resource and not into lists and money. */
function changeNames(state: Shape, prefix = ""): string[] {
  if (state.kind !== "object" || isMoney(state)) return [];
  return Array.from(state.fields).flatMap(([name, field]) => [
    `${prefix}${name}`,
    ...changeNames(field, `${prefix}${name}.`),
  ]);
}
