import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Circuit, createCircuit } from "../../../src/subscriptions/deliver/circuit.ts";

const middle = () => 0.5;
const SECOND = 1000;

function failing(circuit: Circuit, times: number, now = 0): Circuit {
  for (let i = 0; i < times; i += 1) circuit.failed(now);
  return circuit;
}

function opened(): Circuit {
  return failing(createCircuit({ random: middle }), 5);
}

describe("a circuit", () => {
  it("lets everything through until five failures in a row", () => {
    const circuit = failing(createCircuit({ random: middle }), 4);
    expect([circuit.state(), circuit.admit(0)]).toEqual(["closed", "yes"]);
    circuit.failed(0);
    expect([circuit.state(), circuit.admit(0)]).toEqual(["open", { waitMs: 5 * SECOND }]);
  });

  it("forgets failures with every success", () => {
    const circuit = failing(createCircuit(), 4);
    circuit.succeeded(0);
    failing(circuit, 4);
    expect(circuit.state()).toBe("closed");
  });

  it("lets exactly one through after its pause, and holds the others back until that one has told", () => {
    const circuit = opened();
    expect(circuit.admit(5 * SECOND - 1)).toEqual({ waitMs: 1 });
    expect(circuit.admit(5 * SECOND)).toBe("yes");
    expect(circuit.state()).toBe("half_open");
    expect(circuit.admit(5 * SECOND)).toEqual({ waitMs: SECOND });
    circuit.succeeded(6 * SECOND);
    expect([circuit.state(), circuit.admit(6 * SECOND), circuit.admit(6 * SECOND)]).toEqual([
      "closed",
      "yes",
      "yes",
    ]);
  });

  it("doubles its pause with every probe that fails, up to five minutes, and starts over after a success", () => {
    const circuit = opened();
    let now = 0;
    const pauses: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      const admitted = circuit.admit(now);
      const waitMs = admitted === "yes" ? expect.unreachable("it is open") : admitted.waitMs;
      pauses.push(waitMs / SECOND);
      now += waitMs;
      expect(circuit.admit(now)).toBe("yes");
      circuit.failed(now);
    }
    expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 300, 300]);
    now += 300 * SECOND;
    circuit.admit(now);
    circuit.succeeded(now);
    expect(failing(circuit, 5, now).admit(now)).toEqual({ waitMs: 5 * SECOND });
  });

  it("opens at once for as long as the endpoint asks", () => {
    const circuit = createCircuit();
    circuit.failed(0, 42 * SECOND);
    expect(circuit.admit(0)).toEqual({ waitMs: 42 * SECOND });
    expect(circuit.admit(42 * SECOND)).toBe("yes");
  });

  it("pauses no shorter than its own pause when the endpoint asks for less", () => {
    const circuit = failing(createCircuit({ random: middle }), 4);
    circuit.failed(0, SECOND);
    expect(circuit.admit(0)).toEqual({ waitMs: 5 * SECOND });
  });

  it("is not moved, while open, by attempts that were begun before, unless they ask for a longer pause", () => {
    const circuit = opened();
    failing(circuit, 40, SECOND);
    circuit.succeeded(SECOND);
    expect([circuit.state(), circuit.admit(SECOND)]).toEqual(["open", { waitMs: 4 * SECOND }]);
    circuit.failed(SECOND, 60 * SECOND);
    expect(circuit.admit(SECOND)).toEqual({ waitMs: 60 * SECOND });
    expect(circuit.admit(61 * SECOND)).toBe("yes");
    circuit.failed(61 * SECOND);
    expect(circuit.admit(61 * SECOND)).toEqual({ waitMs: 10 * SECOND });
  });

  it("sends another probe when one never tells how it went", () => {
    const circuit = failing(createCircuit({ random: middle, probeMsMax: 30 * SECOND }), 5);
    expect(circuit.admit(5 * SECOND)).toBe("yes");
    expect(circuit.admit(35 * SECOND - 1)).toEqual({ waitMs: 1 });
    expect(circuit.admit(35 * SECOND)).toBe("yes");
    expect(circuit.admit(35 * SECOND)).toEqual({ waitMs: SECOND });
  });

  it("varies its pauses, so that several endpoints on one machine do not come back together", () => {
    const waits = [0, 0.999].map((random) => failing(createCircuit({ random: () => random }), 5).admit(0));
    expect(waits).toEqual([{ waitMs: 4250 }, { waitMs: 5749 }]);
  });

  it("always says when to ask again, within the longest pause, and lets one probe out at a time", () => {
    const report = {
      nothing: () => undefined,
      success: (circuit: Circuit, now: number) => circuit.succeeded(now),
      failure: (circuit: Circuit, now: number) => circuit.failed(now),
      asked: (circuit: Circuit, now: number) => circuit.failed(now, 30 * SECOND),
    };
    const step = fc.record({
      afterMs: fc.nat(20_000),
      result: fc.constantFrom("nothing" as const, "success" as const, "failure" as const, "asked" as const),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const circuit = createCircuit();
        let now = 0;
        for (const { afterMs, result } of steps) {
          now += afterMs;
          report[result](circuit, now);
          const first = circuit.admit(now);
          const waits = [first, circuit.admit(now)].flatMap((admitted) =>
            admitted === "yes" ? [] : admitted.waitMs,
          );
          // Closed: both may go. Open: none. Half open: the first at most.
          expect(waits.length > 0).toBe(circuit.state() !== "closed");
          for (const waitMs of waits) expect(waitMs > 0 && waitMs <= 300 * SECOND * 1.15).toBe(true);
        }
      }),
    );
  });
});
