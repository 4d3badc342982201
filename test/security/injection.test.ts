/** Whatever stands in a request, the hub's subjects, keys and headers of NATS hold only what their builders put there. */
import { describe, expect, it } from "vitest";
import { createJetStreamInbox } from "../../src/ingest/inbox/jetstream.ts";
import { computeHmac } from "../../src/ingest/signature/hmac.ts";
import { createMetrics } from "../../src/metrics.ts";
import { createNames, entityKey } from "../../src/nats/names.ts";
import type { Publisher } from "../../src/nats/publisher.ts";
import { createEventPublisher } from "../../src/publish/jetstream.ts";
import { SECRET } from "../helpers/app.ts";
import { anEvent } from "../helpers/event.ts";
import { aPlatform, appOf } from "../helpers/wires.ts";

const HOSTILE: readonly string[] = [
  "a\r\nPUB other 1\r\nx",
  "a\nb",
  "a.b.c",
  ".",
  "..",
  "*",
  ">",
  "a.>",
  "$JS.API.STREAM.DELETE.COMMERCE",
  "a b\tc",
  "\0",
  "a\0b",
  "%0d%0a",
  "%2e%2e%2f",
  "..%2f..%2f",
  "ärger-靴-👟",
  "\u2028\u202e",
  "\ud800",
  "",
  "x".repeat(5000),
  "=".repeat(100),
  "../../etc/passwd",
];
/** What NATS permits in a key, and what stays a token. */
const KEY = /^[-=_a-zA-Z0-9]+(?:\.[-=_a-zA-Z0-9]+){2}$/;
const TOKEN = /^[-=_a-zA-Z0-9]{1,64}$/;
/** Printable ASCII without blanks: no header ends with it, and none begins. */
const VALUE = /^[\x21-\x7e]+$/;

interface Sent {
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
}

function recorder(): { sent: Sent[]; publisher: Publisher } {
  const sent: Sent[] = [];
  return {
    sent,
    publisher: {
      publish: async (subject, _payload, headers = {}) => {
        sent.push({ subject, headers });
        return { sequence: sent.length, duplicate: false };
      },
      close: async () => undefined,
    },
  };
}

const names = createNames("");

function hub() {
  const { sent, publisher } = recorder();
  const broker = { publisher, whenConnected: async () => true };
  const inbox = createJetStreamInbox({
    broker,
    names,
    readFloor: () => Promise.resolve(0),
    metrics: createMetrics(),
    waitingMax: 10,
  });
  const test = appOf(
    aPlatform({ locate: { topic: { json: "type" }, dedupe: [{ json: "id" }, { header: "x-part" }] } }),
    {},
    { inbox },
  );
  const post = async (path: string, payload: unknown, headers: Record<string, string> = {}) => {
    const body = JSON.stringify(payload);
    const signature = computeHmac("sha256", SECRET, [body]).toString("hex");
    const all = { "x-signature": signature, "x-part": "1", ...headers };
    return (await test.app.request(path, { method: "POST", headers: all, body })).status;
  };
  return { sent, post };
}

describe("a stored webhook", () => {
  it.each(HOSTILE)(
    "has its store's subject and a plain message id, whatever its topic and id are: %j",
    async (text) => {
      const { sent, post } = hub();
      expect(await post("/webhooks/fair/acme", { type: text, id: text })).toBe(200);
      expect(sent).toHaveLength(1);
      expect(sent[0]?.subject).toBe("inbox.fair.acme");
      for (const value of Object.values(sent[0]?.headers ?? {})) {
        expect(value).toMatch(VALUE);
        expect(value.length).toBeLessThan(6000);
      }
    },
  );

  it("is not mistaken for another whose id is spelled alike", async () => {
    const { sent, post } = hub();
    for (const id of HOSTILE.filter((text) => text !== ""))
      await post("/webhooks/fair/acme", { type: "sold", id });
    expect(new Set(sent.map(({ headers }) => headers["Nats-Msg-Id"])).size).toBe(HOSTILE.length - 1);
  });
});

describe("an address", () => {
  it.each(HOSTILE.filter((text) => text !== "\ud800"))(
    "with something else for a store, platform or what follows reaches nothing: %j",
    async (text) => {
      const { sent, post } = hub();
      const part = encodeURIComponent(text);
      for (const path of [
        `/webhooks/fair/${part}`,
        `/webhooks/${part}/acme`,
        `/webhooks/fair/acme/${part}x`,
        `/webhooks/fair/acme${part}x`,
      ])
        expect(await post(path, { type: "sold", id: "1" }), path).toBe(404);
      expect(sent).toEqual([]);
    },
  );

  it.each(["acme%0d%0a", "acme%00", "acme%20", "acme.", "ACME", "acme%2f", "%61cme%0a", "acme%c0%ae"])(
    "is matched to the letter: %s",
    async (store) => {
      const { sent, post } = hub();
      expect(await post(`/webhooks/fair/${store}`, { type: "sold", id: "1" })).toBe(404);
      expect(sent).toEqual([]);
    },
  );
});

describe("an entity's id", () => {
  it.each(HOSTILE)("makes one token of a key, and no header of its own: %j", async (text) => {
    expect(entityKey("acme", "order", text)).toMatch(KEY);
    const { sent, publisher } = recorder();
    const id = `acme:order:${text}:1`;
    await createEventPublisher(publisher, names).publish(anEvent(1, { id, subject: text }));
    expect(sent[0]?.subject).toMatch(/^commerce\.[a-z]+\.acme\.order\.[a-z]+$/);
    expect(sent[0]?.headers["Nats-Msg-Id"]).not.toMatch(/[\r\n]/);
  });
});

describe("names from outside in subjects and filters", () => {
  it.each(HOSTILE)("are one token each: %j", (text) => {
    const built = [
      names.deadSubject("normalize", text, text, text),
      names.deadFilter({ store: text, about: text }),
      names.attemptSubject(text, "ok", text),
      names.attemptFilter(text, { part: text }),
      names.waitingSubject(text, text),
      names.directSubject(text),
      names.outcomesSubject(text),
      ...names.inboxFilters(text),
      names.eventFilter({ store: text, platform: text, type: "order.paid" }),
    ];
    for (const subject of built)
      for (const token of subject.split(".")) expect(token === "*" ? "any" : token, subject).toMatch(TOKEN);
    const plain = names.deadSubject("normalize", "a", "a", "a").split(".").length;
    expect(names.deadSubject("normalize", text, text, text).split(".")).toHaveLength(plain);
  });
});
