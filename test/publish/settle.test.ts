import { NatsError } from "nats";
import { describe, expect, it } from "vitest";
import { PublishError, type PublishFailure } from "../../src/nats/publisher.ts";
import { UnreadableRow } from "../../src/publish/entities.ts";
import { settleFailure } from "../../src/publish/settle.ts";

const TEMPORARY: readonly PublishFailure[] = [
  "disconnected",
  "timeout",
  "no_stream",
  "full",
  "conflict",
  "refused",
];
const PERMANENT: readonly PublishFailure[] = ["too_large"];

describe("a failure of the broker", () => {
  it.each(TEMPORARY)("(%s) is waited for, however long it takes", (failure) => {
    for (const attempt of [1, 8, 100, 10_000]) {
      expect(settleFailure(new PublishError(failure, ""), attempt)).toMatchObject({ kind: "retry" });
    }
  });

  it.each(["TIMEOUT", "503", "CONNECTION_CLOSED"])("(client error %s) is waited for", (code) => {
    expect(settleFailure(new NatsError(code, code), 1000)).toMatchObject({ kind: "retry" });
  });
});

describe("a defect", () => {
  const defects = [
    ...PERMANENT.map((failure) => new PublishError(failure, "")),
    new TypeError("x is not a function"),
    "a thrown text",
    undefined,
  ];

  it.each(defects)("(%s) is tried seven times more, then set aside", (error) => {
    for (let attempt = 1; attempt < 8; attempt += 1) {
      expect(settleFailure(error, attempt)).toMatchObject({ kind: "retry" });
    }
    expect(settleFailure(error, 8)).toEqual({ kind: "dead_letter" });
    expect(settleFailure(error, 9)).toEqual({ kind: "dead_letter" });
  });
});

describe("a stored row that cannot be read", () => {
  it("is not tried again: the same bytes would come back", () => {
    expect(settleFailure(new UnreadableRow("acme.order.1", "body: x"), 1)).toEqual({ kind: "dead_letter" });
  });
});

describe("the pause before the next try", () => {
  it("doubles from half a second to half a minute and is never zero", () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 8, 50, 2000].map((attempt) =>
      settleFailure(new PublishError("timeout", ""), attempt),
    );
    expect(pauses).toEqual(
      [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000].map((delayMs) => ({
        kind: "retry",
        delayMs,
      })),
    );
  });
});
