import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Broker } from "../../src/nats/connect.ts";
import type { Names } from "../../src/nats/names.ts";
import { declareStreams } from "../../src/nats/streams.ts";
import type { CanonicalEvent } from "../../src/normalizers/canonical/event.ts";
import { createEventPublisher } from "../../src/publish/jetstream.ts";
import type { EventPublisher } from "../../src/publish/publisher.ts";
import { createEventReader, type EventFilter, type EventReader } from "../../src/subscriptions/events.ts";
import { useBroker } from "../helpers/broker.ts";
import { STREAM_SETTINGS } from "../helpers/stream-settings.ts";
import { anEvent } from "../helpers/event.ts";
import { eventually } from "../helpers/eventually.ts";

const test = useBroker();
let broker: Broker;
let names: Names;
let publisher: EventPublisher;
let reader: EventReader;
let stops: (() => void)[];

beforeEach(async () => {
  stops = [];
  ({ broker, names } = test());
  await declareStreams(broker, names, STREAM_SETTINGS);
  publisher = createEventPublisher(broker.publisher, names);
  reader = createEventReader(broker, names);
});
afterEach(async () => {
  for (const stop of stops) stop();
});

async function publishAll(...events: CanonicalEvent[]): Promise<void> {
  for (const event of events) await publisher.publish(event);
}

/** The ids of all pages, and how many pages it took. */
async function pages(filter: EventFilter, limit: number): Promise<{ ids: string[]; count: number }> {
  const ids: string[] = [];
  let after = 0;
  for (let count = 1; ; count += 1) {
    const { events, next } = await reader.page(filter, after, limit);
    expect(events.length).toBeLessThanOrEqual(limit);
    ids.push(...events.map(({ id }) => id));
    if (next === undefined) return { ids, count };
    after = Number(next);
  }
}

const several = [
  anEvent(1),
  anEvent(2, { type: "order.paid" }),
  anEvent(1, { type: "stock.changed", subject: "41@7" }),
  anEvent(1, { store: "other", platform: "woocommerce" }),
  anEvent(1, { subject: "1002", type: "order.created" }),
  anEvent(3, { type: "order.fulfilled" }),
];

describe("a page", () => {
  it("gives the events as they were published, oldest first", async () => {
    await publishAll(...several);
    expect(await reader.page({}, 0, 100)).toEqual({ events: several });
  });

  it("is empty, without a next one, where there are none", async () => {
    expect(await reader.page({}, 0, 10)).toEqual({ events: [] });
    expect(await reader.page({ store: "nobody" }, 0, 10)).toEqual({ events: [] });
  });

  it.each([1, 2, 3, 5, 6, 7])("of %i leads to all events, each once", async (limit) => {
    await publishAll(...several);
    const { ids, count } = await pages({}, limit);
    expect(ids).toEqual(several.map(({ id }) => id));
    expect(count).toBe(Math.ceil(several.length / limit));
  });

  it("goes on with what was published after the last one", async () => {
    await publishAll(...several.slice(0, 3));
    const first = await reader.page({}, 0, 2);
    await publishAll(...several.slice(3));
    const second = await reader.page({}, Number(first.next), 100);
    expect([...first.events, ...second.events]).toEqual(several);
  });

  it("leaves no consumer behind", async () => {
    await publishAll(...several);
    await pages({}, 2);
    const { state } = await broker.jsm.streams.info(names.streams.commerce);
    expect(state.consumer_count).toBe(0);
  });
});

describe("a filter", () => {
  it.each<[EventFilter, number[]]>([
    [{ store: "acme" }, [0, 1, 2, 4, 5]],
    [{ store: "other" }, [3]],
    [{ type: "order.paid" }, [1]],
    [{ type: "order.*" }, [0, 1, 3, 4, 5]],
    [{ type: "*.changed" }, [2]],
    [{ type: "*.*" }, [0, 1, 2, 3, 4, 5]],
    [{ entity: "1001" }, [0, 1, 3, 5]],
    [{ entity: "41@7" }, [2]],
    [{ store: "acme", type: "order.*", entity: "1001" }, [0, 1, 5]],
    [{ store: "acme", entity: "nobody" }, []],
    [{ store: "*" }, []],
    [{ store: "acme.order" }, []],
    [{ type: ">" }, []],
  ])("%j takes what fits, whatever the size of the page", async (filter, wanted) => {
    await publishAll(...several);
    for (const limit of [1, 2, 100]) {
      const { ids } = await pages(filter, limit);
      expect(ids).toEqual(wanted.map((index) => several[index]?.id));
    }
  });
});

describe("following", () => {
  async function follow(filter: EventFilter, after?: number) {
    const seen: { id: string; cursor: number }[] = [];
    const stop = await reader.follow(filter, after, ({ id }, cursor) => seen.push({ id, cursor }));
    stops.push(stop);
    return { seen, stop, ids: () => seen.map(({ id }) => id) };
  }

  it("calls back for what comes from now on", async () => {
    await publishAll(...several.slice(0, 2));
    const { ids } = await follow({});
    await publishAll(...several.slice(2));
    await eventually(() => expect(ids()).toEqual(several.slice(2).map(({ id }) => id)));
  });

  it("starts after a cursor, without gap or repetition", async () => {
    await publishAll(...several.slice(0, 4));
    const { next } = await reader.page({}, 0, 2);
    const { ids } = await follow({}, Number(next));
    await publishAll(...several.slice(4));
    await eventually(() => expect(ids()).toEqual(several.slice(2).map(({ id }) => id)));
  });

  it("gives cursors that lead on from each event", async () => {
    await publishAll(...several);
    const { seen } = await follow({}, 0);
    await eventually(() => expect(seen).toHaveLength(several.length));
    const { events } = await reader.page({}, seen[2]?.cursor ?? 0, 100);
    expect(events).toEqual(several.slice(3));
  });

  it("keeps to the filter", async () => {
    const { ids } = await follow({ store: "acme", type: "order.*", entity: "1001" });
    await publishAll(...several);
    await eventually(() => expect(ids()).toEqual([0, 1, 5].map((index) => several[index]?.id)));
  });

  it("ends when told", async () => {
    const { ids, stop } = await follow({});
    await publishAll(...several.slice(0, 1));
    await eventually(() => expect(ids()).toHaveLength(1));
    stop();
    const other = await follow({});
    await publishAll(...several.slice(1));
    await eventually(() => expect(other.ids()).toHaveLength(several.length - 1));
    expect(ids()).toHaveLength(1);
  });

  it("goes on after the server was away, and misses nothing", async () => {
    const { ids } = await follow({});
    await publishAll(...several.slice(0, 2));
    await eventually(() => expect(ids()).toHaveLength(2));
    await test().server.kill();
    await test().server.restart();
    await eventually(() => publishAll(...several.slice(2)));
    await eventually(() => expect(new Set(ids())).toEqual(new Set(several.map(({ id }) => id))), {
      withinMs: 20_000,
    });
    expect(ids()).toEqual(several.map(({ id }) => id));
  }, 60_000);
});
