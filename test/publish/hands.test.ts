import { describe, expect, it } from "vitest";
import { createHands, type Hand } from "../../src/publish/hands.ts";

const MB = 1_000_000;

/** Asks for room for each; gives the list of those that got in, in order, as it grows. */
async function takeAll(hand: Hand, names: readonly string[], bytes: number): Promise<string[]> {
  const taken: string[] = [];
  for (const name of names) void hand.take(bytes).then(() => taken.push(name));
  await settled();
  return taken;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("what is in hand", () => {
  it("of the prompt lane is bounded, and goes on when something is done", async () => {
    const { prompt } = createHands(() => 0);
    const taken = await takeAll(prompt, ["a", "b", "c", "d", "e", "f"], MB);
    expect(taken).toEqual(["a", "b", "c", "d"]);
    prompt.put(MB);
    await settled();
    expect(taken).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("of the bulk lanes is far less, however much waits there", async () => {
    const { bulk } = createHands(() => 0);
    expect(await takeAll(bulk, Array.from({ length: 100 }, String), 0.25 * MB)).toHaveLength(8);
  });

  it("of the bulk lanes is less still when something came by the prompt lane lately", async () => {
    let now = 0;
    const { prompt, bulk } = createHands(() => now);
    await takeAll(prompt, ["order"], 4000);
    prompt.put(4000);
    now = 1999;
    const taken = await takeAll(bulk, Array.from({ length: 100 }, String), 0.25 * MB);
    expect(taken).toHaveLength(2);
    now = 2000;
    bulk.put(0.25 * MB);
    await settled();
    expect(taken).toHaveLength(9);
  });

  it("of the bulk lanes never keeps the prompt lane from taking", async () => {
    const { prompt, bulk } = createHands(() => 0);
    await takeAll(bulk, ["a", "b", "c", "d"], MB);
    expect(await takeAll(prompt, ["order"], 4000)).toEqual(["order"]);
  });

  it("of the bulk lanes is one message while the prompt lane has plenty, and more when it has not", async () => {
    const { prompt, bulk } = createHands(() => 0);
    await takeAll(prompt, ["orders"], MB);
    const taken = await takeAll(bulk, ["a", "b", "c", "d", "e", "f"], 0.25 * MB);
    expect(taken).toEqual(["a"]);
    bulk.put(0.25 * MB);
    await settled();
    expect(taken).toEqual(["a", "b"]);
    prompt.put(MB);
    await settled();
    expect(taken).toEqual(["a", "b", "c"]);
  });

  it("goes to those who wait in turn, also when one of them has far more", async () => {
    const { prompt, bulk } = createHands(() => 0);
    await takeAll(prompt, ["order"], 4000);
    const taken: string[] = [];
    const lane = async (name: string, messages: number) => {
      for (let number = 0; number < messages; number += 1) {
        await bulk.take(MB);
        taken.push(name);
      }
    };
    void lane("import", 1000);
    void lane("other", 3);
    await settled();
    for (let number = 0; number < 4; number += 1) {
      bulk.put(MB);
      await settled();
    }
    expect(taken.filter((name) => name === "other")).toHaveLength(3);
    expect(taken).toHaveLength(6);
  });
});
