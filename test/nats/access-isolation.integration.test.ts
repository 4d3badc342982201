/** Proves what a subscriber's credentials can do, and that they can do nothing else. */
import { type JetStreamClient, type NatsConnection, StringCodec } from "nats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSeed, credsText, fromSeed, signJwt } from "../../src/nats/embedded/jwt.ts";
import { createSecretBox } from "../../src/secret-box.ts";
import { subscriptionRecord } from "../../src/subscriptions/subscription.ts";
import {
  type AccessHub,
  connectSubscriber,
  type IssuedAccess,
  startAccessHub,
  subscribe,
} from "../helpers/access-hub.ts";
import { snapshot } from "../helpers/broker-snapshot.ts";
import { SECRET_KEY } from "../helpers/hub.ts";

const EVENTS = 30;
const text = StringCodec();

let hub: AccessHub;
let ours: IssuedAccess;
let theirs: IssuedAccess;
/** Consumers of events and of what is addressed to the subscription alone, of each of the two. */
let our: { readonly event: string; readonly direct: string };
let their: typeof our;
let client: NatsConnection;
let js: JetStreamClient;

beforeAll(async () => {
  hub = await startAccessHub();
  await hub.addStore("shopify", "acme");
  ours = await subscribe(hub, "shipping", { events: ["order.*"] });
  theirs = await subscribe(hub, "marketing", { events: ["order.*"] });
  [our, their] = [namesOf(ours), namesOf(theirs)];
  client = await connectSubscriber(ours);
  js = client.jetstream({ apiPrefix: ours.apiPrefix, checkAPI: false });
  for (let id = 1; id <= EVENTS; id += 1) await hub.send("orders/create", { id: String(id) });
  for (const name of ["shipping", "marketing"]) {
    for (let count = 0; count < 3; count += 1) {
      expect((await hub.admin("POST", `/api/subscriptions/${name}/test`, {})).status).toBe(202);
    }
  }
  await hub.settled();
  await leaveUnsettled();
}, 60_000);

afterAll(async () => {
  await client?.close();
  await hub?.stop();
});

function namesOf({ consumers, stream }: IssuedAccess): typeof our {
  const event = consumers.find((consumer) => consumer.stream === stream)?.name ?? "";
  const direct = consumers.find((consumer) => consumer.stream !== stream)?.name ?? "";
  return { event, direct };
}

/** The other subscriber has fetched events that it did not acknowledge yet. */
async function leaveUnsettled(): Promise<void> {
  const other = await connectSubscriber(theirs);
  const consumers = other.jetstream({ apiPrefix: theirs.apiPrefix, checkAPI: false }).consumers;
  const handle = await consumers.get(theirs.stream, their.event);
  for await (const message of await handle.fetch({ max_messages: 5, expires: 5000 })) {
    if (message.info.pending === EVENTS - 5) break;
  }
  await other.close();
}

/** The account is the boundary, so nothing may depend on what its user is allowed: this one is allowed everything. */
async function connectUnlimited(): Promise<NatsConnection> {
  const bucket = await hub.broker.js.views.kv(hub.names.buckets.subscriptions);
  const record = subscriptionRecord.parse((await bucket.get("shipping"))?.json());
  const box = createSecretBox(SECRET_KEY);
  const account = fromSeed(box.open(record.access?.sealedSeed ?? "", "subscription:shipping"));
  const seed = createSeed("user");
  const nats = { pub: {}, sub: {}, subs: -1, data: -1, payload: -1, type: "user", version: 2 };
  const claims = { sub: fromSeed(seed).getPublicKey(), name: "unlimited", nats };
  return connectSubscriber({ ...ours, credentials: credsText(signJwt(account, claims, Date.now()), seed) });
}

