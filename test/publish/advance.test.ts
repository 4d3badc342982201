import { describe, expect, it } from "vitest";
import type { CanonicalEvent } from "../../src/normalizers/canonical/event.ts";
import { deleted, observed, type StateObservation } from "../../src/normalizers/platform.ts";
import type { EntityObservation } from "../../src/normalizers/transition/apply.ts";
import { entityRow } from "../../src/normalizers/transition/row.ts";
import type { Cause } from "../../src/normalizers/transition/transition.ts";
import { type Advanced, type AdvanceDeps, advance } from "../../src/publish/advance.ts";
import type { Entities } from "../../src/publish/entities.ts";
import { createMemoryEntities } from "../../src/publish/entities-memory.ts";
import { createRowCache } from "../../src/publish/row-cache.ts";
import { createTurns } from "../../src/turns.ts";

const KEY = "acme.stock.41=407";
const ORIGIN = { platform: "shopify", store: "acme", publicUrl: "https://hub.example.com" };
const CONNECTED_AT = "2026-11-01T12:00:00Z";

/** What all processes share: the rows, the stream, and up to where the inbox is settled. */
class World {
  readonly rows = new Map<string, { text: string; revision: number }>();
  readonly entities = createMemoryEntities(this.rows);
  readonly published: CanonicalEvent[] = [];
  /** Every touch of a port, in order. */
  readonly steps: string[] = [];
  ackFloor = 0;

  row(key = KEY) {
    const { text = "{}" } = this.rows.get(key) ?? {};
    return entityRow.parse(JSON.parse(text));
  }

  ids(): string[] {
    return this.published.map(({ id }) => id);
  }

  contents(): Set<string> {
    return new Set(this.published.map((event) => JSON.stringify(event)));
  }

  /** The steps since the last call. */
  takeSteps(): string[] {
    return this.steps.splice(0);
  }
}

interface ProcessOptions {
  readonly cacheBytes?: number;
  /** Stands before the shared rows. */
  readonly entities?: (inner: Entities) => Entities;
}

/** One hub process: a cache and turns of its own. */
function startProcess(
  world: World,
  { cacheBytes = 1_000_000, entities = (inner) => inner }: ProcessOptions = {},
) {
  const counts = { conflicts: 0, republished: 0 };
  const control = { failPublish: false };
  const { load, save } = entities(world.entities);
  const deps: AdvanceDeps = {
    entities: {
      load: (key) => {
        world.steps.push("load");
        return load(key);
      },
      save: async (key, value, revision) => {
        const result = await save(key, value, revision);
        world.steps.push(result === "conflict" ? "conflict" : "save");
        return result;
      },
    },
    publisher: {
      publish: async (event) => {
        if (control.failPublish) throw new Error("the broker is away");
        world.steps.push(`publish ${event.sequence}`);
        world.published.push(event);
      },
    },
    cache: createRowCache(cacheBytes),
    turns: createTurns(),
    isSettled: async (inboxSequence) => {
      world.steps.push("floor");
      return inboxSequence <= world.ackFloor;
    },
    onConflict: () => {
      counts.conflicts += 1;
    },
    onRepublish: (events) => {
      counts.republished += events;
    },
  };
  return {
    deps,
    counts,
    control,
    observe: (observation: EntityObservation, cause: Partial<Cause> = {}): Promise<Advanced> =>
      advance({ key: KEY, observation, cause: aCause(cause), origin: ORIGIN }, deps),
  };
}

function aCause(overrides: Partial<Cause> = {}): Cause {
  return {
    webhookId: "webhook-1",
    receivedAt: "2026-11-01T12:00:05Z",
    sentAt: "",
    authenticity: "signature",
    via: "webhook",
    inboxSequence: 1,
    connectedAt: CONNECTED_AT,
    ...overrides,
  };
}

function aStock(
  available: number,
  second: number,
  rest: Partial<StateObservation<"stock">> = {},
): StateObservation<"stock"> {
  return observed("stock", {
    id: "41@7",
    version: version(second),
    state: { inventoryItemId: "41", locationId: "7", available },
    ...rest,
  });
}

function aCustomer(note: string, second: number, rest: Partial<StateObservation<"customer">> = {}) {
  return observed("customer", { id: "5", version: version(second), state: { id: "5", note }, ...rest });
}

function version(second: number): string {
  return `2026-11-01T12:00:${String(second).padStart(2, "0")}.000000000Z`;
}

