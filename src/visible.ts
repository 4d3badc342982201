/**
 * Text from outside on a terminal or in a log: whatever would move the cursor, start a line, change the direction of writing
 * or hide is spelled out, so that nobody who names a product can make up lines of ours.
 */

/** Control characters, marks of direction, separators of lines. */
const UNSEEN = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** A text of several lines; inside of JSON the same value. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (found) => (found === "\n" || found === "\t" ? found : spell(found)));
}

/** A text that has to stay on its line. */
export function visibleOnOneLine(text: string): string {
  return text.replace(UNSEEN, spell);
}

/** A line of a log, in which the control characters of ASCII are spelled out already: what is left of them is its own. */
export function visibleInLog(line: string): string {
  return line.replace(UNSEEN, (found) => (found < " " ? found : spell(found)));
}

function spell(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
