/**
 * Counts the steps of a backtracking matcher, as the one of V8 is, so that a regular expression that takes too long for a
 * long text is found without a clock; and makes the texts that bring it out.
 */
import type { Node } from "./regex-parse.ts";

/** More steps than this are too many, whatever the text. */
const STEPS_MAX = 200_000;
/** Repetitions up to this limit cannot take long. */
const MANY = 32;
const ALPHABET = [
  "a",
  "Z",
  "0",
  " ",
  "\n",
  "-",
  ".",
  "/",
  ":",
  "e",
  "=",
  ",",
  "{",
  "[",
  '"',
  "%",
  "<",
  "@",
  "_",
  "ä",
];
/** What a match can fail at in the end. */
const ENDINGS = ["", "\u0001"];

type Next = (at: number) => boolean;

/** Steps of a search through the text, from each of its places as long as nothing matches. */
export function countSteps(node: Node, text: string): number {
  let steps = 0;
  const match = (current: Node, at: number, next: Next): boolean => {
    steps += 1;
    if (steps > STEPS_MAX) return true;
    switch (current.kind) {
      case "one": {
        const character = text[at];
        return character !== undefined && current.accepts(character) && next(at + 1);
      }
      case "all":
        return matchAll(current.nodes, 0, at, next);
      case "any":
        return current.nodes.some((each) => match(each, at, next));
      case "repeat":
        return repeat(current, 0, at, next);
      case "edge":
        return isEdge(current.at, text, at) && next(at);
      case "look":
        return match(current.node, at, () => true) !== current.negated && next(at);
    }
  };
  const matchAll = (nodes: readonly Node[], from: number, at: number, next: Next): boolean => {
    const node = nodes[from];
    return node === undefined ? next(at) : match(node, at, (then) => matchAll(nodes, from + 1, then, next));
  };
  const repeat = (node: Extract<Node, { kind: "repeat" }>, done: number, at: number, next: Next): boolean => {
    const more = () =>
      done < node.max &&
      match(node.node, at, (then) => (then > at || done < node.min) && repeat(node, done + 1, then, next));
    if (done < node.min) return more();
    return node.lazy ? next(at) || more() : more() || next(at);
  };
  for (let start = 0; start <= text.length && steps <= STEPS_MAX; start += 1) {
    if (match(node, start, () => true)) break;
  }
  return steps;
}

/**
 * How the steps grow when a text is made twice as long: about 2 for a pattern that is linear, 4 for a square. The first text
 * with which they grow more than `most` is enough.
 */
export function growthOf(node: Node, length: number, most: number): number {
  let worst = 0;
  for (const [front, pump, end] of attacks(node)) {
    const steps = countSteps(node, `${front}${pump.repeat(length)}${end}`);
    const twice = countSteps(node, `${front}${pump.repeat(2 * length)}${end}`);
    worst = Math.max(worst, twice > STEPS_MAX ? Number.POSITIVE_INFINITY : twice / steps);
    if (worst > most) break;
  }
  return worst;
}

/** Whether any part may repeat so often that lengths matter. */
export function repeatsMuch(node: Node): boolean {
  if (node.kind === "repeat") return node.max > MANY || repeatsMuch(node.node);
  if (node.kind === "look") return repeatsMuch(node.node);
  return "nodes" in node && node.nodes.some(repeatsMuch);
}

/** Texts as front, what repeats, and end. Of letters that all parts treat alike one is enough. */
function attacks(node: Node): (readonly [string, string, string])[] {
  const parts = onesOf(node);
  const kinds = new Map<string, string>();
  for (const letter of [...ALPHABET, ...sampleOf(node)]) {
    const kind = parts.map((accepts) => Number(accepts(letter))).join("");
    if (kind.includes("1") && !kinds.has(kind)) kinds.set(kind, letter);
  }
  const letters = [...kinds.values()];
  const pumps = letters.flatMap((one) => letters.map((two) => (one === two ? one : one + two)));
  const fronts = [...new Set(["", ...frontsOf(node, "")])];
  return fronts.flatMap((front) =>
    pumps.flatMap((pump) => ENDINGS.map((end) => [front, pump, end] as const)),
  );
}

/** The shortest texts that lead to each part that repeats much. */
function frontsOf(node: Node, before: string): string[] {
  switch (node.kind) {
    case "all": {
      const fronts: string[] = [];
      let text = before;
      for (const each of node.nodes) {
        fronts.push(...frontsOf(each, text));
        text += sampleOf(each);
      }
      return fronts;
    }
    case "any":
      return node.nodes.flatMap((each) => frontsOf(each, before));
    case "repeat":
      return [...(node.max > MANY ? [before] : []), ...frontsOf(node.node, before)];
    case "look":
      return frontsOf(node.node, before);
    default:
      return [];
  }
}

function sampleOf(node: Node): string {
  switch (node.kind) {
    case "one":
      return ALPHABET.find(node.accepts) ?? PRINTABLE.find(node.accepts) ?? "";
    case "all":
      return node.nodes.map(sampleOf).join("");
    case "any":
      return node.nodes[0] === undefined ? "" : sampleOf(node.nodes[0]);
    case "repeat":
      return sampleOf(node.node).repeat(node.min);
    default:
      return "";
  }
}

const PRINTABLE = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at));

function onesOf(node: Node): ((letter: string) => boolean)[] {
  if (node.kind === "one") return [node.accepts];
  if (node.kind === "repeat" || node.kind === "look") return onesOf(node.node);
  return "nodes" in node ? node.nodes.flatMap(onesOf) : [];
}

function isEdge(kind: "start" | "end" | "word", text: string, at: number): boolean {
  if (kind === "start") return at === 0;
  if (kind === "end") return at === text.length;
  return /\w/.test(text[at - 1] ?? "") !== /\w/.test(text[at] ?? "");
}