/** A row whose events nobody published: a process died between the set and the publish. */
async function crashBeforePublish(world: World, observation: EntityObservation, cause: Partial<Cause> = {}) {
  const dying = startProcess(world);
  dying.control.failPublish = true;
  await expect(dying.observe(observation, cause)).rejects.toThrow("the broker is away");
  world.takeSteps();
}

describe("advance", () => {
  it("writes the row by compare-and-set before it publishes, and publishes in sequence", async () => {
    const world = new World();
    const { observe } = startProcess(world);
    await observe(aStock(3, 1));
    expect(await observe(aStock(0, 2), { webhookId: "webhook-2", inboxSequence: 2 })).toEqual({
      outcome: "published",
      events: 2,
    });
    expect(world.takeSteps()).toEqual(["load", "save", "publish 1", "save", "publish 2", "publish 3"]);
    expect(world.published.map(({ type }) => type)).toEqual(["stock.changed", "stock.changed", "stock.out"]);
    expect(world.ids()).toEqual([1, 2, 3].map((sequence) => `acme:stock:41@7:${sequence}`));
    expect(world.row()).toMatchObject({
      sequence: 3,
      inboxSequence: 2,
      outbox: { actions: ["changed", "out"] },
    });
  });

  it("does not publish what it could not write", async () => {
    const world = new World();
    const { observe } = startProcess(world, {
      entities: (inner) => ({ ...inner, save: () => Promise.reject(new Error("no bucket")) }),
    });
    await expect(observe(aStock(3, 1))).rejects.toThrow("no bucket");
    expect(world.published).toEqual([]);
  });

  it("reloads after a conflict and derives the events anew", async () => {
    const world = new World();
    const [a, b] = [startProcess(world), startProcess(world)];
    await a.observe(aStock(3, 1));
    await b.observe(aStock(5, 2), { webhookId: "webhook-2", inboxSequence: 2 });
    world.ackFloor = 2;
    world.takeSteps();
    world.published.length = 0;

    await a.observe(aStock(9, 3), { webhookId: "webhook-3", inboxSequence: 3 });

    expect(world.takeSteps()).toEqual(["conflict", "load", "floor", "save", "publish 3"]);
    expect(world.published.at(-1)?.data).toMatchObject({ previous: { available: 5 }, delta: 4 });
    expect(world.ids()).toEqual(["acme:stock:41@7:3"]);
    expect(a.counts).toEqual({ conflicts: 1, republished: 0 });
  });

  it("finds after a conflict that the observation is stale by now", async () => {
    const world = new World();
    const [a, b] = [startProcess(world), startProcess(world)];
    await a.observe(aStock(3, 1));
    await b.observe(aStock(5, 9), { webhookId: "webhook-2", inboxSequence: 2 });
    expect(await a.observe(aStock(4, 3), { webhookId: "webhook-3", inboxSequence: 3 })).toEqual({
      outcome: "stale",
    });
    expect(world.row().state).toMatchObject({ available: 5 });
  });

  it("handles observations of one entity one after the other, in the order in which they came", async () => {
    const world = new World();
    const { observe, counts } = startProcess(world);
    await Promise.all(
      [1, 2, 3, 4, 5].map((second) =>
        observe(aStock(second, second), { webhookId: `webhook-${second}`, inboxSequence: second }),
      ),
    );
    expect(world.ids()).toEqual([1, 2, 3, 4, 5].map((sequence) => `acme:stock:41@7:${sequence}`));
    expect(counts.conflicts).toBe(0);
  });
});

