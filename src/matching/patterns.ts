/** Patterns of event types: `order.paid`, `order.*`, `*.created`, and `*` (also written `*.*`) for every event. */

/** Whether any of the patterns matches. Types that are newer than this vocabulary match `*`, `order.*` and `*.created` too. */
export function compilePatterns(patterns: readonly string[]): (type: string) => boolean {
  if (patterns.some(matchesAll)) return () => true;
  const wanted = new Set(patterns);
  return (type) => {
    const dot = type.indexOf(".");
    if (dot === -1 || type.includes(".", dot + 1)) return false;
    return wanted.has(type) || wanted.has(`${type.slice(0, dot)}.*`) || wanted.has(`*${type.slice(dot)}`);
  };
}

export function matchesAll(pattern: string): boolean {
  return pattern === "*" || pattern === "*.*";
}
