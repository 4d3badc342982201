import { describe, expect, it } from "vitest";
import { problem } from "../../src/api.ts";
import type { CanonicalEvent } from "../../src/normalizers/canonical/event.ts";
import type { EventFilter, EventReader } from "../../src/subscriptions/events.ts";
import { createTestApp, type TestApp } from "../helpers/app.ts";
import { anEvent } from "../helpers/event.ts";
import { eventually } from "../helpers/eventually.ts";

const EVENTS = [anEvent(1), anEvent(2, { type: "order.paid" }), anEvent(1, { store: "other" })];

describe("GET /api/events", () => {
  it("gives what was published, oldest first", async () => {
    const test = createTestApp({ events: EVENTS });
    expect(await (await test.admin("GET", "/api/events")).json()).toEqual({ events: EVENTS });
    expect(await (await test.admin("GET", "/api/events?limit=1&after=1")).json()).toEqual({
      events: [EVENTS[1]],
    });
    expect(await (await test.admin("GET", "/api/events?store=other")).json()).toEqual({
      events: [EVENTS[2]],
    });
  });

  it("hands over what is asked for, and the reader's word on the next page", async () => {
    const asked: unknown[] = [];
    const eventReader: EventReader = {
      page: async (...given) => {
        asked.push(given);
        return { events: [anEvent(4)], next: "42" };
      },
      follow: async () => () => undefined,
    };
    const test = createTestApp({ overrides: { eventReader } });
    const query = "store=acme&type=order.*&entity=gid%3A%2F%2Fx%2F1&after=7&limit=5";
    expect(await (await test.admin("GET", `/api/events?${query}`)).json()).toEqual({
      events: [anEvent(4)],
      next: "42",
    });
    expect(asked).toEqual([[{ store: "acme", type: "order.*", entity: "gid://x/1" }, 7, 5]]);
  });
});

/** A reader that is followed: what was asked, and whether it was let go. */
function followed(open: () => Promise<void> = async () => undefined, ending?: AbortSignal) {
  const seen: {
    asked: [EventFilter, number | undefined][];
    send: ((event: CanonicalEvent, cursor: number) => void) | undefined;
    ended: number;
  } = { asked: [], send: undefined, ended: 0 };
  const eventReader: EventReader = {
    page: async () => ({ events: [] }),
    follow: async (filter, after, onEvent) => {
      seen.asked.push([filter, after]);
      await open();
      seen.send = onEvent;
      return () => {
        seen.ended += 1;
      };
    },
  };
  return { seen, test: createTestApp({ overrides: { eventReader, ending } }) };
}

function live(test: TestApp, query: string, signal: AbortSignal) {
  const headers = { Authorization: `Bearer ${test.deps.adminToken}` };
  return test.app.request(new Request(`http://hub.example.com/api/events/live${query}`, { headers, signal }));
}

describe("GET /api/events/live", () => {
  it("sends each event with its cursor as it comes, from the cursor that is asked for", async () => {
    const { test, seen } = followed();
    const response = await live(test, "?store=acme&type=order.paid&after=7", new AbortController().signal);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    await eventually(() => expect(seen.send).toBeDefined());
    expect(seen.asked).toEqual([[{ store: "acme", type: "order.paid" }, 7]]);
    seen.send?.(anEvent(1), 8);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    await eventually(async () => {
      text += (await reader?.read())?.value ?? "";
      expect(text).toContain("id: 8");
    });
    expect(text).toContain(`data: ${JSON.stringify(anEvent(1))}`);
    await reader?.cancel();
    await eventually(() => expect(seen.ended).toBe(1));
  });

  it("starts now without a cursor", async () => {
    const { test, seen } = followed();
    const response = await live(test, "", new AbortController().signal);
    await eventually(() => expect(seen.asked).toEqual([[{}, undefined]]));
    await response.body?.cancel();
    await eventually(() => expect(seen.ended).toBe(1));
  });

  it("ends when the hub is about to end, so that nobody has to wait for it", async () => {
    const ending = new AbortController();
    const { test, seen } = followed(undefined, ending.signal);
    const response = await live(test, "", new AbortController().signal);
    await eventually(() => expect(seen.send).toBeDefined());
    ending.abort();
    expect(await response.text()).toContain(": following");
    expect(seen.ended).toBe(1);
  });

  it("lets go of the events of someone who leaves while they are being opened", async () => {
    const gate = new AbortController();
    const opened = new Promise<void>((resolve) => {
      gate.signal.addEventListener("abort", () => resolve());
    });
    const { test, seen } = followed(() => opened);
    const response = await live(test, "", new AbortController().signal);
    await eventually(() => expect(seen.asked).toHaveLength(1));
    await response.body?.cancel();
    gate.abort();
    await eventually(() => expect(seen.ended).toBe(1));
  });

  it.each(["order.payed", "*", "order"])("refuses to wait for %s", async (type) => {
    const answer = await createTestApp().admin("GET", `/api/events/live?type=${type}`);
    expect([answer.status, problem.parse(await answer.json()).detail]).toEqual([
      400,
      expect.stringContaining(`type: there is no event ${type}`),
    ]);
  });
});
