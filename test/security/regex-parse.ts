/** Reads the regular expressions of the sources into trees that `regex-steps.ts` can walk and count. */

export type Node =
  /** One character, or a backreference, which is taken for any one character. */
  | { readonly kind: "one"; readonly accepts: (character: string) => boolean }
  | { readonly kind: "all"; readonly nodes: readonly Node[] }
  | { readonly kind: "any"; readonly nodes: readonly Node[] }
  | {
      readonly kind: "repeat";
      readonly node: Node;
      readonly min: number;
      readonly max: number;
      readonly lazy: boolean;
    }
  | { readonly kind: "edge"; readonly at: "start" | "end" | "word" }
  | { readonly kind: "look"; readonly node: Node; readonly negated: boolean };

const QUANTIFIER = /^(?:\*|\+|\?|\{(\d+)(,?)(\d*)\})(\??)/;
const GROUP = /^\((\?:|\?=|\?!|\?<[A-Za-z]\w*>)?/;
const ATOM = /^(?:\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[pP]\{[^}]+\}|.)|\[(?:\\.|[^\]\\])*\]|.)/s;

const EDGES = [
  [/^\^/, "start"],
  [/^\$/, "end"],
  [/^\\b/, "word"],
] as const;

/** Throws for syntax that is not known here, such as lookbehinds: then this file has to learn it. */
export function parseRegex(source: string, flags: string): Node {
  let rest = source;
  const eat = (pattern: RegExp): RegExpExecArray | undefined => {
    const found = pattern.exec(rest) ?? undefined;
    rest = rest.slice(found?.[0].length ?? 0);
    return found;
  };
  const readAny = (): Node => {
    const nodes = [readAll()];
    while (eat(/^\|/)) nodes.push(readAll());
    const [only] = nodes;
    return nodes.length === 1 && only ? only : { kind: "any", nodes };
  };
  const readAll = (): Node => {
    const nodes: Node[] = [];
    while (rest !== "" && rest[0] !== "|" && rest[0] !== ")") nodes.push(readQuantified());
    return { kind: "all", nodes };
  };
  const readQuantified = (): Node => {
    const node = readOne();
    const found = eat(QUANTIFIER);
    return found === undefined ? node : { kind: "repeat", node, ...rangeOf(found), lazy: found[4] === "?" };
  };
  const readOne = (): Node => {
    for (const [pattern, at] of EDGES) if (eat(pattern)) return { kind: "edge", at };
    const group = eat(GROUP);
    if (group !== undefined) return readGroup(group[1]);
    const [text = ""] = eat(ATOM) ?? [];
    return { kind: "one", accepts: accepting(text, flags) };
  };
  const readGroup = (opening: string | undefined): Node => {
    if (rest.startsWith("?")) throw new Error(`a kind of group that is not known, in ${source}`);
    const node = readAny();
    if (!eat(/^\)/)) throw new Error(`no end of a group in ${source}`);
    const isLook = opening === "?=" || opening === "?!";
    return isLook ? { kind: "look", node, negated: opening === "?!" } : node;
  };
  const whole = readAny();
  if (rest !== "") throw new Error(`${JSON.stringify(rest)} is left of ${source}`);
  return whole;
}

function rangeOf([text, from, comma, to = ""]: RegExpExecArray): { min: number; max: number } {
  if (from !== undefined) {
    const isOpen = comma === "," && to === "";
    return { min: Number(from), max: isOpen ? Number.POSITIVE_INFINITY : Number(to || from) };
  }
  return { min: text[0] === "+" ? 1 : 0, max: text[0] === "?" ? 1 : Number.POSITIVE_INFINITY };
}

function accepting(atom: string, flags: string): (character: string) => boolean {
  if (/^\\[1-9]/.test(atom)) return () => true;
  const pattern = new RegExp(`^(?:${atom})$`, flags.replace(/[gym]/g, ""));
  const known = new Map<string, boolean>();
  return (character) => {
    const answer = known.get(character) ?? pattern.test(character);
    known.set(character, answer);
    return answer;
  };
}
