/**
 * Accounts for every stored webhook. What came in stands in the headers of the inbox's messages, what each became in the
 * OUTCOMES stream; both are logs, so any process can add them up and no crash can lose a count. The two sums agree as
 * soon as the inbox is worked off.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { JetStreamClient, JsMsg } from "nats";
import { z } from "zod";
import type { Names } from "../nats/names.ts";
import type { Publisher } from "../nats/publisher.ts";
import { readStores } from "../webhook.ts";
import { type OutcomeRecord, outcomeRecord } from "./outcome-record.ts";
import { WEBHOOK_OUTCOMES, type WebhookOutcome } from "./settle.ts";

export type Counts = { stored: number; events: number } & Record<WebhookOutcome, number>;

export interface Ledger {
  /** Writes what the webhooks of an inbox message became. Once per message, repeated within two hours. */
  readonly record: (inboxSequence: number, records: readonly OutcomeRecord[]) => Promise<void>;
  /** The sums within the retention of both logs; of all stores without `store`. The first call reads them. */
  readonly counts: (store?: string) => Promise<Counts>;
  readonly close: () => void;
}

const CATCH_UP_MS_MAX = 10_000;

const records = z.array(outcomeRecord.pick({ store: true, outcome: true, events: true }));

export function createLedger(js: JetStreamClient, publisher: Publisher, names: Names): Ledger {
  const perStore = new Map<string, Counts>();
  let opened: Promise<Follower[]> | undefined;

  const of = (store: string): Counts => {
    const known = perStore.get(store);
    if (known) return known;
    const counts = noCounts();
    perStore.set(store, counts);
    return counts;
  };
  const countStored = (message: JsMsg) => {
    for (const [store, count] of readStores(message.headers?.get("Entrepot-Stores") ?? "")) {
      of(store).stored += count;
    }
  };
  const countOutcomes = (message: JsMsg) => {
    for (const { store, outcome, events } of records.parse(message.json())) {
      of(store)[outcome] += 1;
      of(store).events += events;
    }
  };
  const open = () =>
    Promise.all([
      follow(js, names.streams.inbox, countStored, { headersOnly: true }),
      follow(js, names.streams.outcomes, countOutcomes, { headersOnly: false }),
    ]);

  return {
    record: async (inboxSequence, done) => {
      if (done.length === 0) return;
      await publisher.publish(names.outcomesSubject(oneStore(done)), JSON.stringify(done), {
        "Nats-Msg-Id": `inbox:${inboxSequence}`,
      });
    },
    counts: async (store) => {
      opened ??= open();
      for (const follower of await opened) await follower.caughtUp();
      if (store !== undefined) return { ...(perStore.get(store) ?? noCounts()) };
      return [...perStore.values()].reduce(add, noCounts());
    },
    close: () => {
      void opened?.then((followers) => {
        for (const follower of followers) follower.stop();
      });
    },
  };
}

/** The store that all of them are of. */
function oneStore(done: readonly OutcomeRecord[]): string | undefined {
  const [first] = done;
  return done.every(({ store }) => store === first?.store) ? first?.store : undefined;
}

interface Follower {
  /** Resolves when everything that the stream held at the time of the call has been counted. */
  readonly caughtUp: () => Promise<void>;
  readonly stop: () => void;
}

async function follow(
  js: JetStreamClient,
  stream: string,
  onMessage: (message: JsMsg) => void,
  { headersOnly }: { headersOnly: boolean },
): Promise<Follower> {
  const consumer = await js.consumers.get(stream, { headers_only: headersOnly });
  const jsm = await js.jetstreamManager();
  let seen = 0;
  let waiters: { sequence: number; resolve: () => void }[] = [];
  const messages = await consumer.consume({
    callback: (message) => {
      onMessage(message);
      seen = message.seq;
      const ready = waiters.filter(({ sequence }) => sequence <= seen);
      waiters = waiters.filter(({ sequence }) => sequence > seen);
      for (const { resolve } of ready) resolve();
    },
  });
  return {
    caughtUp: async () => {
      const { state } = await jsm.streams.info(stream);
      if (state.messages === 0 || state.last_seq <= seen) return;
      const seenAll = new Promise<void>((resolve) => waiters.push({ sequence: state.last_seq, resolve }));
      // A message that expires before it is read never comes.
      await Promise.race([seenAll, sleep(CATCH_UP_MS_MAX, undefined, { ref: false })]);
    },
    stop: () => {
      messages.stop();
    },
  };
}

function noCounts(): Counts {
  return {
    stored: 0,
    events: 0,
    published: 0,
    unchanged: 0,
    stale: 0,
    ignored: 0,
    unknown_topic: 0,
    dead_lettered: 0,
  };
}

function add(sum: Counts, counts: Counts): Counts {
  sum.stored += counts.stored;
  sum.events += counts.events;
  for (const outcome of WEBHOOK_OUTCOMES) sum[outcome] += counts[outcome];
  return sum;
}