/** Every subject that would read, publish or change something that is not the subscriber's. */
function forbidden(): [subject: string, body?: string][] {
  const { commerce, inbox, direct } = hub.names.streams;
  const { stores, subscriptions } = hub.names.buckets;
  const next = JSON.stringify({ batch: 10, expires: 5_000_000_000 });
  const consumer = { durable_name: "x", ack_policy: "explicit" };
  const api = [
    [`CONSUMER.MSG.NEXT.${commerce}.${their.event}`, next],
    [`CONSUMER.MSG.NEXT.${direct}.${their.direct}`, next],
    [`CONSUMER.MSG.NEXT.${inbox}.${hub.names.prompt.worker}`, next],
    [`CONSUMER.INFO.${commerce}.${their.event}`],
    [`CONSUMER.INFO.${inbox}.${hub.names.prompt.worker}`],
    [`CONSUMER.LIST.${commerce}`],
    [`CONSUMER.NAMES.${commerce}`],
    [`CONSUMER.CREATE.${commerce}.x`, JSON.stringify({ stream_name: commerce, config: consumer })],
    [`CONSUMER.DURABLE.CREATE.${commerce}.x`, JSON.stringify({ stream_name: commerce, config: consumer })],
    [`CONSUMER.DELETE.${commerce}.${our.event}`],
    [`CONSUMER.DELETE.${commerce}.${their.event}`],
    [`CONSUMER.PAUSE.${commerce}.${their.event}`, JSON.stringify({ pause_until: "2100-01-01T00:00:00Z" })],
    [`CONSUMER.UNPIN.${commerce}.${their.event}`, JSON.stringify({ group: "x" })],
    [`CONSUMER.RESET.${commerce}.${their.event}`],
    ["STREAM.LIST"],
    ["STREAM.NAMES"],
    [`STREAM.INFO.${commerce}`],
    [`STREAM.CREATE.STOLEN`, JSON.stringify({ name: "STOLEN", subjects: ["stolen.>"] })],
    [`STREAM.UPDATE.${commerce}`, JSON.stringify({ name: commerce, subjects: [hub.names.all.commerce] })],
    [`STREAM.PURGE.${commerce}`],
    [`STREAM.DELETE.${commerce}`],
    [`STREAM.MSG.GET.${inbox}`, JSON.stringify({ seq: 1 })],
    [`STREAM.MSG.GET.KV_${stores}`, JSON.stringify({ last_by_subj: `$KV.${stores}.acme` })],
    [`STREAM.MSG.DELETE.${commerce}`, JSON.stringify({ seq: 1 })],
    [`STREAM.SNAPSHOT.${commerce}`, JSON.stringify({ deliver_subject: "_INBOX.x.y" })],
    [`DIRECT.GET.${commerce}`, JSON.stringify({ seq: 1 })],
    [`DIRECT.GET.KV_${subscriptions}.$KV.${subscriptions}.marketing`],
    ["INFO"],
    ["ACCOUNT.PURGE.x"],
  ];
  const acks = ["+ACK", "+TERM", "-NAK", `+NXT ${next}`].flatMap((body) => [
    [`$JS.ACK.${commerce}.${their.event}.1.1.1.1.1`, body],
    [`$JS.ACK._.x.${commerce}.${their.event}.1.1.1.1.1`, body],
    [`$JS.ACK.${commerce}.${their.event}.${commerce}.${our.event}.1.1.1`, body],
    [`$JS.ACK.${inbox}.${hub.names.prompt.worker}.${commerce}.${our.event}.1.1.1`, body],
    [`$JS.ACK.${commerce}.${our.event}.${commerce}.${their.event}.1.1.1.1.1`, body],
  ]);
  return [
    ...api.flatMap(([subject = "", body]) => [
      [`$JS.API.${subject}`, body],
      [`${ours.apiPrefix}.${subject}`, body],
    ]),
    ...acks,
    [hub.names.eventSubject("shopify", "acme", "order.paid"), "{}"],
    [hub.names.prompt.subject("shopify", "acme"), "{}"],
    [hub.names.directSubject("marketing"), "{}"],
    [hub.names.directSubject("shipping"), "{}"],
    [hub.names.operationSubject("subscription.disabled"), "{}"],
    [`$KV.${stores}.acme`, "{}"],
    ["$SYS.REQ.CLAIMS.UPDATE", "x"],
    ["$SYS.REQ.SERVER.PING"],
  ].map(([subject = "", body = ""]) => [subject, body]);
}

/** What comes back when all of them are asked, besides "nobody is there" and "no JetStream here". */
async function tryAll(connection: NatsConnection): Promise<string[]> {
  const answers: string[] = [];
  const attempts = forbidden();
  connection.subscribe("_INBOX.attempts.*", {
    callback: (_error, message) => {
      const [subject] = attempts[Number(message.subject.split(".")[2])] ?? [];
      const answer = message.string();
      const isRefusal = message.headers?.code === 503 || answer.includes("JetStream not enabled for account");
      if (!isRefusal) answers.push(`${subject}: ${answer.slice(0, 200)}`);
    },
  });
  for (const [at, [subject, body = ""]] of attempts.entries()) {
    connection.publish(subject, text.encode(body), { reply: `_INBOX.attempts.${at}` });
  }
  await connection.flush();
  await settleServer();
  return answers;
}

