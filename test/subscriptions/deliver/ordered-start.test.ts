import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { createLogger } from "../../../src/log.ts";
import { createOrderedStart } from "../../../src/subscriptions/deliver/ordered-start.ts";
import type { Position } from "../../../src/subscriptions/consumers.ts";
import { aBareSubscription } from "../../helpers/subscriptions.ts";

const ACK_WAIT_MS = 30_000;
const CONSUMER = { stream: "COMMERCE", name: "crm_1", filter: "commerce.>", from: 1 };
const SUBSCRIPTION = aBareSubscription({ consumers: [CONSUMER] });

/** A consumer with one event that is with nobody, and that gives out nothing. */
function aStage() {
  const stage = { now: 0, isDown: false, startedWith: 0 };
  const position = async (): Promise<Position> => {
    if (stage.isDown) throw new Error("no broker");
    return { deliveries: 7, pending: 0, unsettled: 1, redelivered: 0, ackFloor: 3, delivered: 4 };
  };
  const start = createOrderedStart(
    SUBSCRIPTION,
    ({ deliveries }) => {
      stage.startedWith = deliveries.get("COMMERCE crm_1") ?? 0;
      return { stop: async () => undefined };
    },
    {
      js: { consumers: { get: async () => ({ fetch: async () => Readable.from([]) }) } },
      waiting: {
        find: async () => undefined,
        save: async () => undefined,
        remove: async () => undefined,
        list: async () => [],
      },
      consumers: { position },
      ackWaitMs: ACK_WAIT_MS,
      log: createLogger("silent"),
      now: () => stage.now,
    },
  );
  const startAt = (now: number) => {
    stage.now = now;
    return start(() => undefined);
  };
  return { stage, startAt };
}

describe("the start of an ordered subscription", () => {
  it("waits for an event that is with nobody, and no longer when it must be gone for good", async () => {
    const { stage, startAt } = aStage();
    expect(await startAt(0)).toBeUndefined();
    expect(await startAt(2 * ACK_WAIT_MS - 1)).toBeUndefined();
    expect(await startAt(2 * ACK_WAIT_MS)).toBeDefined();
    expect(stage.startedWith).toBe(7);
    // Should it be started anew, it waits anew.
    expect(await startAt(2 * ACK_WAIT_MS + 1)).toBeUndefined();
  });

  it("counts from the last trouble, which says nothing of what would come", async () => {
    const { stage, startAt } = aStage();
    expect(await startAt(0)).toBeUndefined();
    stage.isDown = true;
    await expect(startAt(ACK_WAIT_MS)).rejects.toThrow("no broker");
    stage.isDown = false;
    expect(await startAt(3 * ACK_WAIT_MS)).toBeUndefined();
    expect(await startAt(5 * ACK_WAIT_MS)).toBeDefined();
  });
});
