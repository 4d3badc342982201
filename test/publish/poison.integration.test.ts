/** What nobody can read, in the inbox and among the rows: it ends as a counted dead letter, and holds up nothing else. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { entityKey } from "../../src/nats/names.ts";
import { encodeWebhooks } from "../../src/webhook.ts";
import { useBroker } from "../helpers/broker.ts";
import { aWebhook } from "../helpers/factories.ts";
import { startTestHub, type TestHub } from "../helpers/hub.ts";

const useTest = useBroker();
const letters = z.object({
  dead: z.array(
    z.object({ sequence: z.number(), reason: z.string(), bytes: z.number(), attempts: z.number() }),
  ),
});

let hub: TestHub;
beforeEach(async () => {
  const { server, prefix } = useTest();
  hub = await startTestHub({ url: server.url, prefix });
  await hub.addStore("shopify", "acme");
  await hub.addStore("shopify", "other");
});
afterEach(() => hub.stop());

const dead = async () => letters.parse(await (await hub.admin("GET", "/api/dead")).json()).dead;
const redrive = async () => (await hub.admin("POST", "/api/dead/redrive", { all: true })).status;

describe("a message of the inbox that cannot be read", () => {
  const WHOLE = encodeWebhooks([aWebhook()]);
  const JUNK: Readonly<Record<string, Uint8Array>> = {
    "is empty": Buffer.alloc(0),
    "is no JSON": Buffer.from("junk\njunk"),
    "describes no webhooks": Buffer.from('[{"id":1}]\n'),
    "holds none": Buffer.from("[]\n"),
    "was cut": WHOLE.subarray(0, WHOLE.length - 1),
    "is bytes": Buffer.from([0, 255, 10, 0, 255]),
  };

  it("becomes a dead letter at once, is counted, and the next webhooks are published", async () => {
    const { names, broker } = hub;
    for (const data of Object.values(JUNK)) {
      const headers = { "Entrepot-Stores": "acme=2" };
      await broker.publisher.publish(names.prompt.subject("shopify", "acme"), data, headers);
    }
    await hub.send("orders/create");
    const counts = await hub.settled();
    const junk = Object.keys(JUNK).length;
    expect(counts).toMatchObject({ stored: 2 * junk + 1, dead_lettered: 2 * junk, published: 1 });
    const found = await dead();
    expect(found.map(({ bytes }) => bytes)).toEqual(Object.values(JUNK).map(({ length }) => length));
    for (const { reason, attempts } of found) {
      expect(reason).toMatch(/^inbox message \d+ cannot be read: /);
      expect(attempts).toBe(1);
    }
  });

  it("of several stores counts for each of them, and goes back as it was when it is tried again", async () => {
    const { names, broker } = hub;
    const data = Buffer.from("junk");
    await broker.publisher.publish(names.prompt.mixedSubject, data, { "Entrepot-Stores": "acme=3,other=1" });
    await hub.settled();
    expect(await redrive()).toBe(200);
    await hub.settled();
    expect(await hub.outcomes("acme")).toMatchObject({ stored: 6, dead_lettered: 6 });
    expect(await hub.outcomes("other")).toMatchObject({ stored: 2, dead_lettered: 2 });
    expect(await dead()).toMatchObject([{ bytes: 4 }]);
    const { state } = await broker.jsm.streams.info(names.streams.inbox);
    const last = await broker.jsm.streams.getMessage(names.streams.inbox, { seq: state.last_seq });
    expect(Buffer.from(last.data)).toEqual(data);
    expect([last.subject, last.header.get("Entrepot-Stores")]).toEqual([
      names.bulkOf("acme").mixedSubject,
      "acme=3,other=1",
    ]);
  });

  it("does not hold up the reading of history either", async () => {
    const { names, broker } = hub;
    await broker.publisher.publish(names.prompt.subject("shopify", "acme"), JUNK["is no JSON"] ?? "", {
      "Entrepot-Stores": "acme=1",
    });
    await hub.send("orders/create");
    await hub.settled();
    const again = await hub.admin("GET", "/api/renormalize?store=acme");
    expect([again.status, await again.text()]).toEqual([200, expect.stringContaining('"webhooks":1')]);
    const explained = await hub.admin("GET", "/api/explain/acme/order/820982911946154508");
    expect(explained.status).toBe(200);
  });
});

describe("a row that cannot be read", () => {
  it("makes its entity's webhooks dead letters at once, and nobody else's; mended, they are published", async () => {
    const { server, broker, prefix } = useTest();
    const kv = await broker.js.views.kv(hub.names.buckets.entities);
    await hub.send("orders/create", { id: "1" });
    await hub.settled();
    const key = entityKey("acme", "order", "1");
    const good = (await kv.get(key))?.value ?? "";
    // Another process does not have the row in memory.
    await hub.stop();
    await kv.put(key, '{"state":');
    hub = await startTestHub({ url: server.url, prefix });
    await Promise.all([
      hub.send("orders/paid", { id: "1", at: "2026-11-01T12:00:20Z" }),
      ...["2", "3", "4"].map((id) => hub.send("orders/create", { id })),
    ]);
    expect(await hub.settled()).toMatchObject({ stored: 5, published: 4, dead_lettered: 1 });
    const [letter, ...more] = await dead();
    expect(more).toEqual([]);
    expect(letter?.reason).toContain(`the stored row ${key} cannot be read`);
    expect(letter?.attempts).toBe(1);

    await kv.put(key, good);
    expect(await redrive()).toBe(200);
    expect(await hub.settled()).toMatchObject({ published: 5, dead_lettered: 1 });
    const sequences = (await hub.events())
      .filter(({ subject }) => subject === "1")
      .map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_each, index) => index + 1));
  });
});
