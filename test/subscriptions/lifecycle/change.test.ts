import { describe, expect, it } from "vitest";
import { openHeaders } from "../../../src/subscriptions/secrets.ts";
import { FRESH } from "../../helpers/subscriptions.ts";
import { aLifecycle, HTTP, NATS, secretBox, type TestLifecycle } from "./stage.ts";

/** The subscription has settled everything up to this sequence; the next event gets a later one. */
function advance(hub: TestLifecycle, filter: string, ackFloor: number, next: number): void {
  for (const consumer of hub.stage.deps.consumers.all.values())
    if (consumer.ref.filter === filter) consumer.position = { ...FRESH, ackFloor, delivered: ackFloor };
  hub.stage.deps.consumers.next = next;
}

describe("putting a subscription", () => {
  it("creates one that is new and shows its secret", async () => {
    const hub = aLifecycle();
    const { effect, secret } = await hub.put("crm", HTTP);
    expect([effect, secret]).toEqual(["created", expect.stringMatching(/^whsec_/)]);
  });

  it.each([
    ["http", { ...HTTP, headers: { "X-Key": "k" }, stores: ["acme"], startAt: "beginning" as const }],
    ["nats", { ...NATS, where: { path: "order.currency", equals: "EUR" } }],
  ])(
    "over %s as it is already changes nothing, not even the time of its last change",
    async (_way, input) => {
      const hub = aLifecycle();
      await hub.put("crm", input);
      const before = [hub.record("crm"), hub.consumers()];
      hub.clock.now += 1000;
      hub.stage.deps.consumers.next = 50;
      const { effect, secret, credentials } = await hub.put("crm", structuredClone(input));
      expect([effect, secret, credentials]).toEqual(["unchanged", undefined, undefined]);
      expect([hub.record("crm"), hub.consumers()]).toEqual(before);
    },
  );

  it("changes what the input says and takes away what it does not, but neither state nor secret", async () => {
    const hub = aLifecycle();
    await hub.put("crm", {
      ...HTTP,
      stores: ["acme"],
      ratePerSecond: 5,
      headers: { "X-A": "1", "X-B": "2" },
    });
    await hub.pause("crm");
    const { endpoint: before } = hub.record("crm");
    hub.clock.now += 1000;
    const { effect } = await hub.put("crm", {
      ...HTTP,
      url: "https://new.example.com",
      headers: { "X-B": "2" },
    });
    expect(effect).toBe("changed");
    const { endpoint, stores, state, updatedAt } = hub.record("crm");
    expect([stores, state, updatedAt]).toEqual([undefined, "paused", "2026-11-01T12:00:01.000Z"]);
    expect(endpoint?.url).toBe("https://new.example.com");
    expect(endpoint?.ratePerSecond).toBeUndefined();
    expect(endpoint?.secrets).toEqual(before?.secrets);
    expect(endpoint && openHeaders("crm", endpoint, secretBox)).toEqual({ "X-B": "2" });
  });

  it("does not change the way of delivery", async () => {
    const hub = aLifecycle();
    await hub.put("crm", HTTP);
    await expect(hub.put("crm", NATS)).rejects.toMatchObject({
      code: "conflict",
      explain: "crm delivers over http: remove it first, or take another name",
    });
  });

  it.each([
    ["enabled: false disables", "active", false, "disabled"],
    ["enabled: true resumes", "disabled", true, "active"],
    ["enabled: true leaves paused", "paused", true, "paused"],
    ["without enabled leaves disabled", "disabled", undefined, "disabled"],
  ] as const)("%s what is %s", async (_what, from, enabled, to) => {
    const hub = aLifecycle();
    await hub.put("crm", HTTP);
    if (from === "paused") await hub.pause("crm");
    if (from === "disabled") await hub.disable("crm", "test");
    const { subscription, effect } = await hub.put("crm", {
      ...HTTP,
      ...(enabled === undefined ? {} : { enabled }),
    });
    expect([subscription.state, hub.record("crm").state]).toEqual([to, to]);
    expect(effect).toBe(from === to ? "unchanged" : "changed");
  });
});