describe("an outbox that does not count as published", () => {
  it("is published again before the row is overwritten", async () => {
    const world = new World();
    await crashBeforePublish(world, aStock(3, 1));
    const next = startProcess(world);
    await next.observe(aStock(8, 2), { webhookId: "webhook-2", inboxSequence: 2 });
    expect(world.takeSteps()).toEqual(["load", "floor", "publish 1", "save", "publish 2"]);
    expect(next.counts.republished).toBe(1);
  });

  it("is published again before an unchanged observation is settled", async () => {
    const world = new World();
    await crashBeforePublish(world, aStock(3, 1));
    expect(
      await startProcess(world).observe(aStock(3, 1), { webhookId: "webhook-2", inboxSequence: 2 }),
    ).toEqual({ outcome: "unchanged" });
    expect(world.takeSteps()).toEqual(["load", "floor", "publish 1"]);
  });

  it("is published again before an unchanged observation moves the version forward", async () => {
    const world = new World();
    await crashBeforePublish(world, aStock(3, 1));
    expect(
      await startProcess(world).observe(aStock(3, 4), { webhookId: "webhook-2", inboxSequence: 2 }),
    ).toEqual({ outcome: "unchanged" });
    expect(world.takeSteps()).toEqual(["load", "floor", "publish 1", "save"]);
    expect(world.row()).toMatchObject({
      version: version(4),
      inboxSequence: 1,
      outbox: { causationId: "webhook-1" },
    });
  });

  it("is published again before a stale observation is settled", async () => {
    const world = new World();
    await crashBeforePublish(world, aStock(3, 5));
    expect(
      await startProcess(world).observe(aStock(2, 1), { webhookId: "webhook-2", inboxSequence: 2 }),
    ).toEqual({ outcome: "stale" });
    expect(world.takeSteps()).toEqual(["load", "floor", "publish 1"]);
  });

  it("leaves the row as it is while it cannot be published", async () => {
    const world = new World();
    await crashBeforePublish(world, aStock(3, 1));
    const before = world.rows.get(KEY);
    const next = startProcess(world);
    next.control.failPublish = true;
    await expect(next.observe(aStock(8, 2), { webhookId: "webhook-2" })).rejects.toThrow(
      "the broker is away",
    );
    expect(world.rows.get(KEY)).toEqual(before);
  });

  it("is published by the same process too when its own publish failed, with the same id and bytes", async () => {
    const world = new World();
    const { observe, control, counts } = startProcess(world);
    control.failPublish = true;
    await expect(observe(aStock(3, 1))).rejects.toThrow("the broker is away");
    const left = world.row();
    control.failPublish = false;
    expect(await observe(aStock(3, 1))).toEqual({ outcome: "published", events: 1 });
    expect(world.row()).toEqual(left);
    expect(world.ids()).toEqual(["acme:stock:41@7:1"]);
    expect(counts.republished).toBe(1);

    await startProcess(world).observe(aStock(3, 1));
    expect(world.ids()).toEqual(["acme:stock:41@7:1", "acme:stock:41@7:1"]);
    expect(world.contents().size).toBe(1);
  });

  it("has the same bytes when another webhook, with times and ids of its own, publishes it again", async () => {
    const world = new World();
    const first = startProcess(world);
    await first.observe(aStock(3, 1));
    const cause = { webhookId: "webhook-2", inboxSequence: 2, receivedAt: "2026-11-02T00:00:00Z" };
    await startProcess(world).observe(aStock(2, 0), cause);
    expect(world.ids()).toHaveLength(2);
    expect(world.contents().size).toBe(1);
  });
});

describe("an outbox that counts as published", () => {
  it("is not published again when this process saw the acknowledgements, and the server is not asked", async () => {
    const world = new World();
    const { observe, counts } = startProcess(world);
    await observe(aStock(3, 1));
    await observe(aStock(3, 1), { webhookId: "webhook-2", inboxSequence: 2 });
    await observe(aStock(3, 4), { webhookId: "webhook-3", inboxSequence: 3 });
    await observe(aStock(9, 5), { webhookId: "webhook-4", inboxSequence: 4 });
    expect(world.takeSteps()).not.toContain("floor");
    expect(world.ids()).toEqual(["acme:stock:41@7:1", "acme:stock:41@7:2"]);
    expect(counts.republished).toBe(0);
  });

  it("is not published again when the ack floor covers the webhook that wrote it", async () => {
    const world = new World();
    await startProcess(world).observe(aStock(3, 1), { inboxSequence: 7 });
    world.ackFloor = 7;
    world.takeSteps();
    const next = startProcess(world);
    await next.observe(aStock(9, 2), { webhookId: "webhook-2", inboxSequence: 8 });
    expect(world.takeSteps()).toEqual(["load", "floor", "save", "publish 2"]);
    expect(next.counts.republished).toBe(0);
  });

  it("is asked for once: the answer is kept with the cached row", async () => {
    const world = new World();
    await startProcess(world).observe(aStock(3, 1));
    const next = startProcess(world);
    await next.observe(aStock(2, 0), { webhookId: "webhook-2", inboxSequence: 2 });
    await next.observe(aStock(2, 0), { webhookId: "webhook-3", inboxSequence: 3 });
    expect(world.takeSteps().filter((step) => step === "floor")).toHaveLength(1);
    expect(next.counts.republished).toBe(1);
  });
});

describe("a redelivered webhook", () => {
  it("reports the events that it published the first time", async () => {
    const world = new World();
    await startProcess(world).observe(aStock(0, 1));
    await startProcess(world).observe(aStock(4, 2), { webhookId: "webhook-2", inboxSequence: 2 });
    expect(
      await startProcess(world).observe(aStock(4, 2), { webhookId: "webhook-2", inboxSequence: 2 }),
    ).toEqual({ outcome: "published", events: 2 });
    expect(world.row().sequence).toBe(3);
  });

  it("reports them although a later version of the same state came in between", async () => {
    const world = new World();
    const { observe } = startProcess(world);
    await observe(aStock(4, 1));
    await observe(aStock(4, 9), { webhookId: "webhook-2", inboxSequence: 2 });
    expect(await observe(aStock(4, 1))).toEqual({ outcome: "published", events: 1 });
  });
});

