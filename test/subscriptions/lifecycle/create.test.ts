import { describe, expect, it } from "vitest";
import { openHeaders, openSecrets } from "../../../src/subscriptions/secrets.ts";
import type { StartAt } from "../../../src/subscriptions/subscription.ts";
import { aLifecycle, HTTP, NATS, NOW, secretBox } from "./stage.ts";

const OPERATOR = { kind: "operator", needed: () => ["an account"] } as const;

describe("a new subscription", () => {
  it("over HTTP has one consumer per resource, one for itself, and a secret that is kept sealed", async () => {
    const hub = aLifecycle();
    hub.stage.deps.consumers.next = 7;
    const input = {
      ...HTTP,
      events: ["order.paid", "order.created", "stock.changed"],
      headers: { "X-Key": "k" },
    };
    const { subscription, secret = "", credentials } = await hub.create("crm", input);
    expect(hub.consumers()).toEqual([
      ["commerce.*.*.order.*", 7],
      ["commerce.*.*.stock.changed", 7],
      ["direct.crm", 7],
    ]);
    expect(hub.record("crm")).toEqual(subscription);
    expect(subscription).toMatchObject({
      state: "active",
      startAt: "now",
      activeSince: subscription.createdAt,
    });
    expect(secret).toMatch(/^whsec_/);
    expect(credentials).toBeUndefined();
    const { endpoint } = subscription;
    if (endpoint === undefined) throw new Error("no endpoint");
    expect(openSecrets("crm", endpoint, secretBox, NOW)).toEqual([secret]);
    expect(openHeaders("crm", endpoint, secretBox)).toEqual({ "X-Key": "k" });
    expect(JSON.stringify(subscription)).not.toContain(secret);
  });

  it("over HTTP takes a secret that is brought along", async () => {
    const secret = `whsec_${"a".repeat(44)}`;
    expect((await aLifecycle().create("crm", { ...HTTP, secret })).secret).toBe(secret);
  });

  it("over NATS has exactly the consumers of its patterns, and credentials that reach them", async () => {
    const hub = aLifecycle();
    const input = { ...NATS, events: ["order.paid", "order.created"], stores: ["acme"] };
    const { subscription, secret, credentials } = await hub.create("erp", input);
    expect(hub.consumers().map(([filter]) => filter)).toEqual([
      "commerce.*.acme.order.paid",
      "commerce.*.acme.order.created",
      "direct.erp",
    ]);
    expect([secret, credentials]).toEqual([undefined, "creds-of-U1"]);
    expect(hub.record("erp").access).toMatchObject({ account: "A-erp", users: [{ key: "U1" }] });
    expect(hub.stage.deps.access.reached.get("erp")?.consumers).toEqual(
      subscription.consumers.map(({ name }) => name),
    );
  });

  it("over NATS without credentials where the operator has to give them", async () => {
    const hub = aLifecycle({ offer: OPERATOR });
    expect(await hub.create("erp", NATS)).toEqual({ subscription: hub.record("erp") });
    expect(hub.record("erp").access).toBeUndefined();
    expect(hub.consumers()).toHaveLength(2);
  });

  it.each<[StartAt, number | string]>([
    ["now", 7],
    ["beginning", 1],
    [5, 5],
    ["2026-10-01T00:00:00Z", "2026-10-01T00:00:00Z"],
  ])("that starts at %s reads from %s, and what is addressed to it from now on", async (startAt, from) => {
    const hub = aLifecycle();
    hub.stage.deps.consumers.next = 7;
    await hub.create("crm", { ...HTTP, startAt });
    expect(hub.consumers()).toEqual([
      ["commerce.*.*.order.*", from],
      ["direct.crm", 7],
    ]);
  });

  it("that is not enabled is disabled, and its credentials open nothing yet", async () => {
    const hub = aLifecycle();
    const { credentials } = await hub.create("erp", { ...NATS, enabled: false });
    expect(credentials).toBe("creds-of-U1");
    expect(hub.record("erp")).toMatchObject({ state: "disabled", stopped: { reason: "created disabled" } });
    expect(hub.stage.deps.access.reached.has("erp")).toBe(false);
    await hub.resume("erp", "stopped");
    expect(hub.stage.deps.access.reached.get("erp")?.users).toEqual(["U1"]);
  });

  it("that is not enabled is held back by the server where the hub gives no credentials", async () => {
    const hub = aLifecycle({ offer: OPERATOR });
    await hub.create("erp", { ...NATS, enabled: false });
    expect(hub.paused()).toEqual([true, true]);
    await hub.resume("erp", "stopped");
    expect(hub.paused()).toEqual([false, false]);
  });

  it("cannot take a name that is taken, and leaves the first one as it is", async () => {
    const hub = aLifecycle();
    await hub.create("crm", HTTP);
    const before = [hub.record("crm"), hub.consumers()];
    await expect(hub.create("crm", { ...NATS, events: ["*"] })).rejects.toMatchObject({
      code: "conflict",
      explain: "a subscription named crm exists already",
    });
    expect([hub.record("crm"), hub.consumers()]).toEqual(before);
  });

  it("wins or loses as a whole when two are made at once", async () => {
    const hub = aLifecycle();
    const made = await Promise.allSettled([hub.create("crm", HTTP), hub.create("crm", NATS)]);
    expect(made.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(hub.consumers()).toHaveLength(2);
  });

  it("leaves nothing behind when the server refuses its consumers", async () => {
    const hub = aLifecycle();
    hub.stage.deps.consumers.refusal = new Error("no room");
    await expect(hub.create("crm", HTTP)).rejects.toThrow("no room");
    expect([hub.stage.deps.subscriptions.list(), hub.consumers()]).toEqual([[], []]);
    hub.stage.deps.consumers.refusal = undefined;
    await hub.create("crm", HTTP);
  });

  it("is refused when it needs too many consumers", async () => {
    const stores = Array.from({ length: 60 }, (_, at) => `store-${at}`);
    await expect(
      aLifecycle().create("erp", { ...NATS, events: ["order.*", "stock.*"], stores }),
    ).rejects.toMatchObject({
      code: "bad_request",
      explain: expect.stringContaining("needs 120 consumers"),
    });
  });
});
