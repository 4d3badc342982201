import type { JsMsg } from "nats";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createConsumers } from "../../../src/subscriptions/consumers.ts";
import { type Pull, type PullOptions, startPull } from "../../../src/subscriptions/deliver/pull.ts";
import { useBroker } from "../../helpers/broker.ts";
import { eventually } from "../../helpers/eventually.ts";

const test = useBroker();
const ACK_WAIT_MS = 600;
const CONSUMER = { stream: "", name: "crm_00000000", filter: "" };
let consumer = CONSUMER;
let pulls: Pull[] = [];

beforeEach(async () => {
  const { broker, prefix } = test();
  consumer = { ...CONSUMER, stream: `${prefix}_EVENTS`, filter: `${prefix}.events` };
  await broker.jsm.streams.add({ name: consumer.stream, subjects: [consumer.filter] });
  pulls = [];
});

afterEach(async () => {
  await Promise.all(pulls.map((pull) => pull.stop()));
});

async function createConsumer(): Promise<void> {
  await createConsumers(test().broker.jsm, { replicas: 1, ackWaitMs: ACK_WAIT_MS }).ensure({
    ...consumer,
    from: 1,
  });
}

async function publish(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await test().broker.js.publish(consumer.filter, `${index}`);
}

/** Messages in hand until they are let go. */
function hand() {
  const held: { message: JsMsg; done: () => void }[] = [];
  const seen: number[] = [];
  return {
    held,
    seen,
    handle: (message: JsMsg) => {
      seen.push(message.seq);
      return new Promise<void>((resolve) => {
        const done = () => {
          message.ack();
          resolve();
        };
        held.push({ message, done });
      });
    },
    letGo: () => {
      for (const { done } of held.splice(0)) done();
    },
  };
}

function pull(overrides: Partial<PullOptions> & Pick<PullOptions, "handle">): Pull {
  const started = startPull({
    js: test().broker.js,
    consumer,
    ackWaitMs: ACK_WAIT_MS,
    inHandMax: 3,
    admit: async () => 3,
    onTrouble: () => undefined,
    ...overrides,
  });
  pulls.push(started);
  return started;
}

describe("a pull", () => {
  it("takes no more than fit into the hand, and goes on when half of it is free", async () => {
    await createConsumer();
    await publish(9);
    const { handle, held, letGo, seen } = hand();
    const asked: number[] = [];
    pull({
      handle,
      inHandMax: 4,
      admit: async () => {
        asked.push(held.length);
        return 4;
      },
    });
    await eventually(() => expect(held).toHaveLength(4));
    const { num_ack_pending, num_pending } = await test().broker.jsm.consumers.info(
      consumer.stream,
      consumer.name,
    );
    expect([num_ack_pending, num_pending]).toEqual([4, 5]);
    held.shift()?.done();
    held.shift()?.done();
    await eventually(() => expect(seen).toEqual([1, 2, 3, 4, 5, 6]));
    await eventually(() => {
      letGo();
      expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    });
    letGo();
    expect(asked[1]).toBe(2);
  });

  it("keeps what is in hand for longer than the server waits for an acknowledgement", async () => {
    await createConsumer();
    await publish(1);
    const { handle, held, letGo, seen } = hand();
    pull({ handle });
    await eventually(() => expect(held).toHaveLength(1));
    // A second pull would get the message as soon as the server gave it up; others after it show that time passes.
    const second = hand();
    pull({ handle: second.handle });
    const begunAt = Date.now();
    await eventually(async () => {
      await publish(1);
      second.letGo();
      expect(Date.now() - begunAt).toBeGreaterThan(3 * ACK_WAIT_MS);
    });
    expect(second.seen).not.toContain(1);
    expect(seen.filter((sequence) => sequence === 1)).toHaveLength(1);
    letGo();
    second.letGo();
    await eventually(() => {
      letGo();
      second.letGo();
      expect(held.length + second.held.length).toBe(0);
    });
  });

  it("takes nothing until it is admitted, and no more than is admitted", async () => {
    await createConsumer();
    await publish(5);
    const { handle, seen, letGo } = hand();
    const asked: ((count: number) => void)[] = [];
    const started = pull({ handle, admit: () => new Promise((resolve) => asked.push(resolve)) });
    const info = () => test().broker.jsm.consumers.info(consumer.stream, consumer.name);
    await eventually(() => expect(asked).toHaveLength(1));
    expect([(await info()).num_waiting, seen]).toEqual([0, []]);
    asked[0]?.(1);
    await eventually(() => expect(asked).toHaveLength(2));
    expect(seen).toEqual([1]);
    expect((await info()).num_pending).toBe(4);
    const stopped = started.stop();
    asked[1]?.(1);
    letGo();
    await stopped;
    expect(seen).toEqual([1]);
  });

  it("stops when what is in hand is done, and leaves the rest in the stream", async () => {
    await createConsumer();
    await publish(5);
    const { handle, held, letGo } = hand();
    const started = pull({ handle, inHandMax: 2 });
    await eventually(() => expect(held).toHaveLength(2));
    let isStopped = false;
    const stopped = started.stop().then(() => {
      isStopped = true;
    });
    await publish(1);
    expect(isStopped).toBe(false);
    letGo();
    await stopped;
    // The server works on acknowledgements beside its answers.
    await eventually(async () => {
      const { ack_floor, num_pending, num_ack_pending } = await test().broker.jsm.consumers.info(
        consumer.stream,
        consumer.name,
      );
      // One may have been on its way already: it comes again when its ack wait is over.
      expect([ack_floor.stream_seq, num_pending + num_ack_pending]).toEqual([2, 4]);
    });
  });

  it("waits quietly for a consumer that is just being made, and tells of one that stays away", async () => {
    await publish(1);
    const troubles: unknown[] = [];
    const { handle, seen, letGo } = hand();
    pull({ handle, onTrouble: (error) => void troubles.push(error) });
    await createConsumer();
    await eventually(() => expect(seen).toEqual([1]));
    expect(troubles).toEqual([]);
    letGo();
    await test().broker.jsm.consumers.delete(consumer.stream, consumer.name);
    await eventually(() => expect(troubles.length).toBeGreaterThan(0));
    await createConsumer();
    await eventually(() => expect(seen.length).toBe(2));
    letGo();
  });

  it("goes on after the server was restarted", async () => {
    await createConsumer();
    const { handle, seen, letGo } = hand();
    pull({ handle });
    await publish(1);
    await eventually(() => expect(seen).toEqual([1]));
    letGo();
    await test().server.restart();
    await eventually(() => publish(1));
    await eventually(() => expect(seen).toContain(2), { withinMs: 20_000 });
    letGo();
  });
});
