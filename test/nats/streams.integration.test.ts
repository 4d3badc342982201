import { AckPolicy, type JetStreamManager, NatsError, type StreamConfig } from "nats";
import { beforeEach, describe, expect, it } from "vitest";
import type { Broker } from "../../src/nats/connect.ts";
import type { Names } from "../../src/nats/names.ts";
import { declareStreams, type StreamSettings, streamsReady } from "../../src/nats/streams.ts";
import { useBroker } from "../helpers/broker.ts";

const DAY = 86_400;
const SETTINGS: StreamSettings = {
  replicas: 1,
  retentionSeconds: { inbox: 14 * DAY, commerce: 30 * DAY, dead: 90 * DAY, attempts: 14 * DAY },
};
const NANOS_PER_SECOND = 1_000_000_000;

const test = useBroker();
let broker: Broker;
let names: Names;
let prefix: string;

beforeEach(async () => {
  ({ broker, names, prefix } = test());
});

async function configOf(stream: string): Promise<StreamConfig> {
  return (await broker.jsm.streams.info(stream)).config;
}

function days(retention: Partial<StreamSettings["retentionSeconds"]>): StreamSettings {
  return { ...SETTINGS, retentionSeconds: { ...SETTINGS.retentionSeconds, ...retention } };
}

/** The manager of a server that forgets a field of every stream. */
function forgetful(jsm: JetStreamManager, field: keyof StreamConfig): JetStreamManager {
  const streams = new Proxy(jsm.streams, {
    get: (target, name) =>
      name === "add"
        ? async (config: Partial<StreamConfig>) => {
            const info = await target.add(config);
            return { ...info, config: { ...info.config, [field]: undefined } };
          }
        : Reflect.get(target, name).bind(target),
  });
  return new Proxy(jsm, {
    get: (target, name) => (name === "streams" ? streams : Reflect.get(target, name)),
  });
}

/** The manager of a server that refuses the first update of each stream that is no bucket. */
function unchanging(jsm: JetStreamManager, refusal: NatsError) {
  const updates: { readonly name: string }[] = [];
  const streams = new Proxy(jsm.streams, {
    get: (target, property) =>
      property === "update"
        ? async (name: string, config: Partial<StreamConfig>) => {
            const isFirst = !name.startsWith("KV_") && !updates.some((each) => each.name === name);
            updates.push({ name });
            if (isFirst) throw refusal;
            return target.update(name, config);
          }
        : Reflect.get(target, property).bind(target),
  });
  return {
    updates,
    jsm: new Proxy(jsm, {
      get: (target, property) => (property === "streams" ? streams : Reflect.get(target, property)),
    }),
  };
}

