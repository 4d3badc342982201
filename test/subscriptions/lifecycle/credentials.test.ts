import { describe, expect, it } from "vitest";
import { openSecrets } from "../../../src/subscriptions/secrets.ts";
import { aLifecycle, HTTP, NATS, secretBox, type TestLifecycle } from "./stage.ts";

const HOUR = 3600;

/** The secrets that sign at this moment. */
function signing(hub: TestLifecycle): string[] {
  const { endpoint } = hub.record("crm");
  if (endpoint === undefined) throw new Error("no endpoint");
  return openSecrets("crm", endpoint, secretBox, hub.clock.now);
}

describe("rotating a secret", () => {
  it("signs with both until the overlap is over", async () => {
    const hub = aLifecycle();
    const { secret: first } = await hub.create("crm", HTTP);
    const { secret: second, credentials } = await hub.rotate("crm", HOUR);
    expect([second === first, credentials]).toEqual([false, undefined]);
    expect(signing(hub)).toEqual([second, first]);
    hub.clock.now += HOUR * 1000 - 1;
    expect(signing(hub)).toEqual([second, first]);
    hub.clock.now += 1;
    expect(signing(hub)).toEqual([second]);
  });

  it("without overlap forgets the earlier one at once", async () => {
    const hub = aLifecycle();
    await hub.create("crm", HTTP);
    const { secret } = await hub.rotate("crm", 0);
    expect(signing(hub)).toEqual([secret]);
    expect(hub.record("crm").endpoint?.secrets).toHaveLength(1);
  });

  it("again does not lengthen the life of earlier ones", async () => {
    const hub = aLifecycle();
    const { secret: first } = await hub.create("crm", HTTP);
    const { secret: second } = await hub.rotate("crm", HOUR);
    const { secret: third } = await hub.rotate("crm", 2 * HOUR);
    expect(signing(hub)).toEqual([third, second, first]);
    hub.clock.now += HOUR * 1000;
    expect(signing(hub)).toEqual([third, second]);
  });
});

describe("rotating credentials", () => {
  it("makes a new user, and the earlier one ends when the overlap is over", async () => {
    const hub = aLifecycle();
    await hub.create("erp", NATS);
    const { credentials, secret } = await hub.rotate("erp", HOUR);
    expect([credentials, secret]).toEqual(["creds-of-U2", undefined]);
    const { reached } = hub.stage.deps.access;
    await hub.expireUsers();
    expect(reached.get("erp")?.users).toEqual(["U2", "U1"]);
    hub.clock.now += HOUR * 1000;
    await hub.expireUsers();
    expect(reached.get("erp")?.users).toEqual(["U2"]);
    expect(hub.record("erp").access).toMatchObject({ users: [{ key: "U2" }], revoked: [{ key: "U1" }] });
    const after = hub.record("erp");
    await hub.expireUsers();
    expect(hub.record("erp")).toBe(after);
  });

  it("expires nobody of a disabled subscription, whose access is gone anyway, until it is resumed", async () => {
    const hub = aLifecycle();
    await hub.create("erp", NATS);
    await hub.rotate("erp", HOUR);
    await hub.disable("erp", "test");
    hub.clock.now += 2 * HOUR * 1000;
    await hub.expireUsers();
    expect(hub.stage.deps.access.reached.has("erp")).toBe(false);
    await hub.resume("erp", "stopped");
    await hub.expireUsers();
    expect(hub.stage.deps.access.reached.get("erp")?.users).toEqual(["U2"]);
  });

  it("is refused while it is disabled, and where the operator gives them", async () => {
    const hub = aLifecycle();
    await hub.create("erp", NATS);
    await hub.disable("erp", "test");
    await expect(hub.rotate("erp", 0)).rejects.toMatchObject({ explain: "erp is disabled: resume it first" });
    const other = aLifecycle({ offer: { kind: "operator", needed: () => [] } });
    await other.create("erp", NATS);
    await expect(other.rotate("erp", 0)).rejects.toMatchObject({ code: "conflict" });
  });
});
