import { describe, expect, it } from "vitest";
import { createCoalescer } from "../../../src/publish/hydrate/coalesce.ts";

/** Work that starts and ends on order, numbered. */
function aDesk() {
  const coalescer = createCoalescer<number>();
  const runs: { start: () => void; end: () => void; fail: () => void }[] = [];
  return {
    runs,
    ask: (key = "order:1") =>
      coalescer.share(
        key,
        (start) =>
          new Promise((resolve, reject) => {
            const number = runs.length + 1;
            runs.push({ start, end: () => resolve(number), fail: () => reject(new Error("no")) });
          }),
      ),
  };
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe("work that several want", () => {
  it("is done once for all who ask before it looks", async () => {
    const { ask, runs } = aDesk();
    const all = [ask(), ask(), ask()];
    await turn();
    runs[0]?.start();
    runs[0]?.end();
    expect(await Promise.all(all)).toEqual([1, 1, 1]);
    expect(runs).toHaveLength(1);
  });

  it("is done once more for all who ask after it has begun to look", async () => {
    const { ask, runs } = aDesk();
    const first = ask();
    await turn();
    runs[0]?.start();
    const later = [ask(), ask()];
    await turn();
    expect(runs).toHaveLength(1);
    runs[0]?.end();
    expect(await first).toBe(1);
    await turn();
    runs[1]?.end();
    expect(await Promise.all(later)).toEqual([2, 2]);
    expect(runs).toHaveLength(2);
  });

  it("goes on after a failure, which only those learn who shared it", async () => {
    const { ask, runs } = aDesk();
    const first = ask();
    await turn();
    runs[0]?.start();
    const later = ask();
    runs[0]?.fail();
    await expect(first).rejects.toThrow("no");
    await turn();
    runs[1]?.end();
    expect(await later).toBe(2);
  });

  it("is separate for each key, and begins anew when nobody waits", async () => {
    const { ask, runs } = aDesk();
    const both = [ask("a"), ask("b")];
    await turn();
    for (const run of runs) run.end();
    expect(await Promise.all(both)).toEqual([1, 2]);
    void ask("a");
    await turn();
    expect(runs).toHaveLength(3);
  });
});