describe("declared streams", () => {
  it("are all there afterwards, with the names of the prefix only", async () => {
    await declareStreams(broker, names, SETTINGS);
    expect(await streamsReady(broker.jsm, names)).toBe(true);
    const found: string[] = [];
    for await (const { config } of broker.jsm.streams.list()) found.push(config.name);
    const mine = found.filter((name) => name.includes(`${prefix}_`)).sort();
    expect(mine).toEqual(
      ["ATTEMPTS", "COMMERCE", "DEAD", "DIRECT", "INBOX", "OPERATIONS", "OUTCOMES", "WAITING"]
        .map((name) => `${prefix}_${name}`)
        .concat(
          ["DELIVERIES", "ENTITIES", "STORES", "SUBSCRIPTIONS", "TOKENS"].map(
            (name) => `KV_${prefix}_${name}`,
          ),
        )
        .sort(),
    );
  });

  it("take the consumers of more than a thousand subscriptions, also those of an older hub", async () => {
    const { commerce } = names.streams;
    const subjects = [names.all.commerce];
    // As older hubs declared it: without a number, which nats-server 2.15 reads as a thousand.
    await broker.jsm.streams.add({ name: commerce, subjects, max_consumers: -1 });
    await declareStreams(broker, names, SETTINGS);
    for (let number = 0; number < 1001; number += 1) {
      await broker.jsm.consumers.add(commerce, {
        durable_name: `d${number}`,
        ack_policy: AckPolicy.Explicit,
        mem_storage: true,
      });
    }
    expect((await broker.jsm.streams.info(commerce)).state.consumer_count).toBe(1001);
  });

  it("keep how many consumers they may have on a server that cannot change it", async () => {
    await declareStreams(broker, names, SETTINGS);
    const refusal = new NatsError("stream configuration update can not change MaxConsumers", "400");
    const { jsm, updates } = unchanging(broker.jsm, refusal);
    await declareStreams({ ...broker, jsm }, names, SETTINGS);
    const { commerce } = names.streams;
    expect(updates.filter(({ name }) => name === commerce)).toHaveLength(2);
    const other = unchanging(broker.jsm, new NatsError("no", "400"));
    await expect(declareStreams({ ...broker, jsm: other.jsm }, names, SETTINGS)).rejects.toThrow("no");
  });

  it("are not ready before", async () => {
    expect(await streamsReady(broker.jsm, names)).toBe(false);
  });

  it("are not ready when the shared consumer is gone", async () => {
    await declareStreams(broker, names, SETTINGS);
    await broker.jsm.consumers.delete(names.streams.inbox, names.prompt.worker);
    expect(await streamsReady(broker.jsm, names)).toBe(false);
  });

  it("answer no when the inbox is full, instead of dropping what nobody has processed", async () => {
    await declareStreams(broker, names, SETTINGS);
    expect(await configOf(names.streams.inbox)).toMatchObject({ discard: "new", retention: "limits" });
  });

  it("keep the duplicate window within what the server allows, down to the shortest retention", async () => {
    const short = { inbox: 3600, commerce: 3600, dead: 3600, attempts: 3600 };
    await declareStreams(broker, names, { replicas: 1, retentionSeconds: short });
    for (const stream of Object.values(names.streams)) {
      expect((await configOf(stream)).duplicate_window).toBe(3600 * NANOS_PER_SECOND);
    }
  });
});

describe("declaring again", () => {
  it("changes nothing and loses nothing", async () => {
    await declareStreams(broker, names, SETTINGS);
    const before = await configOf(names.streams.inbox);
    await broker.publisher.publish(names.prompt.subject("shopify", "acme"), "x");
    await declareStreams(broker, names, SETTINGS);
    expect(await configOf(names.streams.inbox)).toEqual(before);
    expect((await broker.jsm.streams.info(names.streams.inbox)).state.messages).toBe(1);
  });

  it("keeps the position of the shared consumer", async () => {
    await declareStreams(broker, names, SETTINGS);
    await broker.publisher.publish(names.prompt.subject("shopify", "acme"), "x");
    const consumer = await broker.js.consumers.get(names.streams.inbox, names.prompt.worker);
    const message = await consumer.next({ expires: 2000 });
    await message?.ackAck();
    await declareStreams(broker, names, SETTINGS);
    const { ack_floor, num_pending } = await broker.jsm.consumers.info(
      names.streams.inbox,
      names.prompt.worker,
    );
    expect([ack_floor.stream_seq, num_pending]).toEqual([1, 0]);
  });

  it("works from several processes at once", async () => {
    await Promise.all(Array.from({ length: 4 }, () => declareStreams(broker, names, SETTINGS)));
    expect(await streamsReady(broker.jsm, names)).toBe(true);
  });

  it("takes over a changed retention, shorter or longer", async () => {
    await declareStreams(broker, names, SETTINGS);
    for (const inbox of [2 * DAY, 60 * DAY]) {
      await declareStreams(broker, names, days({ inbox }));
      expect((await configOf(names.streams.inbox)).max_age).toBe(inbox * NANOS_PER_SECOND);
      expect((await configOf(names.streams.outcomes)).max_age).toBe(inbox * NANOS_PER_SECOND);
    }
    await declareStreams(broker, names, days({ commerce: 3600 }));
    expect((await configOf(names.streams.commerce)).duplicate_window).toBe(3600 * NANOS_PER_SECOND);
  });
});

describe("a server that does not take what was asked", () => {
  it.each(["allow_direct", "discard", "max_age", "duplicate_window"] as const)(
    "is noticed (%s), and the error names stream and field",
    async (field) => {
      const declared = declareStreams({ js: broker.js, jsm: forgetful(broker.jsm, field) }, names, SETTINGS);
      await expect(declared).rejects.toThrow(
        new RegExp(`did not take ${field} of stream ${prefix}_[A-Z]+: asked for `),
      );
    },
  );
});
