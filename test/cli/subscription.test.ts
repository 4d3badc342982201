import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { subscription } from "../../src/cli/subscription.ts";
import { secretBox, type TestApp } from "../helpers/app.ts";
import { anEvent } from "../helpers/event.ts";
import { anAttempt, aSubscription, FRESH } from "../helpers/subscriptions.ts";
import { hub, runVerb } from "./run-verb.ts";

const URL = "https://crm.example.com/hook";
const run = (...args: string[]) => runVerb(subscription, args);
const crm = aSubscription(secretBox);

function record(test: TestApp, name = "crm") {
  return test.stage.deps.subscriptions.find(name);
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "entrepot-cli-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.unstubAllGlobals();
});

describe("subscription add", () => {
  it("makes one over HTTP with every option, and shows its secret once", async () => {
    const test = hub();
    const printed = await run(
      ...["add", "crm", "--events", "order.*,stock.changed", "--events", "stock.out", "--url", URL],
      ...["--store", "acme", "--platform", "shopify", "--where", '{"path":"store","equals":"acme"}'],
      ...["--start-at", "beginning", "--header", "X-Key: a: b", "--ordered", "--timeout-ms", "500"],
      ...[
        "--concurrency",
        "2",
        "--rate",
        "0.5",
        "--retry-seconds",
        "5,60",
        "--disable-after-seconds",
        "3600",
      ],
      "--disabled",
    );
    expect(printed[0]).toBe(`crm gets order.*, stock.changed, stock.out at ${URL}.`);
    expect(printed[1]).toMatch(
      /^Deliveries are signed with this secret, which is shown only now:\n {2}whsec_/,
    );
    expect(record(test)).toMatchObject({
      events: ["order.*", "stock.changed", "stock.out"],
      stores: ["acme"],
      platforms: ["shopify"],
      where: { path: "store", equals: "acme" },
      startAt: "beginning",
      state: "disabled",
      endpoint: {
        url: URL,
        headers: { "X-Key": expect.any(String) },
        ordered: true,
        timeoutMs: 500,
        concurrency: 2,
        ratePerSecond: 0.5,
        retrySeconds: [5, 60],
        disableAfterSeconds: 3600,
      },
    });
  });

  it("makes one over NATS when there is no URL, and shows consumers and credentials", async () => {
    hub();
    const text = (await run("add", "erp", "--events", "order.*", "--start-at", "7")).join("\n");
    expect(text).toContain("erp gets order.* over NATS.");
    expect(text).toContain("Servers: nats://hub.example.com:4222");
    expect(text).toMatch(/consumer erp_[0-9a-f]{8} on COMMERCE: commerce\.\*\.\*\.order\.\*/);
    expect(text).toContain("creds-of-U1");
  });

  it("says what the operator has to do, and what is worth a note", async () => {
    hub({ offer: { kind: "operator", needed: () => ["an account for it"] } });
    const printed = await run("add", "erp", "--events", "order.*", "--store", "nobody");
    expect(printed).toContain("Needed: an account for it");
    expect(printed).toContain("Note: no store named nobody is connected");
  });

  it("prints one JSON object for programs", async () => {
    hub();
    const printed = await run("add", "crm", "--events", "order.*", "--url", URL, "--json");
    expect(printed.map((line) => JSON.parse(line))).toMatchObject([
      { name: "crm", secret: expect.stringMatching(/^whsec_/) },
    ]);
  });

  it.each<[string, string[], RegExp]>([
    ["no name", ["--events", "order.*"], /^Usage: subscription add <name> --events/],
    ["two names", ["a", "b", "--events", "order.*"], /^Usage: subscription add <name>/],
    ["no events", ["a"], /^--events needs names such as order\.\* or order\.paid,stock\.changed\.$/],
    ["a wrong event", ["a", "--events", "order.payed"], /did you mean order\.paid\?/],
    ["a filter that is no JSON", ["a", "--events", "*", "--where", "paid"], /^--where needs JSON such as/],
    [
      "a header without a value",
      ["a", "--events", "*", "--url", URL, "--header", "X"],
      /^--header needs 'Name: value'\.$/,
    ],
    [
      "a number that is none",
      ["a", "--events", "*", "--url", URL, "--rate", "fast"],
      /^--rate needs a number\.$/,
    ],
    [
      "pauses that are none",
      ["a", "--events", "*", "--url", URL, "--retry-seconds", "5,"],
      /^--retry-seconds needs numbers such as/,
    ],
    ["a start that is none", ["a", "--events", "*", "--start-at", "soon"], /startAt: needs now, beginning/],
    ["a URL inside", ["a", "--events", "*", "--url", "http://127.0.0.1/"], /url: The address is not public/],
    ["an unknown option", ["a", "--event", "*"], /^Unknown option '--event'/],
  ])("tells a mistake in one sentence: %s", async (_what, args, expected) => {
    const test = hub();
    await expect(run("add", ...args)).rejects.toThrow(expected);
    expect(test.stage.deps.subscriptions.list()).toEqual([]);
  });
});

