/** Reads back what a run has left in the streams and buckets. */
import { z } from "zod";
import type { Broker } from "../../src/nats/connect.ts";
import type { Names } from "../../src/nats/names.ts";
import { scanStream } from "../../src/nats/scan.ts";
import { envelope } from "../../src/normalizers/canonical/event.ts";
import { entityRow } from "../../src/normalizers/transition/row.ts";
import { outcomeRecord } from "../../src/publish/outcome-record.ts";
import { decodeWebhooks } from "../../src/webhook.ts";
import type { History, StoredWebhook } from "./check.ts";

const records = z.array(outcomeRecord);

export async function readHistory(
  broker: Broker,
  { streams, buckets }: Names,
): Promise<Pick<History, "stored" | "outcomes" | "events" | "rows">> {
  const inbox = await readAll(broker, streams.inbox);
  const outcomes = await readAll(broker, streams.outcomes);
  const events = await readAll(broker, streams.commerce);
  return {
    stored: inbox.flatMap(({ data }) => decodeWebhooks(data).map(toStored)),
    outcomes: outcomes.flatMap(({ data }) => records.parse(JSON.parse(Buffer.from(data).toString("utf8")))),
    events: events.map(({ data }) => envelope.parse(JSON.parse(Buffer.from(data).toString("utf8")))),
    rows: await readRows(broker, buckets.entities),
  };
}

function toStored({ id, store, dedupeKey }: { id: string; store: string; dedupeKey: string }): StoredWebhook {
  // Where a key has several parts, the platform's id of the delivery is the first.
  const [delivery = ""] = decodeURIComponent(dedupeKey).split(",");
  return { webhook: id, store, delivery };
}

async function readAll(broker: Broker, stream: string): Promise<{ data: Uint8Array }[]> {
  const all: { data: Uint8Array }[] = [];
  for await (const message of scanStream(broker, { stream, filter: ">", after: 0 })) all.push(message);
  return all;
}

async function readRows(broker: Broker, bucket: string): Promise<History["rows"]> {
  const prefix = `$KV.${bucket}.`;
  const rows = new Map<string, History["rows"] extends ReadonlyMap<string, infer R> ? R : never>();
  for await (const message of scanStream(broker, {
    stream: `KV_${bucket}`,
    filter: `${prefix}>`,
    after: 0,
  })) {
    const key = message.subject.slice(prefix.length);
    if (key.includes(".reference.")) continue;
    const { state, version, deleted, sequence } = entityRow.parse(message.json());
    rows.set(key, { state, version, deleted: deleted === true, sequence });
  }
  return rows;
}