/** The server works through its queues in order: an answer to this means that what came before is done. */
async function settleServer(): Promise<void> {
  await (await js.consumers.get(ours.stream, our.event)).info();
  await hub.broker.jsm.streams.info(hub.names.streams.commerce);
  await client.flush();
}

describe("a subscriber", () => {
  test("learns where to connect and what is its own", () => {
    expect(ours.servers).toEqual([hub.embedded.url]);
    expect(ours.consumers.map(({ stream }) => stream)).toEqual([
      hub.names.streams.commerce,
      hub.names.streams.direct,
    ]);
  });

  test.each(["event", "direct"] as const)("fetches and acknowledges on its %s consumer", async (kind) => {
    const handle = await js.consumers.get(
      hub.names.streams[kind === "event" ? "commerce" : "direct"],
      our[kind],
    );
    const before = await handle.info();
    const message = await handle.next({ expires: 5000 });
    expect(message?.json()).toMatchObject({ type: "order.created" });
    expect(await message?.ackAck()).toBe(true);
    expect(await handle.info()).toMatchObject({
      num_ack_pending: 0,
      ack_floor: { consumer_seq: before.ack_floor.consumer_seq + 1 },
    });
  });

  test("fetches all that is its own in one request", async () => {
    const handle = await js.consumers.get(ours.stream, our.event);
    const { num_pending } = await handle.info();
    const ids = new Set<string>();
    for await (const message of await handle.fetch({ max_messages: num_pending, expires: 5000 })) {
      ids.add(message.json<{ id: string }>().id);
      message.ack();
    }
    expect(ids.size).toBe(num_pending);
  });
});

describe("a subscriber cannot reach anything else", () => {
  test.each([
    ["with its own user", () => connectSubscriber(ours)],
    ["with a user of its account that is allowed everything", connectUnlimited],
  ])("%s", async (_how, connectAs) => {
    const before = await snapshot(hub.broker);
    const connection = await connectAs();
    expect(await tryAll(connection)).toEqual([]);
    expect(await snapshot(hub.broker)).toEqual(before);
    await connection.close();
  });

  test("by listening", async () => {
    const connection = await connectUnlimited();
    const heard: string[] = [];
    connection.subscribe(">", { callback: (_error, message) => heard.push(message.subject) });
    await connection.flush();
    await hub.send("orders/create", { id: "listen" });
    await hub.settled();
    await connection.flush();
    expect(heard.filter((subject) => !subject.startsWith("_INBOX."))).toEqual([]);
    await connection.close();
  });

  test.each([
    ["with its own user", () => connectSubscriber(ours)],
    ["with a user of its account that is allowed everything", connectUnlimited],
  ])("by naming a subject for the answer, %s", async (how, connectAs) => {
    const { commerce } = hub.names.streams;
    for (let count = 0; count < 5; count += 1) await hub.send("orders/create", { id: `${how} ${count}` });
    await hub.settled();
    const handle = await js.consumers.get(commerce, our.event);
    const { num_pending, delivered } = await handle.info();
    const before = await snapshot(hub.broker, [our.event]);

    const connection = await connectAs();
    const next = JSON.stringify({ batch: 1, no_wait: true });
    for (const [reply] of forbidden()) {
      connection.publish(`${ours.apiPrefix}.CONSUMER.MSG.NEXT.${commerce}.${our.event}`, next, { reply });
      connection.publish(`${ours.apiPrefix}.CONSUMER.INFO.${commerce}.${our.event}`, "", { reply });
      connection.publish(`$JS.ACK.${commerce}.${our.event}.1.1.1.1.1`, `+NXT ${next}`, { reply });
      connection.publish(`$JS.ACK.${commerce}.${our.event}.1.1.1.1.1`, "+ACK", { reply });
    }
    await connection.flush();
    await settleServer();

    expect(num_pending).toBeGreaterThanOrEqual(5);
    expect((await handle.info()).delivered.consumer_seq).toBe(delivered.consumer_seq + num_pending);
    expect(await snapshot(hub.broker, [our.event])).toEqual(before);
    await connection.close();
  });
});
