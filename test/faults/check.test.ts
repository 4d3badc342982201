/** The checker has to find every kind of loss and lie: a history that is true, and what is wrong with forged ones. */
import { beforeAll, describe, expect, it } from "vitest";
import { type CanonicalEvent, envelope } from "../../src/normalizers/canonical/event.ts";
import { WEBHOOK_OUTCOMES } from "../../src/publish/settle.ts";
import { simulate } from "../publish/simulation.ts";
import { check, type History, MEMORY_BYTES_MAX, type Received } from "./check.ts";
import { planLoad } from "./load.ts";
import { computeReference, toWebhook } from "./reference.ts";

/** What a hub without faults would have left behind. */
async function trueHistory(): Promise<History> {
  const deliveries = planLoad(3, 20);
  const webhooks = deliveries.map(toWebhook);
  const run = await simulate({ webhooks, processes: 2, seed: 7, inHandMax: 4 });
  const outcomes = [...run.outcomes].map(([sequence, { outcome }]) => ({
    webhook: webhooks[sequence - 1]?.id ?? "",
    outcome,
  }));
  const events = run.stream.map((event) => envelope.parse(JSON.parse(JSON.stringify(event))));
  const received = events.map((event) => ({ id: event.id, text: JSON.stringify(event) }));
  return {
    sent: deliveries.map(({ id, store }) => ({
      id,
      store,
      answers: [{ status: undefined }, { status: 200 }],
    })),
    stored: webhooks.map(({ id, store, dedupeKey }) => ({ webhook: id, store, delivery: dedupeKey })),
    outcomes,
    counts: {
      stored: webhooks.length,
      events: events.length,
      ...Object.fromEntries(
        WEBHOOK_OUTCOMES.map((each) => [each, outcomes.filter(({ outcome }) => outcome === each).length]),
      ),
    },
    events,
    rows: new Map(
      [...run.rows].map(([key, { state, version, deleted, sequence }]) => [
        key,
        { state, version, deleted: deleted === true, sequence },
      ]),
    ),
    received: [
      { subscriber: "push", isOrdered: false, events: [...received, ...received.slice(0, 3)] },
      { subscriber: "ordered", isOrdered: true, events: received },
    ],
    memory: new Map([["hub 0", MEMORY_BYTES_MAX - 1]]),
    reference: await computeReference(deliveries),
  };
}

let truth: History;

beforeAll(async () => {
  truth = await trueHistory();
});

function without<T>(list: readonly T[], at: number): T[] {
  return list.filter((_item, position) => position !== at);
}

function changed(event: CanonicalEvent | undefined, changes: Partial<CanonicalEvent>): CanonicalEvent {
  if (event === undefined) throw new Error("there is no such event");
  return { ...event, ...changes };
}

/** The same change to what each subscriber got. */
function withReceived(history: History, change: (received: Received) => Received): History {
  return { ...history, received: history.received.map(change) };
}

