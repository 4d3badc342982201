/**
 * What the hub has stored and reads again, damaged: messages of the inbox and rows of entities. A message gives webhooks or a
 * problem, a row gives events that fit or is told to be unreadable; nothing throws anything else, and nothing waits for ever.
 * Longer runs: `FUZZ_RUNS=100 npx vitest run test/fuzz` (see `test/helpers/fuzz.ts`).
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CanonicalEvent, envelope } from "../../src/normalizers/canonical/event.ts";
import { type AdvanceDeps, advance } from "../../src/publish/advance.ts";
import { createMemoryEntities } from "../../src/publish/entities-memory.ts";
import { type StoredValue, UnreadableRow } from "../../src/publish/entities.ts";
import { recallReference, rememberReference } from "../../src/publish/references.ts";
import { createRowCache } from "../../src/publish/row-cache.ts";
import { createTurns } from "../../src/turns.ts";
import { encodeWebhooks, readStores, readWebhooks } from "../../src/webhook.ts";
import {
  aCauseNumbered,
  anOrder,
  anOrderDeletion,
  anOrderObservation,
  anOrigin,
  aPaymentPatch,
  aRow,
  at,
  aWebhook,
} from "../helpers/factories.ts";
import { mutations } from "../helpers/byte-mutations.ts";
import { FUZZ_TIMEOUT_MS, fuzz } from "../helpers/fuzz.ts";
import { damaged, junkValue } from "../helpers/json-mutations.ts";

describe("a message of the inbox", () => {
  it(
    "gives its webhooks or a problem that tells nothing of them",
    () => {
      const message = encodeWebhooks([
        aWebhook(),
        aWebhook({ store: "other", body: Buffer.from("secret\n[") }),
      ]);
      fc.assert(
        fc.property(
          fc.oneof(
            mutations(4).map((mutate) => mutate(message)),
            fc.uint8Array(),
          ),
          (bytes) => {
            const read = readWebhooks(bytes);
            if (read.ok) expect(read.webhooks.length).toBeGreaterThan(0);
            else expect(read.problem).toMatch(/^[a-z ']+$/);
          },
        ),
        fuzz(500),
      );
    },
    FUZZ_TIMEOUT_MS,
  );

  it(
    "tells of its stores counts alone",
    () => {
      fc.assert(
        fc.property(
          fc.oneof(
            fc.string(),
            mutations(3).map((mutate) => mutate(Buffer.from("acme=3,other=1")).toString()),
          ),
          (text) => {
            for (const [store, count] of readStores(text)) {
              expect(store).not.toBe("");
              expect(count).toBeLessThan(10_000);
            }
          },
        ),
        fuzz(500),
      );
      expect(readStores("acme=3,other=1")).toEqual([
        ["acme", 3],
        ["other", 1],
      ]);
    },
    FUZZ_TIMEOUT_MS,
  );
});

describe("a row of an entity", () => {
  const row = aRow([anOrderObservation(), aPaymentPatch({}, at(1))]);
  const observation = fc.constantFrom(
    anOrderObservation(),
    anOrderObservation({ paymentStatus: "paid" }, { version: at(9), isNew: true }),
    aPaymentPatch({ status: "failed" }, at(5)),
    anOrderDeletion(at(7)),
  );

  it(
    "is advanced or told to be unreadable, and its events fit in any case",
    async () => {
      const value = fc.oneof(damaged(row).map(parse), junkValue, fc.constant(undefined));
      await fc.assert(
        fc.asyncProperty(value, observation, async (stored, seen) => {
          const events: CanonicalEvent[] = [];
          const task = {
            key: "acme.order.1001",
            observation: seen,
            cause: aCauseNumbered(9),
            origin: anOrigin(),
          };
          await advance(task, aWorld({ value: stored, revision: 1, bytes: 1 }, events)).catch(
            (error: unknown) => {
              expect(error).toBeInstanceOf(UnreadableRow);
              expect(events).toEqual([]);
            },
          );
          for (const event of events) expect(envelope.safeParse(event).error).toBeUndefined();
        }),
        fuzz(300),
      );
    },
    FUZZ_TIMEOUT_MS,
  );

  it("says which one it is, and nothing of what it holds", async () => {
    const state = { ...anOrder(), email: 7 };
    const task = {
      key: "acme.order.1001",
      observation: anOrderObservation(),
      cause: aCauseNumbered(9),
      origin: anOrigin(),
    };
    for (const value of [undefined, "ada@example.com", { ...row, state, sequence: "x" }]) {
      const failure = await advance(task, aWorld({ value, revision: 1, bytes: 1 })).catch(
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(UnreadableRow);
      expect(String(failure)).toMatch(/acme\.order\.1001/);
      expect(String(failure)).not.toMatch(/@|Quay/);
    }
  });
});

describe("a row of a reference", () => {
  it(
    "that cannot be read is written anew",
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.oneof(junkValue, fc.constant({ sku: 5 })), async (junk) => {
          const rows = new Map([["acme.reference.5", { text: JSON.stringify(junk) ?? "null", revision: 1 }]]);
          const deps = { entities: createMemoryEntities(rows), turns: createTurns() };
          await recallReference("acme", "5", deps);
          const fields = { variantId: "1", sku: "MUG" };
          rows.set("acme.reference.5", { text: JSON.stringify(junk) ?? "null", revision: 1 });
          await rememberReference("acme", { kind: "reference", id: "5", fields }, deps);
          expect(await recallReference("acme", "5", deps)).toEqual(fields);
        }),
        fuzz(100),
      );
    },
    FUZZ_TIMEOUT_MS,
  );
});

function parse(text: string): unknown {
  return JSON.parse(text);
}

/** The ports of the protocol around one stored row. */
function aWorld(stored: StoredValue, events: CanonicalEvent[] = []): AdvanceDeps {
  return {
    entities: {
      load: async () => stored,
      save: async (_key, _text, revision) => (revision === stored.revision ? 2 : "conflict"),
    },
    publisher: { publish: async (event) => void events.push(event) },
    cache: createRowCache(1_000_000),
    turns: createTurns(),
    isSettled: async () => false,
    onConflict: () => undefined,
    onRepublish: () => undefined,
  };
}
