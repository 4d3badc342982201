/**
 * One piece of work for all who want the same at the same time. Who comes after the work has begun to look gets work that
 * looks later, at most one more: what was seen before somebody asked is no answer to them.
 */

export interface Coalescer<T> {
  /** `work` has to call `onStart` right before it first looks. */
  readonly share: (key: string, work: (onStart: () => void) => Promise<T>) => Promise<T>;
}

interface Shared<T> {
  readonly result: Promise<T>;
  isOpen: boolean;
}

export function createCoalescer<T>(): Coalescer<T> {
  const last = new Map<string, Shared<T>>();
  return {
    share: (key, work) => {
      const before = last.get(key);
      if (before?.isOpen) return before.result;
      const run = () =>
        work(() => {
          mine.isOpen = false;
        });
      const result = before === undefined ? Promise.resolve().then(run) : before.result.then(run, run);
      const mine: Shared<T> = { result, isOpen: true };
      last.set(key, mine);
      const forget = () => {
        mine.isOpen = false;
        if (last.get(key) === mine) last.delete(key);
      };
      result.then(forget, forget);
      return result;
    },
  };
}
