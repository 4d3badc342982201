/** Fills the data directory of a hub with what years of use leave there, in the form in which the hub itself keeps it. */
import { connect } from "../src/nats/connect.ts";
import { startEmbedded } from "../src/nats/embedded/server.ts";
import { createLogger } from "../src/log.ts";
import { createNames, entityKey } from "../src/nats/names.ts";
import type { Publisher } from "../src/nats/publisher.ts";
import { declareStreams } from "../src/nats/streams.ts";
import { normalize } from "../src/normalizers/normalize.ts";
import { transition } from "../src/normalizers/transition/transition.ts";
import { createSecretBox } from "../src/secret-box.ts";
import { SECRET_KEY } from "./contestant.ts";
import { ID_MARKER, orderText } from "./order.ts";
import { storeName, storeSecret } from "./stores.ts";

export interface Population {
  readonly stores: number;
  readonly entities: number;
}

/** Stored orders are numbered from here on. */
export const FIRST_STORED_ID = 500_000_000_000;
const YEARS_AGO = "2024-01-15T08:00:00Z";
const DAY = 86_400;
const FLYING_MAX = 512;

type Part = keyof Population;

/** Writes one of both, the stores or the orders of these stores, into a data directory, then ends the server that it used. */
export async function populate(
  dataDir: string,
  { stores, entities }: Population,
  part: Part,
  report: (line: string) => void,
): Promise<void> {
  const names = createNames("");
  const embedded = await startEmbedded({
    dataDir,
    // What is written here can be written again.
    durability: "relaxed",
    port: 0,
    subscriberStreams: [names.streams.commerce, names.streams.direct],
    eventSubject: names.all.commerce,
    env: process.env,
    report,
  });
  try {
    const broker = await connect({
      url: embedded.url,
      name: "bench",
      authenticator: embedded.credentials.hub,
      log: createLogger("warn"),
    });
    const retention = { inbox: 14 * DAY, commerce: 30 * DAY, dead: 90 * DAY, attempts: 14 * DAY };
    await declareStreams(broker, names, { replicas: 1, retentionSeconds: retention });
    const put = (bucket: string) => createPut(broker.publisher, bucket);
    if (part === "stores") await fill(stores, storeMaker(), put(names.buckets.stores));
    else await fill(entities, orderMaker(stores), put(names.buckets.entities));
    await broker.close();
  } finally {
    await embedded.stop();
  }
}

type Entry = readonly [key: string, value: string];

/** The order with this number belongs to the store whose turn it is. */
export function storeOfOrder(number: number, stores: number): string {
  return storeName(number % stores);
}

function storeMaker(): (number: number) => Entry {
  const secretBox = createSecretBox(SECRET_KEY);
  return (number) => {
    const name = storeName(number);
    const sealed = secretBox.seal(storeSecret(number), name);
    const secrets = [{ sealed, createdAt: YEARS_AGO }];
    const record = { name, platform: "shopify", connectedAt: YEARS_AGO, options: {}, secrets };
    return [name, JSON.stringify(record)];
  };
}

/** Rows of the bench's order, as the hub would have written them when it came. */
function orderMaker(stores: number): (number: number) => Entry {
  const template = JSON.stringify(rowOf(orderText(YEARS_AGO)));
  return (number) => {
    const id = String(FIRST_STORED_ID + number);
    return [entityKey(storeOfOrder(number, stores), "order", id), template.replaceAll(ID_MARKER, id)];
  };
}

function rowOf(body: string): object {
  const webhook = {
    id: "018d0c00-0000-7000-8000-000000000000",
    platform: "shopify",
    store: storeName(0),
    topic: "orders/create",
    dedupeKey: "bench",
    receivedAt: YEARS_AGO,
    sentAt: YEARS_AGO,
    via: "webhook",
    authenticity: "signature",
    headers: {},
    body: Buffer.from(body),
  } as const;
  const normalized = normalize(webhook, {});
  const [observation] = normalized.kind === "observed" ? normalized.observations : [];
  if (observation?.kind !== "state") throw new Error("the bench's order is no order");
  const { id: webhookId, receivedAt, sentAt, via, authenticity } = webhook;
  const cause = {
    webhookId,
    receivedAt,
    sentAt,
    via,
    authenticity,
    inboxSequence: 0,
    connectedAt: YEARS_AGO,
  };
  const result = transition(undefined, observation, cause);
  if (result.outcome !== "changed") throw new Error("the bench's order changes nothing");
  return result.row;
}

function createPut(publisher: Publisher, bucket: string): (entry: Entry) => Promise<unknown> {
  return ([key, value]) => publisher.publish(`$KV.${bucket}.${key}`, value);
}

async function fill(
  count: number,
  make: (number: number) => Entry,
  put: (entry: Entry) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const work = async () => {
    for (let number = next++; number < count; number = next++) await put(make(number));
  };
  await Promise.all(Array.from({ length: Math.min(FLYING_MAX, count) }, work));
}
