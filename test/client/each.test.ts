import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createAdmission } from "../../src/client/admission.ts";
import { type EachOptions, each, type Handler } from "../../src/client/each.ts";
import type { EventType } from "../../src/client/index.ts";
import type { Received } from "../../src/client/received.ts";
import { anEvent } from "../helpers/event.ts";
import { aDelivery, anAccess, type FakeDelivery } from "./deliveries.ts";

interface Step {
  readonly subject: string;
  readonly sequence: number;
}

/** Runs a handler over events of orders; gives what became of each. */
async function run(
  steps: readonly Step[],
  handler: Handler<EventType>,
  options: EachOptions<EventType> = {},
): Promise<Map<string, string[]>> {
  const hand = { take: () => undefined, drop: () => undefined };
  const { admit } = createAdmission(anAccess(), {}, hand);
  const deliveries: [string, FakeDelivery][] = steps.map(({ subject, sequence }, at) => [
    `${subject}#${sequence}`,
    aDelivery(anEvent(sequence, { subject }), { deliverySequence: at + 1 }),
  ]);
  async function* received(): AsyncGenerator<Received, undefined> {
    for (const [, delivery] of deliveries) {
      const one = admit(delivery);
      if (one !== undefined) yield one;
    }
    return undefined;
  }
  await each(received(), handler, { onError: () => undefined, ...options });
  return new Map(deliveries.map(([name, { answers }]) => [name, answers]));
}

function nameOf({ event, sequence }: Received): string {
  return `${event.subject}#${sequence}`;
}

describe("each", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("acknowledges what was handled, and lets come again what was not", async () => {
    const answers = await run(
      [
        { subject: "1", sequence: 1 },
        { subject: "2", sequence: 1 },
      ],
      ({ event }) => {
        if (event.subject === "1") throw new Error("no label today");
      },
    );
    expect(answers.get("1#1")).toEqual(["nak 1000"]);
    expect(answers.get("2#1")).toEqual(["ack"]);
  });

  it("leaves alone what the handler has settled itself", async () => {
    const answers = await run([{ subject: "1", sequence: 1 }], (received) => received.term("not ours"));
    expect(answers.get("1#1")).toEqual(["term not ours"]);
  });

  it("waits as long as it is told before another try", async () => {
    const answers = await run(
      [{ subject: "1", sequence: 1 }],
      () => {
        throw new Error("busy");
      },
      { retryDelayMs: (attempt) => attempt * 7000 },
    );
    expect(answers.get("1#1")).toEqual(["nak 7000"]);
  });

  it("tells of errors, with the event", async () => {
    const told: string[] = [];
    await run(
      [{ subject: "1", sequence: 1 }],
      () => {
        throw new Error("busy");
      },
      { onError: (error, received) => told.push(`${error} at ${nameOf(received)}`) },
    );
    expect(told).toEqual(["Error: busy at 1#1"]);
  });

  it("runs so many handlers at once and no more, never two of one entity", async () => {
    const steps = Array.from({ length: 40 }, (_, at) => ({
      subject: String(at % 5),
      sequence: Math.floor(at / 5) + 1,
    }));
    const running = new Set<string>();
    const seen: Step[] = [];
    let most = 0;
    await run(
      steps,
      async ({ event, sequence = 0 }) => {
        const subject = event.subject ?? "";
        expect(running.has(subject)).toBe(false);
        running.add(subject);
        most = Math.max(most, running.size);
        await new Promise((resolve) => setImmediate(resolve));
        running.delete(subject);
        seen.push({ subject, sequence });
      },
      { concurrency: 3 },
    );
    expect(most).toBe(3);
    expect(seen).toHaveLength(40);
    for (const subject of ["0", "1", "2", "3", "4"]) {
      const own = seen.filter((step) => step.subject === subject).map(({ sequence }) => sequence);
      expect(own).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    }
  });

  it("holds back what follows a failed event of its entity, and nothing else", async () => {
    const seen: string[] = [];
    const answers = await run(
      [
        { subject: "1", sequence: 1 },
        { subject: "1", sequence: 2 },
        { subject: "2", sequence: 1 },
        { subject: "1", sequence: 3 },
      ],
      (received) => {
        seen.push(nameOf(received));
        if (received.entity === "acme:order:1" && received.sequence === 1) throw new Error("busy");
      },
    );
    expect(seen).toEqual(["1#1", "2#1"]);
    expect(answers.get("1#1")).toEqual(["nak 1000"]);
    expect(answers.get("1#2")).toEqual(["nak 1250"]);
    expect(answers.get("1#3")).toEqual(["nak 1270"]);
  });

  it("goes on with an entity when its failed event is done", async () => {
    const seen: string[] = [];
    await run(
      [
        { subject: "1", sequence: 1 },
        { subject: "1", sequence: 2 },
        { subject: "1", sequence: 1 },
        { subject: "1", sequence: 2 },
      ],
      (received) => {
        seen.push(nameOf(received));
        if (seen.length === 1) throw new Error("busy");
      },
    );
    expect(seen).toEqual(["1#1", "1#1", "1#2"]);
  });

  it("keeps held events in sequence when they return in another order", async () => {
    const seen: string[] = [];
    const sequences = [1, 2, 3, 4, 1, 3, 4, 2, 4, 3, 4];
    await run(
      sequences.map((sequence) => ({ subject: "1", sequence })),
      (received) => {
        seen.push(nameOf(received));
        if (seen.length === 1) throw new Error("busy");
      },
    );
    expect(seen).toEqual(["1#1", "1#1", "1#2", "1#3", "1#4"]);
  });

  it("does not hold an entity for ever when its failed event does not return", async () => {
    const seen: string[] = [];
    await run(
      [
        { subject: "1", sequence: 1 },
        { subject: "1", sequence: 2 },
        { subject: "2", sequence: 1 },
        { subject: "1", sequence: 3 },
      ],
      (received) => {
        seen.push(nameOf(received));
        if (nameOf(received) === "2#1") vi.setSystemTime(Date.now() + 62_000);
        if (seen.length === 1) throw new Error("busy");
      },
    );
    expect(seen).toEqual(["1#1", "2#1", "1#3"]);
  });

  it("awaits what runs before it passes on that the events have ended", async () => {
    let isDone = false;
    const hand = { take: () => undefined, drop: () => undefined };
    const { admit } = createAdmission(anAccess(), {}, hand);
    async function* received(): AsyncGenerator<Received, undefined> {
      const one = admit(aDelivery(anEvent(1)));
      if (one !== undefined) yield one;
      throw new Error("ended");
    }
    const ended = each(
      received(),
      async () => {
        await new Promise((resolve) => setImmediate(resolve));
        isDone = true;
      },
      { concurrency: 2 },
    );
    await expect(ended).rejects.toThrow("ended");
    expect(isDone).toBe(true);
  });
});
