import { afterEach, describe, expect, it, vi } from "vitest";
import { replay } from "../../src/cli/replay.ts";
import { secretBox } from "../helpers/app.ts";
import { anEvent } from "../helpers/event.ts";
import { aSubscription } from "../helpers/subscriptions.ts";
import { hub, runVerb } from "./run-verb.ts";

const run = (...args: string[]) => runVerb(replay, args);
const options = {
  subscriptions: [aSubscription(secretBox)],
  events: [1, 2, 3, 4, 5].map((sequence) => anEvent(sequence, sequence === 5 ? { subject: "1002" } : {})),
};

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("replay", () => {
  it("sends all stretches to one subscription", async () => {
    const test = hub(options);
    expect(await run("--to", "crm")).toEqual(["5 events are sent to crm again."]);
    expect(test.stage.sent.map(({ event }) => event.sequence)).toEqual([1, 2, 3, 4, 5]);
    const ids = test.lines.map(({ replayId }) => replayId);
    expect([ids.length, new Set(ids).size]).toEqual([3, 1]);
  });

  it("only counts in a dry run, of one entity when that is asked for", async () => {
    const test = hub(options);
    const [line = ""] = await run("--to", "crm", "--entity", "1002", "--dry-run", "--json");
    expect(JSON.parse(line)).toEqual({
      subscription: "crm",
      replayId: expect.any(String),
      events: 1,
      dryRun: true,
    });
    expect(test.stage.sent).toEqual([]);
  });

  it.each<[string[], RegExp]>([
    [[], /^Usage: replay --to SUBSCRIPTION/],
    [["--to", "nobody"], /there is no subscription nobody/],
    [["--to", "crm", "--since", "yesterday"], /since: /],
    [["--to", "crm", "--type", "order.payed"], /did you mean order\.paid/],
    [["crm"], /Unexpected argument 'crm'/],
  ])("tells a mistake in one sentence: %j", async (args, expected) => {
    hub(options);
    await expect(run(...args)).rejects.toThrow(expected);
  });
});
