/** How many attempts may be under way at once. */

export interface Slots {
  /** Resolves when one is free and takes it. */
  readonly take: () => Promise<void>;
  readonly free: () => void;
}

export function createSlots(count: number): Slots {
  let left = count;
  const waiting: (() => void)[] = [];
  return {
    take: async () => {
      if (left > 0) left -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
    },
    free: () => {
      const next = waiting.shift();
      if (next) next();
      else left += 1;
    },
  };
}
