import { describe, expect, it } from "vitest";
import type { Lease } from "../../../src/subscriptions/deliver/lease.ts";
import { type OrderedServing, serveInTurn } from "../../../src/subscriptions/deliver/turn.ts";
import { eventually } from "../../helpers/eventually.ts";

/** A lease that goes by a script, one word for each time it is asked; the last word stays. */
function serve(script: readonly ("mine" | "theirs" | "broken")[], tooEarly = 0) {
  const steps: string[] = [];
  const stopping = new AbortController();
  const words = [...script];
  const lease: Lease = {
    keep: async () => {
      const word = (words.length > 1 ? words.shift() : words[0]) ?? "theirs";
      steps.push(word);
      if (word === "broken") throw new Error("no broker");
      return word === "mine";
    },
    isHeld: () => true,
    release: async () => void steps.push("release"),
  };
  let tidied = 0;
  let early = tooEarly;
  let loseOne: () => void = () => undefined;
  const start = async (onLost: () => void): Promise<OrderedServing | undefined> => {
    if (early > 0) {
      early -= 1;
      steps.push("too early");
      return undefined;
    }
    steps.push("start");
    loseOne = onLost;
    return {
      stop: async () => void steps.push("stop"),
      tidy: async () => {
        tidied += 1;
      },
    };
  };
  const onTrouble = () => void steps.push("trouble");
  const done = serveInTurn({ lease, renewMs: 1, signal: stopping.signal, start, onTrouble });
  return { steps, stop: () => stopping.abort(), lose: () => loseOne(), tidied: () => tidied, done };
}

/** Steps without those that repeat. */
function told(steps: readonly string[]): string[] {
  return steps.filter((step, index) => step !== steps[index - 1]);
}

describe("serving in turn", () => {
  it("starts once when the lease is held, and lets go of it after the last event is done", async () => {
    const { steps, stop, done } = serve(["theirs", "mine"]);
    await eventually(() => expect(steps.filter((step) => step === "mine").length).toBeGreaterThan(2));
    stop();
    await done;
    expect(told(steps)).toEqual(["theirs", "mine", "start", "mine", "stop", "release"]);
  });

  it("forgets what only seems to wait each time that it renews the lease, but not before it has started", async () => {
    const { steps, stop, tidied, done } = serve(["mine"], 3);
    await eventually(() => expect(tidied()).toBeGreaterThan(1));
    stop();
    await done;
    const renewed = steps.slice(steps.indexOf("start")).filter((step) => step === "mine");
    expect(renewed).toHaveLength(tidied());
  });

  it("stops when the lease is lost, and starts anew when it is back", async () => {
    const { steps, stop, done } = serve(["mine", "theirs", "mine"]);
    await eventually(() => expect(steps.filter((step) => step === "start")).toHaveLength(2));
    stop();
    await done;
    expect(told(steps).slice(0, 6)).toEqual(["mine", "start", "theirs", "stop", "mine", "start"]);
  });

  it("goes on through trouble with the broker", async () => {
    const { steps, stop, done } = serve(["mine", "broken", "mine"]);
    await eventually(() => expect(steps.filter((step) => step === "mine").length).toBeGreaterThan(1));
    stop();
    await done;
    expect(told(steps)).toEqual(["mine", "start", "broken", "trouble", "mine", "stop", "release"]);
  });

  it("starts anew when something was lost on its way", async () => {
    const { steps, stop, lose, done } = serve(["mine"]);
    await eventually(() => expect(steps).toContain("start"));
    lose();
    await eventually(() => expect(steps.filter((step) => step === "start")).toHaveLength(2));
    stop();
    await done;
    const wanted = ["start", "stop", "start", "stop", "release"];
    expect(steps.filter((step) => step !== "mine")).toEqual(wanted);
  });

  it("asks again when it is too early to start", async () => {
    const { steps, stop, done } = serve(["mine"], 2);
    await eventually(() => expect(steps).toContain("start"));
    stop();
    await done;
    expect(steps.slice(0, 6)).toEqual(["mine", "too early", "mine", "too early", "mine", "start"]);
  });
});
