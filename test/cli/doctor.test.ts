import { afterEach, describe, expect, it, vi } from "vitest";
import { doctor } from "../../src/cli/doctor.ts";
import { UsageError } from "../../src/cli/usage.ts";
import { hashToken, makeTokenText } from "../../src/tokens/token.ts";
import { ADMIN_TOKEN, aStore, secretBox, type TestAppOptions } from "../helpers/app.ts";
import { anAttempt, aSubscription } from "../helpers/subscriptions.ts";
import { hub, runVerb } from "./run-verb.ts";

const READ = makeTokenText();
const READER = {
  name: "r",
  scope: "read",
  hash: hashToken(READ),
  createdAt: "2026-11-01T12:00:00Z",
} as const;

/** The lines that it prints, and the message with which it fails, if it does. */
async function examine(options: TestAppOptions = {}, args: string[] = [], token = ADMIN_TOKEN) {
  hub(options);
  const lines: string[] = [];
  const failure = await doctor
    .run({
      args,
      env: { ENTREPOT_TOKEN: token },
      print: (line) => void lines.push(line),
      signal: new AbortController().signal,
    })
    .then(
      () => undefined,
      (error: unknown) => (error instanceof UsageError ? error.message : String(error)),
    );
  return { lines, failure };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("doctor", () => {
  it("says that all is well", async () => {
    expect(await examine()).toEqual({
      lines: [
        "ok      hub: answers at http://127.0.0.1:8080",
        "ok      nats: connected, and the streams are there",
        "ok      token: counts, to change things too",
        "ok      stores: 1 connected, each with a secret",
        "ok      subscriptions: there are none",
      ],
      failure: undefined,
    });
  });

  it("knows a token that may only read", async () => {
    const { lines, failure } = await examine({ tokens: [READER] }, [], READ);
    expect([lines[2], failure]).toEqual(["ok      token: counts, to read only", undefined]);
  });

  it.each<[string, TestAppOptions, string]>([
    [
      "NATS is away",
      { overrides: { notReady: async () => ["connection to NATS"] } },
      "failed  nats: the hub misses connection to NATS",
    ],
    [
      "a store has no secret",
      { stores: [aStore(), aStore({ name: "shut", secrets: [] })] },
      "failed  stores: without a secret that counts: shut",
    ],
    [
      "a subscription is disabled",
      {
        subscriptions: [
          aSubscription(secretBox, { state: "disabled", stopped: { at: "a", reason: "410 Gone" } }),
        ],
      },
      "failed  subscription crm: disabled (410 Gone)",
    ],
    [
      "the last attempt failed",
      {
        subscriptions: [aSubscription(secretBox)],
        attempts: [
          anAttempt(),
          anAttempt({ outcome: "retry", error: "status", status: 500, at: "2026-11-01T11:59:59.000Z" }),
        ],
      },
      "failed  subscription crm: its last attempt failed: status 500",
    ],
  ])("fails when %s", async (_what, options, line) => {
    const { lines, failure } = await examine(options);
    expect(lines).toContain(line);
    expect(failure).toBe("1 check failed.");
  });

  it("is content with an endpoint that works again", async () => {
    const attempts = [
      anAttempt({ outcome: "retry", error: "status", status: 500, at: "2026-11-01T11:58:00.000Z" }),
      anAttempt(),
    ];
    const { lines } = await examine({ subscriptions: [aSubscription(secretBox)], attempts });
    expect(lines).toContain("ok      subscription crm: active, 0 pending");
  });

  it("stops at a token that does not count", async () => {
    const { lines, failure } = await examine({}, ["--json"], "wrong");
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { check: "hub", ok: true },
      { check: "nats", ok: true },
      { check: "token", ok: false, detail: "A valid bearer token is needed." },
    ]);
    expect(failure).toBe("1 check failed.");
  });

  it("stops where no hub answers", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("fetch failed")));
    await expect(runVerb(doctor, [])).rejects.toThrow("1 check failed.");
  });
});
