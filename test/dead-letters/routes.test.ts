import { describe, expect, it } from "vitest";
import { problem } from "../../src/api.ts";
import type { DeadLetter } from "../../src/dead-letters/letter.ts";
import { createTestApp, secretBox } from "../helpers/app.ts";
import { aWebhook } from "../helpers/factories.ts";
import { aSubscription } from "../helpers/subscriptions.ts";

const common = { reason: "broken", attempts: 3, at: "2026-11-01T11:00:00.000Z", bytes: 11 };
const { body: _body, headers: _headers, ...webhook } = aWebhook();

function ofWebhook(sequence: number, store = "acme", stage = "normalize"): DeadLetter {
  return { ...common, sequence, stage, webhook: { ...webhook, store } };
}

function ofDelivery(sequence: number, subscription = "crm", store = "acme"): DeadLetter {
  const delivery = { subscription, eventId: `${store}:order:1:${sequence}`, type: "order.paid", store };
  return { ...common, sequence, stage: "deliver", delivery: { ...delivery, status: 500, response: "no" } };
}

const LETTERS = [
  ofWebhook(1),
  ofWebhook(2, "other"),
  ofDelivery(3),
  ofDelivery(4, "erp"),
  ofDelivery(5, "crm", "other"),
  ofWebhook(6, "acme", "hydrate"),
  ofDelivery(7, "gone"),
];
const SUBSCRIPTIONS = ["crm", "erp"].map((name) => aSubscription(secretBox, { name }));

function hub(dead: readonly DeadLetter[] = LETTERS) {
  const test = createTestApp({ dead, subscriptions: SUBSCRIPTIONS });
  const left = async () =>
    (await test.deps.deadLetters.list({ limit: 5000 })).map(({ sequence }) => sequence);
  const redrive = async (body: object) => {
    const answer = await test.admin("POST", "/api/dead/redrive", body);
    return { status: answer.status, body: await answer.json() };
  };
  return { test, left, redrive };
}

describe("GET /api/dead", () => {
  it.each<[string, number[]]>([
    ["", [1, 2, 3, 4, 5, 6, 7]],
    ["?stage=normalize", [1, 2]],
    ["?stage=deliver&store=acme", [3, 4, 7]],
    ["?store=other", [2, 5]],
    ["?subscription=crm", [3, 5]],
    ["?after=3&limit=2", [4, 5]],
  ])("%s lists letters %j", async (query, expected) => {
    const answer = await hub().test.admin("GET", `/api/dead${query}`);
    const wanted = LETTERS.filter(({ sequence }) => expected.includes(sequence));
    expect(await answer.json()).toEqual({ dead: wanted });
  });

  it.each(["stage=lost", "limit=0", "after=x"])("refuses %s", async (query) => {
    expect((await hub().test.admin("GET", `/api/dead?${query}`)).status).toBe(400);
  });
});

describe("POST /api/dead/redrive", () => {
  it.each<[object, number[]]>([
    [{ sequences: [1, 3] }, [1, 3]],
    [{ sequences: [3, 3] }, [3]],
    [{ stage: "normalize" }, [1, 2]],
    [{ store: "other" }, [2, 5]],
    [{ subscription: "crm" }, [3, 5]],
    [{ stage: "deliver", store: "other" }, [5]],
    [{ stage: "hydrate", after: 6 }, []],
  ])("%j tries %j again, and a dry run only counts them", async (body, sequences) => {
    const { test, left, redrive } = hub();
    const expected = { redriven: sequences.length, missing: [], orphaned: [] };
    expect((await redrive({ ...body, dryRun: true })).body).toEqual(expected);
    expect([await left(), test.lines]).toEqual([LETTERS.map(({ sequence }) => sequence), []]);
    expect((await redrive(body)).body).toEqual(expected);
    expect(await left()).toEqual(
      LETTERS.map(({ sequence }) => sequence).filter((sequence) => !sequences.includes(sequence)),
    );
    expect(test.lines).toMatchObject([{ action: "dead letters redriven", count: sequences.length }]);
  });

  it("keeps letters whose subscription is gone, for their event would be sent to nobody", async () => {
    const { left, redrive } = hub();
    expect((await redrive({ all: true })).body).toEqual({ redriven: 6, missing: [], orphaned: [7] });
    expect(await left()).toEqual([7]);
    expect((await redrive({ sequences: [7] })).body).toEqual({ redriven: 0, missing: [], orphaned: [7] });
  });

  it("names letters that are not there, and is a 404 when none is", async () => {
    const { redrive } = hub();
    expect((await redrive({ sequences: [1, 98, 99] })).body).toMatchObject({
      redriven: 1,
      missing: [98, 99],
    });
    const { status, body } = await redrive({ sequences: [98, 98] });
    expect([status, problem.parse(body).detail]).toEqual([404, "no such dead letters: 98"]);
    expect((await redrive({ sequences: [98], dryRun: true })).status).toBe(404);
  });

  it("counts a letter as missing that somebody else was faster with", async () => {
    const { test } = hub();
    const deadLetters = { ...test.deps.deadLetters, redrive: async () => false };
    const other = createTestApp({ overrides: { deadLetters } });
    const answer = await other.admin("POST", "/api/dead/redrive", { sequences: [1] });
    expect(await answer.json()).toEqual({ redriven: 0, missing: [1], orphaned: [] });
  });

  it("takes a thousand at a time and says where to go on", async () => {
    const { left, redrive } = hub(Array.from({ length: 1001 }, (_, at) => ofWebhook(at + 1)));
    expect((await redrive({ all: true })).body).toMatchObject({ redriven: 1000, next: 1000 });
    expect((await redrive({ all: true, after: 1000 })).body).toEqual({
      redriven: 1,
      missing: [],
      orphaned: [],
    });
    expect(await left()).toEqual([]);
  });

  it.each([
    [{}],
    [{ dryRun: true }],
    [{ all: true, stage: "deliver" }],
    [{ all: true, sequences: [1] }],
    [{ sequences: [1], subscription: "crm" }],
    [{ sequences: Array.from({ length: 1001 }, (_, at) => at + 1) }],
    [{ sequences: [1.5] }],
    [{ stage: "lost" }],
    [{ everything: true }],
  ])("refuses %j", async (body) => {
    const { left, redrive } = hub();
    expect((await redrive(body)).status).toBe(400);
    expect(await left()).toHaveLength(LETTERS.length);
  });
});
