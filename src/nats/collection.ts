/** A collection in a bucket, followed by a watch, so that every process knows a change within milliseconds. */
import { setTimeout as sleep } from "node:timers/promises";
import { ErrorCode, type KV, type KvEntry, NatsError } from "nats";
import type { z } from "zod";
import { type ChangeListener, type Collection, type Named, sortByName } from "../collection.ts";
import type { Logger } from "../log.ts";

/** As much of a bucket as a collection needs. */
export interface Bucket extends Pick<KV, "get" | "put" | "delete"> {
  readonly watch: (options: { initializedFn: () => void }) => Promise<AsyncIterable<KvEntry>>;
}

export interface CollectionOptions<R extends Named> {
  readonly kv: Bucket;
  /** What is in the bucket is parsed with this; what does not fit is left out. */
  readonly record: z.ZodType<R>;
  readonly log: Logger;
  /** Told of each record that cannot be read; the last readable state of it stays. */
  readonly onUnreadable: (name: string) => void;
}

/** The last known state of a name; a removed one keeps its place, so that what comes late cannot bring it back. */
interface Known<R> {
  readonly revision: number;
  readonly record: R | undefined;
}

const WRONG_LAST_SEQUENCE = 10_071;
const WATCH_AGAIN_MS = 1000;

/**
 * Opens the collection and resolves when all of it has been read. Follows the bucket until the connection is closed; after
 * an outage of the server it may take some seconds until changes of other processes are seen again.
 */
export async function openCollection<R extends Named>(options: CollectionOptions<R>): Promise<Collection<R>> {
  const { kv, record: schema } = options;
  const known = new Map<string, Known<R>>();
  const listeners: ChangeListener<R>[] = [];

  // Own writes and the watch tell the same, in any order: a revision that is not newer is an echo.
  const learn = (name: string, revision: number, record: R | undefined) => {
    const before = known.get(name);
    if (before !== undefined && before.revision >= revision) return;
    known.set(name, { revision, record });
    if (record === undefined && before?.record === undefined) return;
    for (const listener of listeners) listener(name, record);
  };
  await watch(options, ({ key, operation, revision, value }) => {
    if (operation !== "PUT") return learn(key, revision, undefined);
    const parsed = schema.safeParse(parseJson(value));
    if (parsed.success) learn(key, revision, parsed.data);
    else options.onUnreadable(key);
  });

  const write = async (record: R, expected: number): Promise<boolean> => {
    const revision = await kv
      .put(record.name, JSON.stringify(record), { previousSeq: expected })
      .catch(undefinedOnConflict);
    if (revision === undefined) return false;
    learn(record.name, revision, record);
    return true;
  };
  return {
    isReady: () => true,
    find: (name) => known.get(name)?.record,
    list: () => sortByName([...known.values()].flatMap(({ record }) => record ?? [])),
    add: async (record) => {
      const entry = await kv.get(record.name);
      if (entry?.operation === "PUT") return false;
      return write(record, entry?.revision ?? 0);
    },
    update: async (name, change) => {
      for (;;) {
        const entry = await kv.get(name);
        if (entry?.operation !== "PUT") return undefined;
        const next = change(schema.parse(entry.json()));
        if (await write(next, entry.revision)) return next;
      }
    },
    remove: async (name) => {
      for (;;) {
        const entry = await kv.get(name);
        if (entry?.operation !== "PUT") return false;
        const removed = await kv
          .delete(name, { previousSeq: entry.revision })
          .then(() => true, undefinedOnConflict);
        if (removed === undefined) continue;
        // The client does not say the revision of the marker; nothing of this name lies between the entry and it.
        learn(name, entry.revision + 1, undefined);
        return true;
      }
    },
    onChange: (listener) => void listeners.push(listener),
  };
}

/** Resolves when everything that is there has been handed over, and goes on for as long as the connection lives. */
async function watch<R extends Named>(
  { kv, log }: CollectionOptions<R>,
  onEntry: (entry: KvEntry) => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let isRead = false;
    const initializedFn = () => {
      isRead = true;
      resolve();
    };
    const follow = async () => {
      let end = await readUntilEnd(kv, initializedFn, onEntry);
      if (!isRead) return reject(end ?? new Error("the bucket's watch ended before everything was read"));
      while (!isClosed(end)) {
        // The client gives a watch up when the server refuses to renew it, as it does while it starts.
        if (end !== undefined) log.warn({ err: end }, "watch of a bucket ended and is started again");
        await sleep(WATCH_AGAIN_MS, undefined, { ref: false });
        end = await readUntilEnd(kv, initializedFn, onEntry);
      }
    };
    void follow();
  });
}

/** Resolves with the error that ended the watch; undefined when it ended without one, as it does with its connection. */
async function readUntilEnd(
  kv: Bucket,
  initializedFn: () => void,
  onEntry: (entry: KvEntry) => void,
): Promise<unknown> {
  try {
    for await (const entry of await kv.watch({ initializedFn })) onEntry(entry);
    return undefined;
  } catch (error) {
    return error;
  }
}

function isClosed(error: unknown): boolean {
  return (
    error instanceof NatsError &&
    (error.code === ErrorCode.ConnectionClosed || error.code === ErrorCode.ConnectionDraining)
  );
}

function undefinedOnConflict(error: unknown): undefined {
  if (error instanceof NatsError && error.api_error?.err_code === WRONG_LAST_SEQUENCE) return undefined;
  throw error;
}

function parseJson(value: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(value).toString("utf8"));
  } catch {
    return undefined;
  }
}
