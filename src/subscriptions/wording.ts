/** Words for messages that help: what was most likely meant, and lists that stay short. */

/** A longer word may be further off, but never by more than a third of it. */
const DISTANCE_MIN = 2;
const DISTANCE_SHARE = 3;

/** The candidate with the smallest edit distance, the first of equals; undefined when none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const lower = word.toLowerCase();
  let best: string | undefined;
  let limit = Math.max(DISTANCE_MIN, Math.floor(word.length / DISTANCE_SHARE)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= limit) continue;
    const distance = editDistance(lower, candidate.toLowerCase());
    if (distance < limit) [best, limit] = [candidate, distance];
  }
  return best;
}

/** `; did you mean order.paid?`, or nothing. */
export function suggest(near: string | undefined): string {
  return near === undefined ? "" : `; did you mean ${near}?`;
}

/** The first words of a list, and how many more there are. */
export function listSome(words: readonly string[], max: number): string {
  const more = words.length - max;
  return words.slice(0, max).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** Levenshtein: how many characters to insert, delete or replace. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
