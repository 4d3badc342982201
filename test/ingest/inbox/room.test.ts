import { describe, expect, it } from "vitest";
import { createRoom } from "../../../src/ingest/inbox/room.ts";

type Room = ReturnType<typeof createRoom>;

/** Lets webhooks of these stores in, in turn, until all are refused; gives how many of each got in. */
function fill(room: Room, stores: readonly string[]): Record<string, number> {
  const got = Object.fromEntries(stores.map((store) => [store, 0]));
  const goOn = (store: string) => {
    if (room.refusal(store)) return false;
    room.enter(store, 1000);
    got[store] = (got[store] ?? 0) + 1;
    return true;
  };
  while (stores.map(goOn).includes(true));
  return got;
}

describe("the room", () => {
  it("gives one store that floods half of it, so that others get in at any time", () => {
    const room = createRoom(1000, () => 0);
    expect(fill(room, ["flood"])).toEqual({ flood: 500 });
    expect(room.refusal("flood")).toEqual({ kind: "store_overloaded" });
    expect(room.refusal("quiet")).toBeUndefined();
  });

  it("gives stores that flood at once equal shares, and keeps one for who comes anew", () => {
    const room = createRoom(1000, () => 0);
    const got = fill(room, ["a", "b", "c", "d"]);
    for (const count of Object.values(got)) expect(count).toBe(200);
    expect(room.refusal("quiet")).toBeUndefined();
    expect(fill(room, ["quiet"]).quiet).toBeGreaterThanOrEqual(100);
  });

  it("is given back by the one who leaves", () => {
    const room = createRoom(10, () => 0);
    fill(room, ["flood"]);
    room.leave("flood", 1000);
    expect(room.refusal("flood")).toBeUndefined();
    expect(room.held()).toBe(4);
  });

  it("is full for everybody when all of it is taken", () => {
    const room = createRoom(8, () => 0);
    for (let store = 0; store < 8; store += 1) room.enter(`store-${store}`, 1);
    expect(room.refusal("another")).toEqual({ kind: "overloaded" });
    room.leave("store-3", 1);
    expect(room.refusal("another")).toBeUndefined();
  });

  it("holds 64 MB at most, and one body more", () => {
    const room = createRoom(1000, () => 0);
    for (let number = 0; number < 9; number += 1) {
      expect(room.refusal(`store-${number}`)).toBeUndefined();
      room.enter(`store-${number}`, 8_000_000);
    }
    expect(room.refusal("another")).toEqual({ kind: "overloaded" });
  });

  it("shrinks to what is stored in half a second where storing is slow, and grows again", () => {
    const room = createRoom(2000, () => 0);
    for (let number = 0; number < 1000; number += 1) room.enter(`store-${number}`, 1);
    // A thousand took two seconds, so a quarter of them takes half a second.
    room.noteStored(64, 2000);
    expect(room.refusal("another")).toEqual({ kind: "overloaded" });
    for (let number = 0; number < 600; number += 1) room.leave(`store-${number}`, 1);
    expect(room.refusal("store-999")).toEqual({ kind: "store_overloaded" });
    expect(room.refusal("another")).toBeUndefined();
    for (let number = 600; number < 800; number += 1) room.leave(`store-${number}`, 1);
    expect(fill(room, ["flood"]).flood).toBe(25);
    for (let group = 0; group < 40; group += 1) room.noteStored(64, 20);
    expect(fill(room, ["flood"]).flood).toBe(875);
  });

  it("lets a store have an equal share of what is stored in half a second, although others hold all of that", () => {
    const room = createRoom(2000, () => 0);
    const floods = ["a", "b", "c"];
    fill(room, floods);
    // 1500 took five seconds, so 150 of them take half a second: a fifth of that for each of these and the next one.
    room.noteStored(64, 5000);
    for (let number = 0; number < 420; number += 1) for (const store of floods) room.leave(store, 1000);
    expect(room.held()).toBe(240);
    expect(room.refusal("a")).toEqual({ kind: "store_overloaded" });
    expect(fill(room, ["quiet"])).toEqual({ quiet: 30 });
    expect(room.refusal("quiet")).toEqual({ kind: "store_overloaded" });
  });

  it("forgets soon that storing was slow", () => {
    const clock = { now: 10_000 };
    const room = createRoom(2000, () => clock.now);
    room.noteStored(1, 60_000);
    expect(fill(room, ["a"])).toEqual({ a: 64 });
    clock.now += 2000;
    expect(room.refusal("a")).toEqual({ kind: "store_overloaded" });
    clock.now += 1;
    expect(fill(room, ["a"])).toEqual({ a: 936 });
  });

  it("never shrinks below what makes good groups", () => {
    const room = createRoom(2000, () => 0);
    room.enter("acme", 1);
    room.noteStored(1, 60_000);
    expect(fill(room, ["flood"]).flood).toBeGreaterThan(50);
  });
});
