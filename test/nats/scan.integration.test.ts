import { beforeEach, describe, expect, it } from "vitest";
import { findTail, scanMerged, scanStream } from "../../src/nats/scan.ts";
import { declareStreams } from "../../src/nats/streams.ts";
import { useBroker } from "../helpers/broker.ts";
import { STREAM_SETTINGS } from "../helpers/stream-settings.ts";

const test = useBroker();
/** 30 outcomes of acme, every third one in a message of several stores. */
beforeEach(async () => {
  const { broker, names } = test();
  await declareStreams(broker, names, STREAM_SETTINGS);
  for (let n = 1; n <= 30; n += 1) {
    await broker.publisher.publish(names.outcomesSubject(n % 3 === 0 ? undefined : "acme"), `${n}`);
  }
});

async function numbers(messages: AsyncIterable<{ string(): string }>): Promise<number[]> {
  const found: number[] = [];
  for await (const message of messages) found.push(Number(message.string()));
  return found;
}

async function consumersLeft(): Promise<number> {
  const { broker, names } = test();
  return (await broker.jsm.streams.info(names.streams.outcomes)).state.consumer_count;
}

describe("a scan", () => {
  it("gives all messages in batches, in order, and leaves no consumer", async () => {
    const { broker, names } = test();
    const scan = {
      stream: names.streams.outcomes,
      filter: names.outcomesSubject("acme"),
      after: 0,
      batch: 7,
    };
    const found = await numbers(scanStream(broker, scan));
    expect(found).toHaveLength(20);
    expect(found).toEqual([...found].sort((a, b) => a - b));
    expect(await numbers(scanStream(broker, { ...scan, after: 25 }))).toEqual([26, 28, 29]);
    expect(await numbers(scanStream(broker, { ...scan, after: 30 }))).toEqual([]);
    expect(await consumersLeft()).toBe(0);
  });

  it("leaves none either when it is ended early", async () => {
    const { broker, names } = test();
    const scan = { stream: names.streams.outcomes, after: 0, batch: 3 };
    for await (const message of scanMerged(broker, names.outcomesFilters("acme"), scan)) {
      if (message.seq === 5) break;
    }
    expect(await consumersLeft()).toBe(0);
  });

  it("of several filters is one in the order of the stream", async () => {
    const { broker, names } = test();
    const scan = { stream: names.streams.outcomes, after: 0, batch: 4 };
    const merged = await numbers(scanMerged(broker, names.outcomesFilters("acme"), scan));
    expect(merged).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  });
});

describe("the tail of a stream", () => {
  it.each([1, 5, 19])("holds no more than %i messages, and not much less", async (max) => {
    const { broker, names } = test();
    const place = { stream: names.streams.outcomes, filter: names.outcomesSubject("acme") };
    const { after, isWhole } = await findTail(broker, { ...place, max });
    const found = await numbers(scanStream(broker, { ...place, after }));
    expect(isWhole).toBe(false);
    expect(found.length).toBeLessThanOrEqual(max);
    expect(found.length).toBeGreaterThanOrEqual(max / 2);
    expect(found.at(-1)).toBe(29);
  });

  it("is all of it when that is little", async () => {
    const { broker, names } = test();
    const place = { stream: names.streams.outcomes, filter: names.outcomesSubject("acme"), max: 20 };
    expect(await findTail(broker, place)).toEqual({ after: 0, isWhole: true });
  });
});