describe("subscription set", () => {
  it("makes a new one, and a known one like this, without a new secret", async () => {
    const test = hub();
    expect(await run("set", "crm", "--events", "order.*", "--url", URL)).toHaveLength(2);
    expect(await run("set", "crm", "--events", "*", "--url", URL)).toEqual([`crm gets * at ${URL}.`]);
    expect(record(test)?.events).toEqual(["*"]);
  });
});

describe("subscription apply", () => {
  it("makes each of a file what it says, and the same again changes nothing", async () => {
    const test = hub();
    const file = join(folder, "subscriptions.json");
    const wanted = [
      { name: "crm", events: ["order.*"], deliver: "http", url: URL },
      { name: "erp", events: ["*"], deliver: "nats" },
    ];
    writeFileSync(file, JSON.stringify(wanted));
    await run("apply", file);
    const before = test.stage.deps.subscriptions.list();
    await run("apply", file);
    expect(test.stage.deps.subscriptions.list()).toEqual(before);
    expect(test.lines).toHaveLength(2);
    writeFileSync(file, JSON.stringify({ ...wanted[0], events: ["stock.*"] }));
    expect(await run("apply", file)).toEqual([`crm gets stock.* at ${URL}.`]);
  });

  it.each([
    ["[1]", /needs an object with a name, or a list of such/],
    ["{", /JSON/],
  ])("tells what is wrong with a file that holds %s", async (text, expected) => {
    hub();
    const file = join(folder, "subscriptions.json");
    writeFileSync(file, text);
    await expect(run("apply", file)).rejects.toThrow(expected);
    await expect(run("apply", join(folder, "nothing.json"))).rejects.toThrow(/ENOENT/);
  });
});

describe("subscription list", () => {
  it("shows state, way and what waits in columns, or an object a line for programs", async () => {
    const test = hub();
    expect(await run("list")).toEqual(["There are no subscriptions yet: entrepot subscription add <name>"]);
    await run("add", "crm", "--events", "order.*,stock.out", "--url", URL);
    await run("add", "a-erp", "--events", "*");
    for (const consumer of test.stage.deps.consumers.all.values())
      consumer.position = { ...FRESH, pending: 2, unsettled: 1 };
    const [text = ""] = await run("list");
    expect(text.split("\n").map((line) => line.split(/ +/))).toEqual([
      ["name", "state", "deliver", "events", "pending", "unsettled"],
      ["a-erp", "active", "nats", "*", "4", "2"],
      ["crm", "active", URL, "order.*,stock.out", "6", "3"],
    ]);
    const lines = (await run("list", "--json")).map((line) => JSON.parse(line));
    expect(lines).toMatchObject([{ name: "a-erp" }, { name: "crm", pending: 6 }]);
  });
});

