/** The text without the slashes at its end, in one pass: a regular expression would look at each of many slashes again. */
export function withoutEndSlashes(text: string): string {
  let end = text.length;
  while (text[end - 1] === "/") end -= 1;
  return text.slice(0, end);
}
