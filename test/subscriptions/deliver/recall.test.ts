import { describe, expect, it } from "vitest";
import { createRecall } from "../../../src/subscriptions/deliver/recall.ts";
import type { Place, Waiting } from "../../../src/subscriptions/deliver/waiting.ts";

const WAITING: Waiting = {
  eventId: "acme:order:1001:1",
  subject: "commerce.shopify.acme.order.created",
  entity: "acme:order:1001",
  attempts: 2,
  firstAt: "2026-11-01T12:00:00Z",
  nextAt: 0,
};

/** A recall that begins when event 10 is the next one, over a bucket that knows about every event. */
function aRecall(nextSequence: (stream: string) => Promise<number> = async () => 10) {
  const asked: number[] = [];
  const recall = createRecall(
    {
      find: async ({ sequence }) => {
        asked.push(sequence);
        return WAITING;
      },
      save: async () => undefined,
      remove: async () => undefined,
    },
    nextSequence,
  );
  return { recall, asked };
}

function at(sequence: number): Place {
  return { subscription: "crm", stream: "COMMERCE", sequence };
}

describe("the recall of earlier attempts", () => {
  it("asks about what was published before it began: another consumer may have given it out", async () => {
    const { recall, asked } = aRecall();
    expect(await recall.find(at(9), false)).toBe(WAITING);
    expect(asked).toEqual([9]);
  });

  it("does not ask about what came later and is given out for the first time", async () => {
    const { recall, asked } = aRecall();
    expect(await recall.find(at(10), false)).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it("asks about what is given out again: another process may have tried it", async () => {
    const { recall } = aRecall();
    expect(await recall.find(at(10), true)).toBe(WAITING);
  });

  it("asks about what was written down here, although the server forgot that it gave it out", async () => {
    const { recall } = aRecall();
    await recall.save(at(10), WAITING);
    expect(await recall.find(at(10), false)).toBe(WAITING);
    expect(await recall.find(at(11), false)).toBeUndefined();
    await recall.remove(at(10));
    expect(await recall.find(at(10), false)).toBeUndefined();
  });

  it("asks about what may have been written down although the answer got lost", async () => {
    const recall = createRecall(
      {
        find: async () => WAITING,
        save: () => Promise.reject(new Error("no answer")),
        remove: async () => undefined,
      },
      async () => 10,
    );
    await expect(recall.save(at(10), WAITING)).rejects.toThrow("no answer");
    expect(await recall.find(at(10), false)).toBe(WAITING);
  });

  it("counts each stream by itself, and asks for its beginning once", async () => {
    const streams: string[] = [];
    const { recall } = aRecall(async (stream) => {
      streams.push(stream);
      return stream === "DIRECT" ? 3 : 10;
    });
    expect(await recall.find({ ...at(5), stream: "DIRECT" }, false)).toBeUndefined();
    expect(await recall.find(at(5), false)).toBe(WAITING);
    expect(await recall.find(at(12), false)).toBeUndefined();
    expect(streams).toEqual(["DIRECT", "COMMERCE"]);
  });

  it("fails where it cannot know, and asks again", async () => {
    let isDown = true;
    const { recall } = aRecall(async () => {
      if (isDown) throw new Error("no broker");
      return 10;
    });
    await expect(recall.find(at(10), false)).rejects.toThrow("no broker");
    isDown = false;
    expect(await recall.find(at(10), false)).toBeUndefined();
  });
});
