/** Texts from outside make no line of the log or of a terminal, move no cursor and turn no direction of writing. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { dead } from "../../src/cli/dead.ts";
import { tellStory } from "../../src/cli/explain-output.ts";
import { tail } from "../../src/cli/tail.ts";
import { table } from "../../src/cli/output.ts";
import { createLogger } from "../../src/log.ts";
import { computeHmac } from "../../src/ingest/signature/hmac.ts";
import { visible, visibleInLog, visibleOnOneLine } from "../../src/visible.ts";
import { SECRET, secretBox } from "../helpers/app.ts";
import { aWebhook } from "../helpers/factories.ts";
import { aSubscription } from "../helpers/subscriptions.ts";
import { aPlatform, appOf } from "../helpers/wires.ts";
import { hub, runVerb } from "../cli/run-verb.ts";

const HOSTILE: readonly string[] = [
  'a\n{"level":60,"msg":"all is lost"}',
  "a\r\n2026-11-01 ERROR: all is lost",
  "\u001b[2J\u001b]0;owned\u0007",
  "\u009b31m",
  "\u0085next line",
  "\u2028\u2029",
  "\u202egnp.exe\u2066",
  "\b\b\b\f\v\0\u007f",
  "\\u001b[31m",
  "x".repeat(10_000),
];
/** All that is not text; a line break and a tab may stand where lines are ours. */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g");

afterEach(() => {
  vi.unstubAllGlobals();
});

function logged(isTerminal: boolean, write: (log: ReturnType<typeof createLogger>) => void): string[] {
  const chunks: string[] = [];
  write(createLogger("trace", { isTerminal, stream: { write: (chunk) => void chunks.push(chunk) } }));
  return chunks;
}

describe("a text that is shown", () => {
  it.each(HOSTILE)("keeps what can be read and spells out the rest: %j", (text) => {
    expect(visible(text)).not.toMatch(UNSEEN);
    expect(visibleOnOneLine(text)).not.toMatch(/[\n\t]/);
    const json = JSON.stringify({ text });
    expect(JSON.parse(visible(json))).toEqual({ text });
    expect(JSON.parse(visibleInLog(json))).toEqual({ text });
  });

  it("is left alone where it is text, in any script", () => {
    const text = "Größe 40 – 靴 👟 مرحبا\n\tnext";
    expect([visible(text), visibleInLog(text)]).toEqual([text, text]);
  });
});

describe("the log", () => {
  it.each(HOSTILE)("as JSON has one line for one call, with the value as it was: %j", (text) => {
    const chunks = logged(false, (log) => log.info({ topic: text, [text]: text }, "webhook received"));
    expect(chunks).toHaveLength(1);
    expect(chunks[0]?.slice(0, -1)).not.toMatch(/\n/);
    expect(chunks[0]?.slice(0, -1)).not.toMatch(UNSEEN);
    expect(JSON.parse(chunks[0] ?? "")).toMatchObject({ topic: text, msg: "webhook received" });
  });

  it.each(HOSTILE)("on a terminal has no line of theirs: %j", (text) => {
    const cause = new Error(text);
    cause.stack = `Error: ${text}\n    at here`;
    const chunks = logged(true, (log) => {
      log.info({ topic: text, list: [text], nested: { text } }, "webhook received");
      log.error({ err: Object.assign(new Error(text, { cause }), { detail: text }) }, "request failed");
    });
    const shown = chunks.join("").replace(COLOUR, "");
    expect(shown).toContain("webhook received");
    expect(shown).not.toMatch(UNSEEN);
    // Only the lines of the hub begin at the left.
    const lines = shown.split("\n").filter((line) => /^\S/.test(line));
    expect(lines).toHaveLength(2);
    for (const line of lines)
      expect(line).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] (INFO|ERROR): (webhook|request) /);
  });

  it("has one line for a webhook whose topic is hostile, and none of a store that is made up", async () => {
    const test = appOf(aPlatform());
    for (const type of HOSTILE) {
      const body = JSON.stringify({ type, id: "1" });
      const signature = computeHmac("sha256", SECRET, [body]).toString("hex");
      const before = test.lines.length;
      const sent = await test.app.request("/webhooks/fair/acme", {
        method: "POST",
        headers: { "x-signature": signature, "user-agent": "\u009b31m", "x-request-id": "a\u009b" },
        body,
      });
      expect(sent.status).toBe(200);
      expect(test.lines.slice(before)).toMatchObject([{ msg: "webhook received", store: "acme" }]);
      const path = `/webhooks/fair/${encodeURIComponent(type)}`;
      expect((await test.app.request(path, { method: "POST", body })).status).toBe(404);
      expect(JSON.stringify(test.lines.at(-1))).not.toContain("lost");
    }
  });
});

describe("a command", () => {
  const rows = (text: string) => text.split("\n").length;

  it.each(HOSTILE)("shows a table with one line for each row: %j", (text) => {
    const shown = table(
      ["name", "what"],
      [
        ["a", text],
        [text, "b"],
      ],
    );
    expect(rows(shown)).toBe(3);
    expect(shown).not.toMatch(UNSEEN);
  });

  it.each(HOSTILE)("lists a dead letter on its line: %j", async (text) => {
    const { body: _body, headers: _headers, ...webhook } = aWebhook({ topic: text });
    const letter = { reason: text, attempts: 1, at: "2026-11-01T11:00:00.000Z", bytes: 1, sequence: 1 };
    hub({ dead: [{ ...letter, stage: "normalize", webhook }], subscriptions: [aSubscription(secretBox)] });
    const [shown = ""] = await runVerb(dead, ["list"]);
    expect(rows(shown)).toBe(2);
    expect(shown).not.toMatch(UNSEEN);
  });

  it.each(HOSTILE)("explains an entity without lines of its own making: %j", (text) => {
    const story = (id: string) =>
      tellStory({
        store: "acme",
        resource: "order",
        id,
        webhooks: [],
        events: [],
        subscriptions: [],
        lookedAt: [],
        notes: [id],
      });
    expect(rows(story(text))).toBe(rows(story("1")));
    expect(story(text)).not.toMatch(UNSEEN);
  });

  it("shows an event on its line", async () => {
    const ending = new AbortController();
    const events = HOSTILE.map((subject) => ({
      specversion: "1.0",
      id: "acme:order:1:1",
      source: "/stores/acme",
      type: "order.paid",
      subject,
      time: "2026-11-01T12:00:00Z",
      datacontenttype: "application/json",
      dataschema: "https://hub.example.com/schemas/v1/order.json",
      platform: "shopify",
      store: "acme",
      sequence: 1,
      detectedat: "2026-11-01T12:00:00Z",
      via: "webhook",
      causationid: "w",
      authenticity: "signature",
      data: { order: {}, changed: [subject], previous: {} },
    }));
    const stream = events.map((event) => `id: 1\ndata: ${JSON.stringify(event)}\n\n`).join("");
    vi.stubGlobal("fetch", async () => new Response(stream));
    const printed: string[] = [];
    const print = (line: string) => {
      printed.push(line);
      if (printed.length === events.length) ending.abort();
    };
    await tail.run({ args: [], env: { ENTREPOT_TOKEN: "x" }, print, signal: ending.signal });
    expect(printed).toHaveLength(HOSTILE.length);
    for (const line of printed) expect(line).not.toMatch(/[\n\t]/);
    expect(printed.join("")).not.toMatch(UNSEEN);
  });
});
