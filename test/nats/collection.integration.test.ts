import type { KV, KvEntry } from "nats";
import { beforeEach, describe, expect, it } from "vitest";
import type { Collection } from "../../src/collection.ts";
import { createLogger } from "../../src/log.ts";
import { connect } from "../../src/nats/connect.ts";
import { type Bucket, openCollection } from "../../src/nats/collection.ts";
import { collectionSuite, note, type Note } from "../collection-suite.ts";
import { useBroker } from "../helpers/broker.ts";
import { eventually } from "../helpers/eventually.ts";

const test = useBroker();
let buckets = 0;
let lines: { msg: string; level: number }[];
let unreadable: string[];

beforeEach(() => {
  lines = [];
  unreadable = [];
});

const log = createLogger("info", { stream: { write: (line) => void lines.push(JSON.parse(line)) } });

async function bucket(): Promise<KV> {
  buckets += 1;
  return test().broker.js.views.kv(`NOTES_${buckets}`, { history: 1 });
}

function open(kv: Bucket): Promise<Collection<Note>> {
  return openCollection({ kv, record: note, log, onUnreadable: (name) => void unreadable.push(name) });
}

function delegate(kv: KV): Omit<Bucket, "watch"> {
  return {
    get: (name) => kv.get(name),
    put: (name, value, options) => kv.put(name, value, options),
    delete: (name, options) => kv.delete(name, options),
  };
}

async function* afterGate(entries: AsyncIterable<KvEntry>, gate: Promise<void>) {
  await gate;
  yield* entries;
}

describe("in a bucket", () => {
  collectionSuite(async () => open(await bucket()));

  it("tells of what other processes do, once each, and not of what it knows from before", async () => {
    const kv = await bucket();
    const there = await open(kv);
    await there.add({ name: "old", text: "" });
    const here = await open(kv);
    const told: unknown[] = [];
    here.onChange((name, record) => told.push([name, record?.text]));
    const steps = [
      () => there.add({ name: "a", text: "1" }),
      () => there.update("a", () => ({ name: "a", text: "2" })),
      () => here.update("a", () => ({ name: "a", text: "3" })),
      () => there.remove("a"),
      () => there.remove("old"),
    ];
    for (const [index, step] of steps.entries()) {
      await step();
      await eventually(() => expect(told).toHaveLength(index + 1));
    }
    // Comes after whatever the watch still had to say.
    await there.add({ name: "end", text: "" });
    await eventually(() => expect(here.find("end")).toBeDefined());
    expect(told).toEqual([
      ["a", "1"],
      ["a", "2"],
      ["a", "3"],
      ["a", undefined],
      ["old", undefined],
      ["end", ""],
    ]);
  });

  it("keeps the last readable state of a record that somebody broke, and says which it is", async () => {
    const kv = await bucket();
    const notes = await open(kv);
    await notes.add({ name: "a", text: "1" });
    await kv.put("a", "{");
    await kv.put("b", JSON.stringify({ name: "b" }));
    await eventually(() => expect(unreadable).toEqual(["a", "b"]));
    expect(notes.list()).toEqual([{ name: "a", text: "1" }]);
    await kv.put("a", JSON.stringify({ name: "a", text: "2" }));
    await eventually(() => expect(notes.find("a")?.text).toBe("2"));
  });

  it("rejects when there is no bucket to read", async () => {
    const kv = await bucket();
    await kv.destroy();
    await expect(open(kv)).rejects.toThrow();
  });

  it("ends its watch with the connection, without a word", async () => {
    const broker = await connect({ url: test().server.url, name: "short", log });
    const kv = await broker.js.views.kv(`NOTES_${buckets}`, { history: 1 });
    const notes = await open(kv);
    await notes.add({ name: "last", text: "" });
    await broker.close();
    expect(lines).toEqual([]);
    expect(notes.find("last")).toBeDefined();
  });

  it("shows its own writes at once, and what the watch tells late does not bring anything back", async () => {
    const kv = await bucket();
    let release: (() => void) | undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const late: Bucket = {
      ...delegate(kv),
      watch: async (options) => afterGate(await kv.watch(options), gate),
    };
    const notes = await open(late);
    const told: unknown[] = [];
    notes.onChange((name, record) => told.push([name, record?.text]));
    await notes.add({ name: "a", text: "1" });
    await notes.update("a", () => ({ name: "a", text: "2" }));
    expect(notes.find("a")?.text).toBe("2");
    await notes.remove("a");
    expect(notes.find("a")).toBeUndefined();
    release?.();
    await kv.put("end", JSON.stringify({ name: "end", text: "" }));
    await eventually(() => expect(notes.find("end")).toBeDefined());
    expect(told).toEqual([
      ["a", "1"],
      ["a", "2"],
      ["a", undefined],
      ["end", ""],
    ]);
  });

  it("watches again, with a word in the log, when the client gives its watch up", async () => {
    const kv = await bucket();
    let giveUp: ((reason: Error) => void) | undefined;
    const failing: Bucket = {
      ...delegate(kv),
      watch: async (options) => {
        const entries = await kv.watch(options);
        giveUp = (reason) => entries.stop(reason);
        return entries;
      },
    };
    const notes = await open(failing);
    giveUp?.(new Error("unable to recreate ordered consumer"));
    await eventually(() => expect(lines).toMatchObject([{ level: 40 }]));
    await kv.put("missed", JSON.stringify({ name: "missed", text: "" }));
    await eventually(() => expect(notes.find("missed")).toBeDefined());
    await kv.delete("missed");
    await eventually(() => expect(notes.find("missed")).toBeUndefined());
  });

  it("still follows after a restart of the server, and misses nothing of what happened meanwhile", async () => {
    const kv = await bucket();
    const notes = await open(kv);
    await notes.add({ name: "gone", text: "" });
    await test().server.restart();
    const other = await connect({ url: test().server.url, name: "other", log });
    try {
      const there = await eventually(async () => open(await other.js.views.kv(`NOTES_${buckets}`)));
      const told: string[] = [];
      notes.onChange((name) => told.push(name));
      await there.add({ name: "a", text: "1" });
      await there.remove("gone");
      await eventually(() => expect([notes.find("a")?.text, notes.find("gone")]).toEqual(["1", undefined]), {
        withinMs: 40_000,
      });
      await there.update("a", () => ({ name: "a", text: "2" }));
      await eventually(() => expect(notes.find("a")?.text).toBe("2"), { withinMs: 40_000 });
      expect(told.sort()).toEqual(["a", "a", "gone"]);
    } finally {
      await other.close();
    }
  }, 90_000);
});
