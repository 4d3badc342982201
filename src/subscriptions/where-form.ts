/**
 * The form of a content filter as it comes in: which keys stand where, and how big it is. Checked without recursion and
 * before the schema, which would follow any depth until the stack ends, and whose word on a wrong key is "invalid input".
 */
import { BOUNDS } from "../matching/values.ts";
import { nearest, suggest } from "./wording.ts";

/** A condition alone has depth 1. */
export const DEPTH_MAX = 10;
export const CONDITIONS_MAX = 200;
/** Parts of one `all` or `any`. */
export const PARTS_MAX = 50;

export interface FormProblem {
  readonly path: (string | number)[];
  readonly message: string;
}

const LISTS = ["all", "any"];
const GROUPS = [...LISTS, "not"];
const COMPARISONS = ["equals", "in", "exists"];
const KEYS = [...GROUPS, "path", ...COMPARISONS, ...BOUNDS];

interface Part {
  readonly node: unknown;
  readonly path: (string | number)[];
  readonly depth: number;
}

/** The first thing that is wrong with the form; undefined when the rest can be left to the schema. */
export function formProblem(input: unknown): FormProblem | undefined {
  const waiting: Part[] = [{ node: input, path: [], depth: 1 }];
  let conditions = 0;
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const message =
      part.depth > DEPTH_MAX ? `is nested deeper than ${DEPTH_MAX} levels` : nodeProblem(part.node);
    if (message !== undefined) return { path: part.path, message };
    const parts = partsOf(part);
    if (parts === undefined) conditions += 1;
    if (conditions > CONDITIONS_MAX)
      return { path: [], message: `has more than ${CONDITIONS_MAX} conditions` };
    waiting.push(...(parts ?? []).toReversed());
  }
  return undefined;
}

function nodeProblem(node: unknown): string | undefined {
  if (!isObject(node)) return `is an object with one of ${KEYS.join(", ")}`;
  const keys = Object.keys(node);
  const unknown = keys.find((key) => !KEYS.includes(key));
  if (unknown !== undefined) return `there is no ${unknown}${suggest(nearest(unknown, KEYS))}`;
  const asked = [
    ...new Set(keys.filter((key) => key !== "path").map((key) => (isBound(key) ? "a range" : key))),
  ];
  const [first, second] = asked;
  if (first === undefined) return `needs one of ${KEYS.filter((key) => key !== "path").join(", ")}`;
  if (second !== undefined) return `asks for ${first} and ${second} at once: join them with all or any`;
  if (GROUPS.includes(first)) {
    if (keys.includes("path")) return `${first} has no path of its own: its conditions have`;
    return LISTS.includes(first) ? listProblem(first, node[first]) : undefined;
  }
  return keys.includes("path") ? undefined : "needs a path";
}

function listProblem(name: string, parts: unknown): string | undefined {
  const fits = Array.isArray(parts) && parts.length > 0 && parts.length <= PARTS_MAX;
  return fits ? undefined : `${name} takes a list of 1 to ${PARTS_MAX} parts`;
}

/** What a group holds; undefined for a condition. */
function partsOf({ node, path, depth }: Part): Part[] | undefined {
  if (!isObject(node)) return undefined;
  const inner = depth + 1;
  if (Object.hasOwn(node, "not")) return [{ node: node.not, path: [...path, "not"], depth: inner }];
  const name = LISTS.find((list) => Object.hasOwn(node, list));
  const parts = name === undefined ? undefined : node[name];
  if (name === undefined || !Array.isArray(parts)) return undefined;
  return parts.map((part: unknown, at) => ({ node: part, path: [...path, name, at], depth: inner }));
}

function isBound(key: string): boolean {
  return BOUNDS.some((bound) => bound === key);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
