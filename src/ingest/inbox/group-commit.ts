/**
 * Collects what comes while other things are being stored and hands it on in groups. An item that comes alone is handed
 * on at once; only under load do groups form, by themselves and just as large as the load makes them.
 */
export interface GroupLimits {
  readonly itemsMax: number;
  readonly bytesMax: number;
  /** Groups on their way at once. Fewer make bigger groups, more hide the time of one behind another. */
  readonly flyingMax: number;
}

export interface GroupCommit<Item> {
  readonly add: (item: Item) => void;
  /** Resolves when nothing waits and nothing is on its way. */
  readonly idle: () => Promise<void>;
}

/** `store` must not reject. An item above `bytesMax` makes a group of its own. */
export function createGroupCommit<Item>(
  limits: GroupLimits,
  bytesOf: (item: Item) => number,
  store: (group: readonly Item[]) => Promise<void>,
): GroupCommit<Item> {
  let waiting: Item[] = [];
  let flying = 0;
  let whenIdle: (() => void)[] = [];

  const flush = (): void => {
    while (flying < limits.flyingMax && waiting.length > 0) {
      const size = groupSize(waiting, limits, bytesOf);
      const group = waiting.slice(0, size);
      waiting = waiting.slice(size);
      flying += 1;
      void store(group).then(land);
    }
  };
  const land = (): void => {
    flying -= 1;
    flush();
    if (flying > 0) return;
    for (const wake of whenIdle) wake();
    whenIdle = [];
  };
  return {
    add: (item) => {
      waiting.push(item);
      flush();
    },
    idle: async () => {
      if (flying > 0) await new Promise<void>((resolve) => whenIdle.push(resolve));
    },
  };
}

function groupSize<Item>(
  waiting: readonly Item[],
  { itemsMax, bytesMax }: GroupLimits,
  bytesOf: (item: Item) => number,
): number {
  let bytes = 0;
  let size = 0;
  for (const item of waiting) {
    bytes += bytesOf(item);
    if (size === itemsMax || (size > 0 && bytes > bytesMax)) break;
    size += 1;
  }
  return size;
}
