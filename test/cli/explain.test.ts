import { afterEach, describe, expect, it, vi } from "vitest";
import { explain } from "../../src/cli/explain.ts";
import { renormalize } from "../../src/cli/renormalize.ts";
import type { Explanation } from "../../src/explain/view.ts";
import type { Verb } from "../../src/cli/usage.ts";

const STORY: Explanation = {
  store: "acme",
  resource: "stock",
  id: "5/9",
  webhooks: [
    {
      id: "w1",
      topic: "orders/create",
      receivedAt: "2026-11-01T12:00:00Z",
      inboxSequence: 7,
      outcome: "dead",
      events: [],
      reason: "id: Required",
      deadLetter: 3,
    },
    { id: "w2", outcome: "published", receivedAt: "2026-11-01T12:00:01Z", events: ["e1"] },
  ],
  entity: { sequence: 1, version: "2026-11-01T12:00:10.120000000Z", state: {}, deleted: true },
  events: [
    {
      id: "e1",
      type: "stock.changed",
      sequence: 1,
      time: "2026-11-01T12:00:00Z",
      publishedAt: "2026-11-01T12:00:02.000Z",
      streamSequence: 9,
      webhook: "w2",
      changed: ["available"],
    },
  ],
  subscriptions: [
    {
      name: "crm",
      deliver: "http",
      state: "paused",
      deliveries: [
        {
          event: "e1",
          type: "stock.changed",
          state: "dead",
          attempts: 8,
          status: 500,
          reason: "The endpoint answered 500.",
          deadLetter: 4,
        },
      ],
    },
    {
      name: "ads",
      deliver: "nats",
      state: "active",
      deliveries: [{ event: "e1", type: "stock.changed", state: "not_matched", reason: "wants order.*" }],
    },
  ],
  lookedAt: [],
  notes: ["older dead letters were not looked at"],
};

async function run(
  verb: Verb,
  args: string[],
  ...answers: string[]
): Promise<{ lines: string[]; paths: string[] }> {
  const lines: string[] = [];
  const paths: string[] = [];
  vi.stubGlobal("fetch", async (url: string) => {
    paths.push(url.replace("http://127.0.0.1:8080", ""));
    return new Response(answers.shift());
  });
  const print = (line: string) => void lines.push(line);
  await verb.run({ args, env: { ENTREPOT_TOKEN: "t" }, print, signal: new AbortController().signal });
  return { lines, paths };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("explain", () => {
  it("tells a story in order, and what is missing from it", async () => {
    const { lines, paths } = await run(explain, ["acme", "stock", "5/9"], JSON.stringify(STORY));
    expect(paths).toEqual(["/api/explain/acme/stock/5%2F9"]);
    expect(lines.join("\n")).toBe(`stock 5/9 of acme

Webhooks
  received              topic          became                              inbox  id
  2026-11-01T12:00:00Z  orders/create  dead: id: Required (dead letter 3)  7      w1
  2026-11-01T12:00:01Z                 published 1                                w2

State: sequence 1, as of 2026-11-01T12:00:10.12Z, deleted

Events
  #  type           time                  published                 stream  changed
  1  stock.changed  2026-11-01T12:00:00Z  2026-11-01T12:00:02.000Z  9       available

Subscriptions
  crm (http, paused)
    #1  stock.changed  dead (8 attempts, answer 500, dead letter 4): The endpoint answered 500.
  ads (nats): not matched: wants order.*

Not in this answer
  older dead letters were not looked at`);
  });

  it("prints the answer as one line for programs, and needs all three names", async () => {
    const { lines } = await run(explain, ["acme", "stock", "5/9", "--json"], JSON.stringify(STORY));
    expect(lines.map((line) => JSON.parse(line))).toEqual([STORY]);
    await expect(run(explain, ["acme", "stock"])).rejects.toThrow("Usage: explain <store> <resource> <id>");
  });
});

describe("renormalize", () => {
  const difference = {
    kind: "different",
    webhook: "w1",
    topic: "orders/paid",
    receivedAt: "2026-11-01T12:00:00Z",
    inboxSequence: 7,
    resource: "order",
    id: "1001",
    published: ["order.updated"],
    now: ["order.updated", "order.paid"],
    paths: [{ path: "type" }, { path: "order.note", now: "new" }],
  };
  const summary = { kind: "summary", webhooks: 5, same: 4, missing: 0, extra: 0, different: 1, unknown: 0 };
  const answer = (...lines: object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join("");

  it("shows each difference, goes on to the end, and adds up", async () => {
    const runs = [answer(difference, { ...summary, next: 7 }), answer({ ...summary, same: 5, different: 0 })];
    const { lines, paths } = await run(renormalize, ["acme", "--resource", "order"], ...runs);
    expect(paths).toEqual([
      "/api/renormalize?store=acme&resource=order&after=0",
      "/api/renormalize?store=acme&resource=order&after=7",
    ]);
    expect(lines).toEqual([
      'different: order 1001, orders/paid of 2026-11-01T12:00:00Z (webhook w1)\n  published order.updated, now order.updated, order.paid\n  order.note: absent -> "new"',
      "10 webhooks: 9 make no difference; 0 missing, 0 extra, 1 different, 0 unknown. Nothing was written.",
    ]);
  });

  it("says so when the answer ends without a summary", async () => {
    await expect(run(renormalize, ["acme"], answer(difference))).rejects.toThrow("ended the answer early");
    await expect(run(renormalize, [])).rejects.toThrow("Usage: renormalize <store>");
  });
});
