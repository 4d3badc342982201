import { describe, expect, it } from "vitest";
import { aSubscription } from "../../helpers/subscriptions.ts";
import { aLifecycle, HTTP, NATS, secretBox, type TestLifecycle } from "./stage.ts";

/** A consumer that no record names, as a crash in the middle of a change leaves it. */
async function orphan(hub: TestLifecycle, name: string, stream = "COMMERCE"): Promise<void> {
  await hub.stage.deps.consumers.ensure({ stream, name, filter: "commerce.>", from: 1 });
}

function named(hub: TestLifecycle): string[] {
  return [...hub.stage.deps.consumers.all.keys()].sort();
}

describe("restoring at the start", () => {
  it("creates consumers that are missing, from where they started", async () => {
    const hub = aLifecycle({ subscriptions: [aSubscription(secretBox)] });
    await hub.restore();
    expect(named(hub)).toEqual(["crm_00000001", "crm_00000002"]);
  });

  it("leaves those that are there alone", async () => {
    const hub = aLifecycle();
    await hub.create("crm", HTTP);
    const before = [...hub.stage.deps.consumers.all.values()];
    await hub.restore();
    expect([...hub.stage.deps.consumers.all.values()]).toEqual(before);
  });

  it("holds missing consumers of a paused NATS subscription back", async () => {
    const hub = aLifecycle();
    await hub.create("erp", NATS);
    await hub.pause("erp");
    hub.stage.deps.consumers.all.clear();
    await hub.restore();
    expect(hub.paused()).toEqual([true, true]);
  });

  it("removes old orphans of both streams, and nothing else", async () => {
    const hub = aLifecycle();
    await hub.create("crm", HTTP);
    const kept = named(hub);
    await orphan(hub, "gone_0123abcd");
    await orphan(hub, "crm_ffffffff");
    await orphan(hub, "gone_4567abcd", "DIRECT");
    await orphan(hub, "somebody-elses");
    await orphan(hub, "unreadable_0123abcd");
    hub.clock.now += 60_001;
    await orphan(hub, "young_0123abcd");
    await hub.restore();
    expect(named(hub)).toEqual([...kept, "somebody-elses", "unreadable_0123abcd", "young_0123abcd"].sort());
  });

  it("tells the servers of every access but those of disabled subscriptions", async () => {
    const hub = aLifecycle();
    for (const name of ["a", "b", "c"]) await hub.create(name, NATS);
    await hub.create("crm", HTTP);
    await hub.disable("b", "test");
    hub.stage.deps.access.reached.clear();
    await hub.restore();
    expect([...hub.stage.deps.access.reached.keys()]).toEqual(["a", "c"]);
  });
});
