import { afterEach, describe, expect, it, vi } from "vitest";
import { dead } from "../../src/cli/dead.ts";
import type { DeadLetter } from "../../src/dead-letters/letter.ts";
import { secretBox, type TestApp } from "../helpers/app.ts";
import { aWebhook } from "../helpers/factories.ts";
import { aSubscription } from "../helpers/subscriptions.ts";
import { hub, runVerb } from "./run-verb.ts";

const common = { reason: "broken", attempts: 3, at: "2026-11-01T11:00:00.000Z", bytes: 11 };
const { body: _body, headers: _headers, ...webhook } = aWebhook();
const delivery = { subscription: "crm", eventId: "acme:order:1:3", type: "order.paid", store: "acme" };
const LETTERS: readonly DeadLetter[] = [
  { ...common, sequence: 1, stage: "normalize", webhook },
  { ...common, sequence: 2, stage: "deliver", reason: "answered 500", delivery },
  { ...common, sequence: 3, stage: "deliver", delivery: { ...delivery, subscription: "gone" } },
];

const run = (...args: string[]) => runVerb(dead, args);

function withLetters(letters = LETTERS): TestApp {
  return hub({ dead: letters, subscriptions: [aSubscription(secretBox)] });
}

async function left(test: TestApp): Promise<number[]> {
  return (await test.deps.deadLetters.list({ limit: 5000 })).map(({ sequence }) => sequence);
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("dead list", () => {
  it("shows webhooks and deliveries in columns, or an object a line for programs", async () => {
    withLetters();
    const [text = ""] = await run("list");
    expect(text.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["sequence", "at", "stage", "store", "what", "reason"],
      ["1", common.at, "normalize", "acme", "orders/create", "broken"],
      ["2", common.at, "deliver", "acme", "acme:order:1:3 to crm", "answered 500"],
      ["3", common.at, "deliver", "acme", "acme:order:1:3 to gone", "broken"],
    ]);
    const lines = await run("list", "--json", "--subscription", "crm");
    expect(lines.map((line) => JSON.parse(line))).toEqual([LETTERS[1]]);
  });

  it("says when there are none, and what is wrong", async () => {
    withLetters();
    expect(await run("list", "--store", "other")).toEqual(["There are no dead letters."]);
    expect(await run("list", "--after", "2", "--limit", "5", "--stage", "normalize")).toEqual([
      "There are no dead letters.",
    ]);
    await expect(run("list", "--stage", "lost")).rejects.toThrow(/stage: /);
  });
});

describe("dead redrive", () => {
  it.each<[string[], string, number[]]>([
    [["1", "2"], "2 are tried again.", [3]],
    [["2", "99"], "1 are tried again. Not found: 99.", [1, 3]],
    [["--stage", "normalize"], "1 are tried again.", [2, 3]],
    [["--subscription", "crm"], "1 are tried again.", [1, 3]],
    [
      ["--store", "acme", "--stage", "deliver"],
      "1 are tried again. Left, because their subscription is gone: 3.",
      [1, 3],
    ],
    [["--all"], "2 are tried again. Left, because their subscription is gone: 3.", [3]],
    [
      ["--all", "--dry-run"],
      "2 would be tried again. Left, because their subscription is gone: 3.",
      [1, 2, 3],
    ],
    [["--store", "other"], "0 are tried again.", [1, 2, 3]],
  ])("%j", async (args, told, stay) => {
    const test = withLetters();
    expect(await run("redrive", ...args)).toEqual([told]);
    expect(await left(test)).toEqual(stay);
  });

  it("goes on after the first thousand", async () => {
    const letters = Array.from({ length: 1001 }, (_, at) => ({
      ...common,
      sequence: at + 1,
      stage: "normalize",
      webhook,
    }));
    const test = withLetters(letters);
    const [line = ""] = await run("redrive", "--all", "--json");
    expect(JSON.parse(line)).toEqual({ redriven: 1001, missing: [], orphaned: [], dryRun: false });
    expect(await left(test)).toEqual([]);
  });

  it.each<[string[], RegExp]>([
    [[], /^Usage: dead redrive/],
    [["one"], /^Usage: dead redrive/],
    [["1", "--all"], /^Usage: dead redrive/],
    [["--all", "--store", "acme"], /needs either sequences, or all/],
    [["99"], /no such dead letters: 99/],
    [["--everything"], /^Unknown option/],
  ])("tells a mistake in one sentence: %j", async (args, expected) => {
    const test = withLetters();
    await expect(run("redrive", ...args)).rejects.toThrow(expected);
    expect(await left(test)).toEqual([1, 2, 3]);
  });
});

it.each([[[]], [["show"]]])("dead with %j tells its usage", async (args) => {
  withLetters();
  await expect(run(...args)).rejects.toThrow(/^Usage:\ndead list /);
});
