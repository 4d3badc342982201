/** What every inbox has to do; memory and JetStream run the same. */
import { describe, expect, it } from "vitest";
import type { Inbox } from "../../../src/ingest/inbox/inbox.ts";
import type { Webhook } from "../../../src/webhook.ts";

export const WAIT_MS = 5000;

export interface InboxUnderTest {
  readonly inbox: Inbox;
  /** What a reader finds, in order. */
  readonly stored: () => Promise<Webhook[]>;
}

let made = 0;

/** A webhook unlike any other; equal only to itself. */
export function aWebhook(changes: Partial<Webhook> = {}): Webhook {
  made += 1;
  return {
    id: `019a3f70-0000-7000-8000-${String(made).padStart(12, "0")}`,
    platform: "shopify",
    store: "acme",
    topic: "orders/create",
    dedupeKey: `delivery-${made}`,
    receivedAt: "2026-11-01T12:00:00.000Z",
    sentAt: "2026-11-01T11:59:59Z",
    via: "webhook",
    authenticity: "signature",
    headers: { "x-shopify-event-id": "1" },
    body: Buffer.from(`{"id":${made}}`),
    ...changes,
  };
}

/** `make` gives an empty inbox. */
export function inboxSuite(make: () => Promise<InboxUnderTest>): void {
  describe("an inbox", () => {
    it("gives back what it was given, byte for byte", async () => {
      const { inbox, stored } = await make();
      const bodies = [
        Uint8Array.from({ length: 256 }, (_, byte) => byte),
        Buffer.from("\n\r\n\0{}"),
        Buffer.from('{"note":"café ☕ 漢字"}'),
        Buffer.alloc(300_000, "x"),
      ];
      const webhooks = bodies.map((body) => aWebhook({ body, headers: { "x-note": 'a "quote"\n ü' } }));
      for (const webhook of webhooks)
        expect(await inbox.append(webhook, WAIT_MS)).toEqual({ kind: "stored" });
      expect((await stored()).map(plain)).toEqual(webhooks.map(plain));
    });

    it("stores a delivery once, however often it comes", async () => {
      const { inbox, stored } = await make();
      const webhook = aWebhook();
      expect(await inbox.append(webhook, WAIT_MS)).toEqual({ kind: "stored" });
      for (const id of ["second", "third"]) {
        expect(await inbox.append({ ...webhook, id }, WAIT_MS)).toEqual({ kind: "duplicate" });
      }
      expect(await ids(stored)).toEqual([webhook.id]);
    });

    it("stores a delivery once that comes several times at the same moment, amid others", async () => {
      const { inbox, stored } = await make();
      const repeated = aWebhook();
      const copies = Array.from({ length: 20 }, () => aWebhook({ dedupeKey: repeated.dedupeKey }));
      const others = Array.from({ length: 20 }, () => aWebhook());
      const all = [repeated, ...copies.flatMap((copy, at) => [others[at] ?? copy, copy])];
      const results = await Promise.all(all.map((webhook) => inbox.append(webhook, WAIT_MS)));
      const kinds = results.map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === "stored")).toHaveLength(21);
      expect(kinds.filter((kind) => kind === "duplicate")).toHaveLength(20);
      expect((await ids(stored)).sort()).toEqual([repeated, ...others].map(({ id }) => id).sort());
    });

    it("takes the same key of another store for another delivery", async () => {
      const { inbox, stored } = await make();
      for (const store of ["acme", "other"]) {
        expect(await inbox.append(aWebhook({ store, dedupeKey: "same" }), WAIT_MS)).toEqual({
          kind: "stored",
        });
      }
      expect((await stored()).map(({ store }) => store)).toEqual(["acme", "other"]);
    });

    it("stores every one of many that come at once, exactly once", async () => {
      const { inbox, stored } = await make();
      const webhooks = Array.from({ length: 500 }, (_, at) =>
        aWebhook({ store: `store-${at % 7}`, body: Buffer.alloc((at * 37) % 5000, at) }),
      );
      const results = await Promise.all(webhooks.map((webhook) => inbox.append(webhook, WAIT_MS)));
      expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(["stored"]));
      const found = await stored();
      expect(found.map(plain).sort(byId)).toEqual(webhooks.map(plain).sort(byId));
    });

    it("has stored everything that it was given when it has drained", async () => {
      const { inbox, stored } = await make();
      const webhooks = Array.from({ length: 50 }, () => aWebhook());
      const results = webhooks.map((webhook) => inbox.append(webhook, WAIT_MS));
      await inbox.drain();
      expect(await stored()).toHaveLength(50);
      await Promise.all(results);
    });

    it("that holds nothing drains at once", async () => {
      const { inbox } = await make();
      await inbox.drain();
      await inbox.append(aWebhook(), WAIT_MS);
      await inbox.drain();
    });
  });
}

/** Bodies as text, since a reader's are views of another memory. */
function plain({ body, ...rest }: Webhook) {
  return { ...rest, body: Buffer.from(body).toString("base64") };
}

function byId(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : 1;
}

async function ids(stored: InboxUnderTest["stored"]): Promise<string[]> {
  return (await stored()).map(({ id }) => id);
}
