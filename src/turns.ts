/** One promise chain per key: what concerns one entity happens one after the other, the rest side by side. */

export type Turns = <T>(key: string, task: () => Promise<T>) => Promise<T>;

/** Chains without locks; a key's chain is forgotten when it is empty. A task that fails does not hold up the next. */
export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return (key, task) => {
    const before = last.get(key);
    const mine = before === undefined ? task() : before.then(task, task);
    last.set(key, mine);
    const forget = () => {
      if (last.get(key) === mine) last.delete(key);
    };
    mine.then(forget, forget);
    return mine;
  };
}
