import { describe, expect, it } from "vitest";
import { HubError } from "../../../src/errors.ts";
import { aLifecycle, HTTP, NATS } from "./stage.ts";

const OPERATOR = { kind: "operator", needed: () => ["an account"] } as const;

describe("pausing", () => {
  it("over HTTP is the hub's own matter", async () => {
    const hub = aLifecycle();
    await hub.create("crm", HTTP);
    hub.clock.now += 1000;
    const paused = await hub.pause("crm");
    expect(paused).toMatchObject({
      state: "paused",
      stopped: { at: "2026-11-01T12:00:01.000Z", reason: "paused by an admin" },
    });
    expect(hub.paused()).toEqual([false, false]);
  });

  it("over NATS is done by the server, which keeps the access", async () => {
    const hub = aLifecycle();
    await hub.create("erp", NATS);
    await hub.pause("erp");
    expect(hub.paused()).toEqual([true, true]);
    expect(hub.stage.deps.access.reached.has("erp")).toBe(true);
    await hub.resume("erp", "stopped");
    expect(hub.paused()).toEqual([false, false]);
  });

  it("twice changes nothing the second time", async () => {
    const hub = aLifecycle();
    await hub.create("crm", HTTP);
    const paused = await hub.pause("crm");
    hub.clock.now += 1000;
    expect(await hub.pause("crm")).toBe(paused);
  });

  it("leaves the subscription active where the server cannot do it", async () => {
    const hub = aLifecycle();
    await hub.create("erp", NATS);
    hub.stage.deps.consumers.refusal = new HubError("conflict", { explain: "cannot hold events back" });
    await expect(hub.pause("erp")).rejects.toMatchObject({ code: "conflict" });
    expect(hub.record("erp").state).toBe("active");
  });

  it("is refused for what is disabled: it would not come back where it was", async () => {
    const hub = aLifecycle();
    await hub.create("crm", HTTP);
    await hub.disable("crm", "test");
    await expect(hub.pause("crm")).rejects.toMatchObject({ code: "conflict" });
    expect(hub.record("crm").state).toBe("disabled");
  });
});

describe("disabling", () => {
  it("takes the access away and keeps the consumers with their place", async () => {
    const hub = aLifecycle();
    await hub.create("erp", NATS);
    const before = hub.consumers();
    expect(await hub.disable("erp", "too slow")).toMatchObject({
      state: "disabled",
      stopped: { reason: "too slow" },
    });
    expect(hub.stage.deps.access.reached.has("erp")).toBe(false);
    expect([hub.consumers(), hub.paused()]).toEqual([before, [false, false]]);
  });

  it("lets the server hold the events back where the access is not the hub's", async () => {
    const hub = aLifecycle({ offer: OPERATOR });
    await hub.create("erp", NATS);
    await hub.disable("erp", "test");
    expect(hub.paused()).toEqual([true, true]);
  });

  it("keeps the first reason", async () => {
    const hub = aLifecycle();
    await hub.create("crm", HTTP);
    await hub.disable("crm", "first");
    expect((await hub.disable("crm", "second")).stopped?.reason).toBe("first");
  });
});

describe("resuming", () => {
  it("goes on where it stopped, active since now, with access to the consumers as they are now", async () => {
    const hub = aLifecycle();
    await hub.create("erp", NATS);
    await hub.disable("erp", "test");
    await hub.put("erp", { ...NATS, events: ["stock.*"] });
    hub.clock.now += 5000;
    const { state, stopped, activeSince, consumers } = await hub.resume("erp", "stopped");
    expect([state, stopped, activeSince]).toEqual(["active", undefined, "2026-11-01T12:00:05.000Z"]);
    expect(hub.stage.deps.access.reached.get("erp")?.consumers).toEqual(consumers.map(({ name }) => name));
  });

  it("from now on leaves out what came meanwhile, and what waited for another try", async () => {
    const hub = aLifecycle();
    await hub.create("erp", NATS);
    await hub.pause("erp");
    hub.stage.deps.consumers.next = 31;
    await hub.resume("erp", "now");
    expect(hub.consumers()).toEqual([
      ["commerce.*.*.order.*", 31],
      ["direct.erp", 31],
    ]);
    expect(hub.paused()).toEqual([false, false]);
    expect(hub.stage.cleared.waiting).toEqual(["erp"]);
    expect(hub.record("erp").consumers.map(({ from }) => from)).toEqual([31, 31]);
  });

  it("does nothing to what is active", async () => {
    const hub = aLifecycle();
    const { subscription } = await hub.create("crm", HTTP);
    hub.stage.deps.consumers.next = 31;
    expect(await hub.resume("crm", "now")).toEqual(subscription);
    expect(hub.consumers()).toContainEqual(["commerce.*.*.order.*", 1]);
  });
});

describe("removing", () => {
  it("takes record, consumers, access, waiting deliveries and replays away", async () => {
    const hub = aLifecycle();
    await hub.create("erp", NATS);
    await hub.create("crm", HTTP);
    await hub.remove("erp");
    expect(hub.stage.deps.subscriptions.list().map(({ name }) => name)).toEqual(["crm"]);
    expect(hub.consumers().map(([filter]) => filter)).toEqual(["commerce.*.*.order.*", "direct.crm"]);
    expect(hub.stage.deps.access.reached.size).toBe(0);
    expect(hub.stage.cleared).toEqual({ waiting: ["erp"], direct: ["erp"] });
  });
});

it.each(["pause", "disable", "resume", "rotate", "remove"] as const)(
  "to %s what does not exist is not_found",
  async (action) => {
    const hub = aLifecycle();
    const actions = {
      pause: () => hub.pause("nobody"),
      disable: () => hub.disable("nobody", "test"),
      resume: () => hub.resume("nobody", "stopped"),
      rotate: () => hub.rotate("nobody", 0),
      remove: () => hub.remove("nobody"),
    };
    await expect(actions[action]()).rejects.toMatchObject({
      code: "not_found",
      explain: "there is no subscription nobody",
    });
  },
);
