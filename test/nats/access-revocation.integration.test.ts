/** What ends a subscriber's access, also for connections that are open; and what brings it back. */
import type { NatsConnection } from "nats";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  type AccessHub,
  connectSubscriber,
  type IssuedAccess,
  issuedSchema,
  startAccessHub,
  subscribe,
} from "../helpers/access-hub.ts";
import { eventually } from "../helpers/eventually.ts";

const WITHIN = { withinMs: 2000 };

let hub: AccessHub;
let names = 0;
let cleanups: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  hub = await startAccessHub();
  await hub.addStore("shopify", "acme");
}, 60_000);

afterEach(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
  cleanups = [];
});

afterAll(() => hub?.stop());

function freshName(): string {
  names += 1;
  return `subscriber-${names}`;
}

async function connectAs(issued: IssuedAccess): Promise<NatsConnection> {
  const connection = await connectSubscriber(issued);
  cleanups.push(() => connection.close());
  return connection;
}

async function post(path: string, body: object = {}): Promise<unknown> {
  const answer = await hub.admin("POST", `/api/subscriptions/${path}`, body);
  expect(answer.status).toBe(200);
  return answer.json();
}

async function rotate(name: string, overlapSeconds: number): Promise<IssuedAccess> {
  return issuedSchema.parse(await post(`${name}/rotate`, { overlapSeconds }));
}

/** Fails unless the connection ends in time. */
async function ends(connection: NatsConnection): Promise<void> {
  await eventually(() => expect(connection.isClosed()).toBe(true), WITHIN);
}

/** Fails unless the credentials reach the first consumer. */
async function reaches(connection: NatsConnection, { apiPrefix, stream, consumers }: IssuedAccess) {
  const js = connection.jetstream({ apiPrefix, checkAPI: false, timeout: 1000 });
  const handle = await js.consumers.get(stream, consumers.find((each) => each.stream === stream)?.name);
  return handle.info();
}

describe("access ends", () => {
  test("when the subscription is removed", async () => {
    const issued = await subscribe(hub, freshName());
    const connection = await connectAs(issued);
    expect((await hub.admin("DELETE", `/api/subscriptions/${issued.name}`)).status).toBe(204);
    await ends(connection);
    await expect(connectAs(issued)).rejects.toThrow(/authorization/i);
  });

  test("when the subscription is disabled, and comes back with it", async () => {
    const issued = await subscribe(hub, freshName());
    const connection = await connectAs(issued);
    await post(`${issued.name}/disable`);
    await ends(connection);
    await expect(connectAs(issued)).rejects.toThrow(/authorization/i);
    await post(`${issued.name}/resume`);
    await reaches(await connectAs(issued), issued);
  });

  test("for the earlier credentials when they are rotated without overlap", async () => {
    const issued = await subscribe(hub, freshName());
    const connection = await connectAs(issued);
    const rotated = await rotate(issued.name, 0);
    await ends(connection);
    await expect(connectAs(issued)).rejects.toThrow(/authorization/i);
    await reaches(await connectAs(rotated), rotated);
  });

  test("for the earlier credentials when the overlap is over, and not before", async () => {
    const issued = await subscribe(hub, freshName());
    const [earlier, rotated] = [await connectAs(issued), await rotate(issued.name, 3600)];
    const later = await connectAs(rotated);
    hub.clock.now += 3_599_000;
    await reaches(earlier, issued);
    hub.clock.now += 1000;
    await ends(earlier);
    await expect(connectAs(issued)).rejects.toThrow(/authorization/i);
    await reaches(later, rotated);
  });

  test("for all but the newest of several rotations", async () => {
    const issued = await subscribe(hub, freshName());
    const rotations = [issued];
    for (const overlap of [60, 30, 10]) rotations.push(await rotate(issued.name, overlap));
    const connections = await Promise.all(rotations.map(connectAs));
    hub.clock.now += 10_000;
    for (const connection of connections.slice(0, -1)) await ends(connection);
    await reaches(connections.at(-1) ?? expect.unreachable(), issued);
  });

  test("for another's credentials never", async () => {
    const [ours, theirs] = [await subscribe(hub, freshName()), await subscribe(hub, freshName())];
    const connection = await connectAs(theirs);
    await hub.admin("DELETE", `/api/subscriptions/${ours.name}`);
    await reaches(connection, theirs);
  });
});

describe("access follows", () => {
  test("the consumers of a changed subscription, for connections that are open", async () => {
    const issued = await subscribe(hub, freshName(), { events: ["order.*"] });
    const connection = await connectAs(issued);
    const answer = await hub.admin("PUT", `/api/subscriptions/${issued.name}`, {
      deliver: "nats",
      events: ["stock.changed"],
    });
    expect(answer.status).toBe(200);
    const changed = issuedSchema.omit({ credentials: true }).parse(await answer.json());
    await eventually(() => reaches(connection, { ...changed, credentials: "" }), WITHIN);
    await expect(reaches(connection, issued)).rejects.toThrow(/503|no responders|timeout/i);
  });

  test("a new subscription of the same name, without the earlier credentials", async () => {
    const issued = await subscribe(hub, freshName());
    await hub.admin("DELETE", `/api/subscriptions/${issued.name}`);
    const again = await subscribe(hub, issued.name);
    await reaches(await connectAs(again), again);
    await expect(connectAs(issued)).rejects.toThrow(/authorization/i);
  });

  test("a subscription that was created disabled, once it is enabled", async () => {
    const issued = await subscribe(hub, freshName(), { events: ["*"], enabled: false });
    await expect(connectAs(issued)).rejects.toThrow(/authorization/i);
    await post(`${issued.name}/resume`);
    await reaches(await connectAs(issued), issued);
  });
});