describe("subscription show and attempts", () => {
  const attempts = [
    anAttempt(),
    anAttempt({ attempt: 2, outcome: "retry", status: 500, error: "status", at: "2026-11-01T11:59:40.000Z" }),
  ];

  it("show how it is doing", async () => {
    const stopped = { at: "2026-11-01T11:00:00.000Z", reason: "paused by an admin" };
    hub({ subscriptions: [{ ...crm, state: "paused", stopped, stores: ["nobody"] }], attempts });
    expect(await run("show", "crm")).toEqual([
      "crm: paused since 2026-11-01T11:00:00.000Z (paused by an admin)",
      "  events     order.*",
      "  deliver    https://crm.example.com/hook",
      "  delivered  1, last at 2026-11-01T11:59:00.000Z",
      "  pending    0 and 0 unsettled",
      "  failed     1 attempts, 3 events wait for another",
      "  dead       0",
      "  last error status 500 at 2026-11-01T11:59:40.000Z",
      "  note       no store named nobody is connected",
    ]);
    const [json = ""] = await run("show", "crm", "--json");
    expect(JSON.parse(json)).toMatchObject({ name: "crm", statistics: { failed: 1 } });
  });

  it("list attempts in columns", async () => {
    hub({ subscriptions: [crm], attempts });
    const [text = ""] = await run("attempts", "crm", "--failed");
    expect(text.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["at", "event", "try", "outcome", "answer", "took"],
      ["2026-11-01T11:59:40.000Z", "acme:order:1001:1", "#2", "retry", "500", "12 ms"],
    ]);
    expect(await run("attempts", "crm", "--event", "acme:order:9:1")).toEqual([
      "There are no such attempts within their retention.",
    ]);
    expect(await run("attempts", "crm", "--json")).toHaveLength(2);
  });
});

describe("subscription pause, disable, resume, rotate, test, replay and remove", () => {
  it.each<[string[], string | RegExp, string | undefined]>([
    [["pause", "crm"], "crm holds events back until it is resumed.", "paused"],
    [["disable", "crm"], "crm is disabled; it keeps its place.", "disabled"],
    [["resume", "crm"], "crm goes on where it stopped.", "active"],
    [["resume", "crm", "--from", "now"], "crm goes on from now on.", "active"],
    [
      ["test", "crm", "--type", "order.paid"],
      "A test event order.paid is on its way: test:order:test-1:1",
      "active",
    ],
    [["replay", "crm"], "1 events are sent to crm again.", "active"],
    [["replay", "crm", "--dry-run"], "1 events would be sent to crm again.", "active"],
    [["remove", "crm"], "Removed crm, its consumers and its access.", undefined],
  ])("%j", async (args, told, state) => {
    const test = hub({ subscriptions: [crm], events: [anEvent(1)] });
    expect(await run(...args)).toEqual([told]);
    expect(record(test)?.state).toBe(state);
  });

  it.each([["pause"], ["disable"], ["resume"], ["rotate"], ["test"], ["replay"], ["remove"], ["show"]])(
    "%s prints one JSON object for programs",
    async (action) => {
      hub({ subscriptions: [crm], events: [anEvent(1)] });
      const printed = await run(action, "crm", "--json");
      expect(printed.map((line) => JSON.parse(line))).toEqual([expect.any(Object)]);
    },
  );

  it("rotate shows the new secret; the earlier one stays for the overlap", async () => {
    const test = hub({ subscriptions: [crm] });
    const printed = await run("rotate", "crm", "--overlap-hours", "0.5");
    expect(printed[1]).toMatch(/whsec_/);
    expect(record(test)?.endpoint?.secrets[1]?.expiresAt).toBe("2026-11-01T12:30:00.000Z");
    for (const hours of ["-1", "soon", ""])
      await expect(run("rotate", "crm", `--overlap-hours=${hours}`)).rejects.toThrow(
        "--overlap-hours needs a number from 0.",
      );
  });

  it.each([
    ["show"],
    ["pause"],
    ["disable"],
    ["resume"],
    ["rotate"],
    ["test"],
    ["replay"],
    ["remove"],
    ["attempts"],
  ])("%s without a name tells its usage, and of a name that is none says so", async (action) => {
    hub({ subscriptions: [crm] });
    await expect(run(action)).rejects.toThrow(`Usage: subscription ${action} <name>`);
    if (action !== "attempts")
      await expect(run(action, "nobody")).rejects.toThrow("there is no subscription nobody");
  });
});

describe("subscription", () => {
  it.each([[[]], [["make"]], [["__proto__"]]])("with %j tells its usage", async (args) => {
    hub();
    await expect(run(...args)).rejects.toThrow(/^Usage:\nsubscription add\|set /);
  });
});