describe("a webhook that was set aside because its events could not be published", () => {
  it("publishes them when it is redriven, although the ack floor covers it", async () => {
    const world = new World();
    await crashBeforePublish(world, aStock(3, 1), { inboxSequence: 1 });
    world.ackFloor = 1;
    expect(await startProcess(world).observe(aStock(3, 1), { inboxSequence: 2 })).toEqual({
      outcome: "published",
      events: 1,
    });
    expect(world.ids()).toEqual(["acme:stock:41@7:1"]);
  });
});

describe("an observation that says that it is new", () => {
  it("is written without reading", async () => {
    const world = new World();
    await startProcess(world).observe(aStock(3, 1, { isNew: true }));
    expect(world.takeSteps()).toEqual(["save", "publish 1"]);
  });

  it("falls back to reading when the row is there already, and that is no conflict", async () => {
    const world = new World();
    await startProcess(world).observe(aStock(3, 1), { inboxSequence: 1 });
    world.takeSteps();
    const next = startProcess(world);
    await next.observe(aStock(5, 2, { isNew: true }), { webhookId: "webhook-2", inboxSequence: 2 });
    expect(world.takeSteps()).toEqual(["conflict", "load", "floor", "publish 1", "save", "publish 2"]);
    expect(next.counts.conflicts).toBe(0);
    expect(world.row().sequence).toBe(2);
  });
});

describe("the row cache", () => {
  it("is harmless to lose: with room for no row the events are the same", async () => {
    const [small, large] = [new World(), new World()];
    for (const [world, cacheBytes] of [
      [small, 1],
      [large, 1_000_000],
    ] as const) {
      const { observe } = startProcess(world, { cacheBytes });
      for (const [index, available] of [3, 0, 0, 7, 7, 1].entries()) {
        const cause = { webhookId: `webhook-${index}`, inboxSequence: index + 1 };
        await observe(aStock(available, index), cause);
      }
    }
    expect(new Set(small.ids())).toEqual(new Set(large.ids()));
    expect(small.contents()).toEqual(large.contents());
    expect(small.row()).toEqual(large.row());
  });

  it("is no ground to drop an observation: another process may have moved the row on (equal versions)", async () => {
    const world = new World();
    const [a, b] = [startProcess(world), startProcess(world)];
    await a.observe(aStock(3, 1));
    await b.observe(aStock(5, 1), { webhookId: "webhook-2", inboxSequence: 2 });
    expect(await a.observe(aStock(3, 1), { webhookId: "webhook-3", inboxSequence: 3 })).toEqual({
      outcome: "published",
      events: 1,
    });
    expect(world.row().state).toMatchObject({ available: 3 });
  });

  it("is no ground to drop a deletion: another process may have seen the entity come back", async () => {
    const world = new World();
    const [a, b] = [startProcess(world), startProcess(world)];
    await a.observe(aCustomer("first", 1));
    await a.observe(deleted("customer", "5", version(2)), { webhookId: "webhook-2", inboxSequence: 2 });
    await b.observe(aCustomer("again", 3), { webhookId: "webhook-3", inboxSequence: 3 });
    await a.observe(deleted("customer", "5", version(4)), { webhookId: "webhook-4", inboxSequence: 4 });
    expect(world.row().deleted).toBe(true);
    expect(new Set(world.published.map(({ sequence, type }) => `${sequence} ${type}`))).toEqual(
      new Set(["1 customer.updated", "2 customer.deleted", "3 customer.updated", "4 customer.deleted"]),
    );
  });

  it("is no ground to call an observation stale: another process may have seen the entity restored", async () => {
    const world = new World();
    const [a, b] = [startProcess(world), startProcess(world)];
    await a.observe(aCustomer("first", 1));
    await a.observe(deleted("customer", "5", version(9)), { webhookId: "webhook-2", inboxSequence: 2 });
    await b.observe(aCustomer("first", 3, { restored: true }), { webhookId: "webhook-3", inboxSequence: 3 });
    await a.observe(aCustomer("second", 4), { webhookId: "webhook-4", inboxSequence: 4 });
    expect(world.row()).toMatchObject({ state: { note: "second" }, sequence: 4 });
  });
});
