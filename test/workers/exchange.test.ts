import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createExchange, type Extension } from "../../src/workers/exchange.ts";
import type { ToWorker } from "../../src/workers/messages.ts";

interface Desk extends Extension {
  readonly got: ToWorker[];
}

function aDesk(isReachable = true): Desk {
  const got: ToWorker[] = [];
  const send = (message: ToWorker) => {
    if (isReachable) got.push(message);
    return isReachable;
  };
  return { send, got };
}

/** An exchange with these in it. */
function withDesks(...desks: Desk[]) {
  const exchange = createExchange(1000);
  for (const desk of desks) exchange.join(desk);
  return exchange;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a question", () => {
  it("goes to all others, and all their answers come back under the asker's own number", () => {
    const [a, b, c] = [aDesk(), aDesk(), aDesk()];
    const exchange = withDesks(a, b, c);
    exchange.handle(a, { kind: "gather", id: 7, topic: "rejections" });
    expect(b.got).toEqual([{ kind: "ask", id: 0, topic: "rejections" }]);
    exchange.handle(b, { kind: "answer", id: 0, answer: "of b" });
    expect(a.got).toEqual([]);
    exchange.handle(c, { kind: "answer", id: 0, answer: "of c" });
    expect(a.got).toEqual([{ kind: "gathered", id: 7, answers: ["of b", "of c"] }]);
  });

  it("is answered at once where there is nobody else, or nobody who can be reached", () => {
    const a = aDesk();
    withDesks(a, aDesk(false)).handle(a, { kind: "gather", id: 1, topic: "metrics" });
    expect(a.got).toEqual([{ kind: "gathered", id: 1, answers: [] }]);
  });

  it("leaves out whoever starts, ends or is busy, and does not wait for ever", () => {
    const [a, starting, dying, busy] = [aDesk(), aDesk(), aDesk(), aDesk()];
    const exchange = withDesks(a, starting, dying, busy);
    exchange.handle(a, { kind: "gather", id: 1, topic: "metrics" });
    exchange.handle(starting, { kind: "answer", id: 0 });
    exchange.leave(dying);
    expect(a.got).toEqual([]);
    vi.advanceTimersByTime(1000);
    expect(a.got).toEqual([{ kind: "gathered", id: 1, answers: [] }]);
    exchange.handle(busy, { kind: "answer", id: 0, answer: "late" });
    expect(a.got).toHaveLength(1);
  });

  it("counts one answer of each only", () => {
    const [a, b, c] = [aDesk(), aDesk(), aDesk()];
    const exchange = withDesks(a, b, c);
    exchange.handle(a, { kind: "gather", id: 1, topic: "metrics" });
    exchange.handle(b, { kind: "answer", id: 0, answer: 1 });
    exchange.leave(b);
    expect(a.got).toEqual([]);
    exchange.leave(c);
    expect(a.got).toEqual([{ kind: "gathered", id: 1, answers: [1] }]);
  });
});

it("passes on to all others what one tells", () => {
  const [a, b, c] = [aDesk(), aDesk(), aDesk()];
  withDesks(a, b, c).handle(a, { kind: "tell", topic: "auth_failures", message: { at: 1 } });
  const told = [{ kind: "told", topic: "auth_failures", message: { at: 1 } }];
  expect([a.got, b.got, c.got]).toEqual([[], told, told]);
});
