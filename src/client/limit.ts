/** Lets so many in at once; the others wait in line. */
export interface Limit {
  readonly enter: () => Promise<void>;
  readonly leave: () => void;
}

export function createLimit(max: number): Limit {
  const line: (() => void)[] = [];
  let inside = 0;
  return {
    enter: async () => {
      if (inside < max) {
        inside += 1;
        return;
      }
      await new Promise<void>((resolve) => line.push(resolve));
    },
    leave: () => {
      const next = line.shift();
      if (next === undefined) inside -= 1;
      else next();
    },
  };
}