/** How a history is forged, and what has to be said of it. */
const FORGERIES: Readonly<Record<string, readonly [(truth: History) => History, RegExp]>> = {
  "a yes for what is not stored": [(h) => ({ ...h, stored: without(h.stored, 4) }), /^G1: .* is not stored/],
  "a webhook that nobody sent": [(h) => ({ ...h, sent: without(h.sent, 4) }), /^G1: .* was never sent/],
  "a refusal that no platform retries": [
    (h) => ({
      ...h,
      sent: [...h.sent.slice(1), { id: "x", store: "y", answers: [{ status: 401 }, { status: 200 }] }],
    }),
    /^G1: x was answered 401/,
  ],
  "a 503 without Retry-After": [
    (h) => ({
      ...h,
      sent: [...h.sent.slice(1), { id: "x", store: "y", answers: [{ status: 503 }, { status: 200 }] }],
    }),
    /^G1: x was answered 503/,
  ],
  "a webhook that was given up": [
    (h) => ({ ...h, sent: [...h.sent.slice(1), { id: "x", store: "y", answers: [{ status: undefined }] }] }),
    /^G1: x was never taken/,
  ],
  "a webhook without outcome": [
    (h) => ({ ...h, outcomes: without(h.outcomes, 2) }),
    /^G2: .* has no outcome/,
  ],
  "a webhook with two outcomes": [
    (h) => ({ ...h, outcomes: [...h.outcomes, ...h.outcomes.slice(2, 3)] }),
    /^G2: .* has two outcomes/,
  ],
  "an outcome of nothing": [
    (h) => ({ ...h, outcomes: [...h.outcomes, { webhook: "x", outcome: "ignored" }] }),
    /^G2: an outcome of x/,
  ],
  "counts that leave one out": [
    (h) => ({ ...h, counts: { ...h.counts, published: (h.counts.published ?? 0) - 1 } }),
    /^G2: .* outcomes are counted/,
  ],
  "a count of what was stored that is too low": [
    (h) => ({ ...h, counts: { ...h.counts, stored: (h.counts.stored ?? 0) - 1 } }),
    /^G2: .* are counted as stored/,
  ],
  "an event that was dropped": [
    (h) => ({
      ...h,
      events: without(
        h.events,
        h.events.findIndex(({ type }) => type === "order.created"),
      ),
    }),
    /^G4: .* where 1 is due/,
  ],
  "a last event that was dropped": [
    (h) => ({
      ...h,
      events: without(
        h.events,
        h.events.findLastIndex(({ type }) => type === "order.paid"),
      ),
    }),
    /^G[34]: /,
  ],
  "an event that was published twice": [
    (h) => ({ ...h, events: [...h.events, ...h.events.slice(-1)] }),
    /^G3: .* is in the stream twice/,
  ],
  "one change as two events": [
    (h) => {
      const last = h.events.findLast(({ sequence }) => sequence !== undefined);
      const sequence = (last?.sequence ?? 0) + 1;
      const id = last?.id.replace(/\d+$/, String(sequence)) ?? "";
      return { ...h, events: [...h.events, changed(last, { sequence, id, causationid: "webhook-x" })] };
    },
    /^G3: .* says that .* changed/,
  ],
  "events out of sequence": [
    (h) => {
      const second = h.events.findIndex(({ sequence }) => sequence === 2);
      const firstId = changed(h.events[second], {}).id.replace(/\d+$/, "1");
      const first = h.events.findIndex(({ id }) => id === firstId);
      const events = [...h.events];
      events[first] = changed(h.events[second], {});
      events[second] = changed(h.events[first], {});
      return { ...h, events };
    },
    /^G4: .* has sequence 2 where 1 is due/,
  ],
  "a row ahead of its events": [
    (h) => {
      const [[key, row] = ["", undefined]] = h.rows;
      return { ...h, rows: new Map([...h.rows, [key, { ...row, ...firstRow(h), sequence: 99 }]]) };
    },
    /^G3: .* is at 99/,
  ],
  "a state that went back": [
    (h) => {
      const [key = ""] = h.rows.keys();
      return { ...h, rows: new Map([...h.rows, [key, { ...firstRow(h), state: { id: "1" } }]]) };
    },
    /^G4: .* did not end as without faults/,
  ],
  "an entity that nobody knows": [
    (h) => ({ ...h, rows: new Map([...h.rows].slice(1)) }),
    /^G2: .* is not known/,
  ],
  "an event that a subscriber did not get": [
    (h) => withReceived(h, (received) => ({ ...received, events: without(received.events, 5) })),
    /^G2: ordered never got/,
  ],
  "an event that came with another content": [
    (h) => withReceived(h, (r) => ({ ...r, events: [...r.events, { ...first(r), text: "{}" }] })),
    /^G3: push got .* with two contents/,
  ],
  "an event that was never published": [
    (h) => withReceived(h, (r) => ({ ...r, events: [...r.events, { id: "x", text: "{}" }] })),
    /^G3: push got x, which was not published/,
  ],
  "events that overtook each other": [
    (h) => withReceived(h, (received) => ({ ...received, events: [...received.events].reverse() })),
    /^G4: ordered got .* in the order/,
  ],
  "a process that grew": [
    (h) => ({ ...h, memory: new Map([["hub 0", MEMORY_BYTES_MAX + 1]]) }),
    /^memory: hub 0/,
  ],
};

function firstRow({ rows }: History) {
  const [row] = rows.values();
  if (row === undefined) throw new Error("there is no row");
  return row;
}

function first({ events }: Received) {
  const [event] = events;
  if (event === undefined) throw new Error("nothing was received");
  return event;
}

describe("the checker of the fault suite", () => {
  it("finds nothing wrong with a true history", () => {
    expect(check(truth)).toEqual([]);
  });

  it.each(Object.entries(FORGERIES))("finds %s", (_what, [forge, problem]) => {
    expect(check(forge(truth))).toContainEqual(expect.stringMatching(problem));
  });
});
