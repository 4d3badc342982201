/**
 * The whole way of a stored webhook, damaged bodies between good ones: each becomes one outcome, nothing throws, and whatever is
 * published is an event by the schemas that subscribers use. Longer runs: `FUZZ_RUNS=100 npx vitest run test/fuzz` (see
 * `test/helpers/fuzz.ts`).
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CanonicalEvent } from "../../src/normalizers/canonical/event.ts";
import { parseEvent } from "../../src/normalizers/canonical/parse-event.ts";
import type { ThinDeps } from "../../src/publish/hydrate/thin.ts";
import { type ProcessDeps, processWebhook } from "../../src/publish/process.ts";
import { WEBHOOK_OUTCOMES } from "../../src/publish/settle.ts";
import { sampleBody } from "../helpers/app.ts";
import { mutations } from "../helpers/byte-mutations.ts";
import { aWebhook } from "../helpers/factories.ts";
import { FUZZ_TIMEOUT_MS, fuzz } from "../helpers/fuzz.ts";
import { damaged } from "../helpers/json-mutations.ts";
import { processDeps } from "../helpers/process-deps.ts";
import { storedBody } from "../helpers/stored-body.ts";
import { noThin } from "../helpers/thin.ts";
import { WIRES, type WireRow } from "../helpers/wires.ts";

describe.each(WIRES)("$name", (row) => {
  it(
    "makes of every webhook one outcome and events that fit",
    async () => {
      const topics = Object.keys(row.wire.samples.bodies);
      await fc.assert(
        fc.asyncProperty(fc.array(bodyOf(row, topics), { minLength: 1, maxLength: 4 }), async (bodies) => {
          const events: CanonicalEvent[] = [];
          const deps = aHub(events);
          for (const [index, { topic, body }] of bodies.entries()) {
            const id = `01950000-0000-7000-8000-00000000000${index}`;
            const { platform, variant } = row;
            const webhook = aWebhook({
              id,
              platform: platform.id,
              variant,
              topic,
              body,
              dedupeKey: id,
              headers: {},
            });
            const { outcome, reason = "" } = await processWebhook(
              webhook,
              { inboxSequence: index + 1 },
              deps,
            );
            expect(WEBHOOK_OUTCOMES).toContain(outcome);
            expect(reason).not.toContain("the mapper failed");
          }
          for (const event of events) expectEvent(event);
        }),
        fuzz(8),
      );
    },
    FUZZ_TIMEOUT_MS,
  );
});

function bodyOf({ wire }: WireRow, topics: readonly string[]) {
  return fc.constantFrom(...topics).chain((topic) => {
    const text = sampleBody(wire, topic);
    return fc
      .oneof(
        { weight: 2, arbitrary: fc.constant(storedBody(wire, text)) },
        { weight: 4, arbitrary: damaged(JSON.parse(text)).map((changed) => storedBody(wire, changed)) },
        { weight: 1, arbitrary: mutations(4).map((mutate) => mutate(storedBody(wire, text))) },
      )
      .map((body) => ({ topic, body }));
  });
}

function expectEvent(event: CanonicalEvent): void {
  const text = JSON.stringify(event);
  // What subscribers get, not what we hold.
  parseEvent(JSON.parse(text));
  expect(event.id.startsWith("acme:")).toBe(true);
}

/** Nothing can be read, and a thin webhook says so itself. */
function aHub(events: CanonicalEvent[]): ProcessDeps {
  const hydrator: ThinDeps["hydrator"] = {
    hydrate: async () => ({ kind: "impossible", reason: "nothing is read here", attempts: 1 }),
  };
  return processDeps(events, { thin: noThin({ hydrator }) });
}