describe("changing the events", () => {
  it("keeps the place of filters that stay, starts new ones now, and removes the others", async () => {
    const hub = aLifecycle();
    await hub.create("crm", { ...HTTP, events: ["order.*", "stock.*"] });
    advance(hub, "commerce.*.*.order.*", 20, 31);
    await hub.put("crm", { ...HTTP, events: ["order.*", "customer.*"] });
    expect(hub.consumers().sort()).toEqual([
      ["commerce.*.*.customer.*", 31],
      ["commerce.*.*.order.*", 1],
      ["direct.crm", 1],
    ]);
    expect(
      hub
        .record("crm")
        .consumers.map(({ filter, from }) => [filter, from])
        .sort(),
    ).toEqual(hub.consumers().sort());
  });

  it("lets a wider filter take over where the narrower one left off", async () => {
    const hub = aLifecycle();
    await hub.create("crm", { ...HTTP, events: ["order.paid"] });
    advance(hub, "commerce.*.*.order.paid", 20, 31);
    await hub.put("crm", { ...HTTP, events: ["order.*"] });
    expect(hub.consumers()).toContainEqual(["commerce.*.*.order.*", 21]);
  });

  it("lets a narrower filter take over from one that has not settled anything", async () => {
    const hub = aLifecycle();
    await hub.create("crm", { ...HTTP, startAt: "2026-10-01T00:00:00Z" });
    hub.stage.deps.consumers.next = 31;
    await hub.put("crm", { ...HTTP, events: ["order.paid"] });
    expect(hub.consumers()).toContainEqual(["commerce.*.*.order.paid", "2026-10-01T00:00:00Z"]);
  });

  it("takes the earliest place when several filters become one", async () => {
    const hub = aLifecycle();
    await hub.create("crm", { ...NATS, events: ["order.paid", "order.created"] });
    advance(hub, "commerce.*.*.order.paid", 20, 31);
    advance(hub, "commerce.*.*.order.created", 10, 31);
    await hub.put("crm", NATS);
    expect(hub.consumers()).toContainEqual(["commerce.*.*.order.*", 11]);
  });

  it("tells the server which consumers a NATS subscriber reaches now", async () => {
    const hub = aLifecycle();
    await hub.create("erp", NATS);
    await hub.put("erp", { ...NATS, events: ["stock.*"] });
    const { consumers, access } = hub.record("erp");
    expect(hub.stage.deps.access.reached.get("erp")).toEqual({
      consumers: consumers.map(({ name }) => name),
      users: ["U1"],
    });
    expect(access?.users).toHaveLength(1);
  });

  it("of a paused NATS subscription holds the new consumers back too", async () => {
    const hub = aLifecycle();
    await hub.create("erp", NATS);
    await hub.pause("erp");
    await hub.put("erp", { ...NATS, events: ["stock.*"] });
    expect(hub.paused()).toEqual([true, true]);
  });

  it("of a disabled NATS subscription gives no access back", async () => {
    const hub = aLifecycle();
    await hub.create("erp", NATS);
    await hub.disable("erp", "test");
    await hub.put("erp", { ...NATS, events: ["stock.*"] });
    expect(hub.stage.deps.access.reached.has("erp")).toBe(false);
  });

  it("does not overwrite users that another process made meanwhile", async () => {
    const hub = aLifecycle();
    await hub.create("erp", NATS);
    const { access, subscriptions } = hub.stage.deps;
    const { update } = access;
    Object.assign(access, {
      update: async (...given: Parameters<typeof update>) => {
        const state = await update(...given);
        const users = [{ key: "U9", createdAt: "2026-11-01T12:00:00.000Z" }, ...state.users];
        await subscriptions.update("erp", (current) => ({ ...current, access: { ...state, users } }));
        return state;
      },
    });
    const change = hub.put("erp", { ...NATS, events: ["stock.*"] });
    await expect(change).rejects.toMatchObject({ code: "conflict" });
    expect(hub.record("erp").access?.users.map(({ key }) => key)).toEqual(["U9", "U1"]);
  });
});

describe("changing where it starts", () => {
  it("reads anew from there, under the same names, and forgets what waited", async () => {
    const hub = aLifecycle();
    const { subscription } = await hub.create("crm", HTTP);
    advance(hub, "commerce.*.*.order.*", 20, 31);
    await hub.put("crm", { ...HTTP, startAt: "beginning" });
    expect(hub.consumers()).toEqual([
      ["commerce.*.*.order.*", 1],
      ["direct.crm", 31],
    ]);
    const named = hub.record("crm").consumers.map(({ name }) => name);
    expect(named).toEqual(subscription.consumers.map(({ name }) => name));
    expect(hub.stage.cleared.waiting).toEqual(["crm"]);
  });

  it("is not meant by leaving it away: the place is kept", async () => {
    const hub = aLifecycle();
    await hub.create("crm", { ...HTTP, startAt: "beginning" });
    advance(hub, "commerce.*.*.order.*", 20, 31);
    await hub.put("crm", { ...HTTP, concurrency: 2 });
    expect(hub.record("crm").startAt).toBe("beginning");
    expect(hub.consumers()).toContainEqual(["commerce.*.*.order.*", 1]);
    expect(hub.stage.cleared.waiting).toEqual([]);
  });

  it("of a paused NATS subscription keeps it paused", async () => {
    const hub = aLifecycle();
    await hub.create("erp", NATS);
    await hub.pause("erp");
    await hub.put("erp", { ...NATS, startAt: 3 });
    expect(hub.paused()).toEqual([true, true]);
  });
});
