/** Each way in which an endpoint can fail, from the attempt to its record. */
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import {
  type DeliveryHub,
  expectSettled,
  idsAt,
  NAME,
  retriesAtOnce,
  useDelivery,
} from "../../helpers/delivery.ts";
import {
  answer,
  type Behaviour,
  breakOff,
  drip,
  flood,
  raw,
  reset,
  silence,
} from "../../helpers/endpoint.ts";
import { anEvent } from "../../helpers/event.ts";
import { eventually } from "../../helpers/eventually.ts";
import type { AttemptRecord } from "../../../src/subscriptions/deliver/attempts.ts";

const test = useDelivery();
const EVENT = anEvent(1);
const TIMEOUT_MS = 300;

async function attemptsOf(hub: DeliveryHub, count: number): Promise<AttemptRecord[]> {
  return eventually(async () => {
    const attempts = await hub.attempts();
    expect(attempts).toHaveLength(count);
    return attempts;
  });
}

interface Case {
  readonly failure: string;
  readonly behaviour: Behaviour;
  readonly recorded: Partial<AttemptRecord>;
}

const CASES: readonly Case[] = [
  { failure: "gives no answer in time", behaviour: silence(), recorded: { error: "timeout" } },
  { failure: "resets the connection", behaviour: reset(), recorded: { error: "reset" } },
  {
    failure: "answers with something that is no HTTP",
    behaviour: raw("hello\r\n\r\n"),
    recorded: { error: "protocol" },
  },
  {
    failure: "answers 500 with a reason",
    behaviour: answer(500, { body: "out of order" }),
    recorded: { error: "status", status: 500, body: "out of order" },
  },
  {
    failure: "answers 404",
    behaviour: answer(404),
    recorded: { error: "status", status: 404 },
  },
  {
    failure: "redirects",
    behaviour: answer(307, { headers: { location: "http://127.0.0.1:1/elsewhere" } }),
    recorded: { error: "redirect", status: 307 },
  },
  {
    failure: "answers 500 with a body that trickles",
    behaviour: drip(500),
    recorded: { error: "status", status: 500, body: expect.stringContaining("drop by drop") },
  },
  {
    failure: "answers 500 with a body without end",
    behaviour: flood(500),
    recorded: { error: "status", status: 500, body: "x".repeat(1024) },
  },
  {
    failure: "answers 500 and breaks off",
    behaviour: breakOff(500, "half of"),
    recorded: { error: "status", status: 500, body: "half of" },
  },
];

describe("an endpoint that", () => {
  it.each(CASES)(
    "$failure is tried again, and both attempts are recorded",
    async ({ behaviour, recorded }) => {
      const hub = await test.startHub();
      const endpoint = await test.startEndpoint();
      endpoint.behave(behaviour, answer(200, { body: "thanks" }));
      await hub.subscribe(endpoint.url, { retrySeconds: retriesAtOnce(3), timeoutMs: TIMEOUT_MS });
      await hub.publish(EVENT);
      const [failed, delivered] = await attemptsOf(hub, 2);
      expect(failed).toEqual({
        subscription: NAME,
        eventId: EVENT.id,
        type: EVENT.type,
        entity: "acme:order:1001",
        attempt: 1,
        outcome: "retry",
        at: expect.any(String),
        nextAt: expect.any(String),
        durationMs: expect.any(Number),
        ...recorded,
      });
      expect(delivered).toMatchObject({ attempt: 2, outcome: "delivered", status: 200, body: "thanks" });
      expect(idsAt(endpoint)).toEqual([EVENT.id, EVENT.id]);
      await eventually(() => expectSettled(hub));
    },
  );

  it("is not there is tried again and gets the event when it is", async () => {
    const hub = await test.startHub();
    const port = await freePort();
    await hub.subscribe(`http://127.0.0.1:${port}/hook`, { retrySeconds: retriesAtOnce(50) });
    await hub.publish(EVENT);
    const failed = await eventually(async () => {
      const [first] = await hub.attempts();
      expect(first).toMatchObject({ error: "connect", outcome: "retry" });
      return first;
    });
    expect(failed).not.toHaveProperty("status");
    const endpoint = await test.startEndpoint({ port });
    await eventually(async () => {
      hub.skip(60_000);
      expect(idsAt(endpoint)).toEqual([EVENT.id]);
    });
  });

  it("has a certificate that nobody vouches for is not spoken to", async () => {
    const hub = await test.startHub();
    const endpoint = await test.startEndpoint({ tls: true });
    await hub.subscribe(endpoint.url, { retrySeconds: [3600] });
    await hub.publish(EVENT);
    expect(await attemptsOf(hub, 1)).toMatchObject([{ error: "tls", outcome: "retry" }]);
    expect(endpoint.requests).toEqual([]);
  });

  it("said 200 has the event, whatever becomes of the answer's body", async () => {
    const hub = await test.startHub();
    const endpoint = await test.startEndpoint();
    endpoint.behave(flood(200), breakOff(200, "half of"), drip(200), answer(200));
    await hub.subscribe(endpoint.url, { timeoutMs: TIMEOUT_MS, concurrency: 1 });
    await hub.publish(...[1, 2, 3].map((n) => anEvent(n)));
    const attempts = await attemptsOf(hub, 3);
    expect(attempts.map(({ outcome, status }) => [outcome, status])).toEqual(
      Array.from({ length: 3 }, () => ["delivered", 200]),
    );
    expect(attempts[0]?.body).toBe("x".repeat(1024));
    expect(endpoint.requests).toHaveLength(3);
    // The connection that would never end was dropped.
    await eventually(() => expect(endpoint.connections()).toBeLessThanOrEqual(1));
  });

  it.each([
    { status: 429, value: () => "120" },
    { status: 503, value: () => "120" },
    { status: 429, value: (now: number) => new Date(now + 121_000).toUTCString() },
    { status: 503, value: (now: number) => new Date(now + 121_000).toUTCString() },
  ])("asks for a pause with $status is not tried before it is over", async ({ status, value }) => {
    const hub = await test.startHub();
    const endpoint = await test.startEndpoint();
    endpoint.behave(
      (response) => response.writeHead(status, { "retry-after": value(hub.now()) }).end(),
      answer(204),
    );
    await hub.subscribe(endpoint.url, { retrySeconds: retriesAtOnce(5) });
    await hub.publish(EVENT);
    const [failed] = await attemptsOf(hub, 1);
    const pausedMs = Date.parse(failed?.nextAt ?? "") - Date.parse(failed?.at ?? "");
    expect(pausedMs).toBeGreaterThanOrEqual(119_000);
    expect(pausedMs).toBeLessThan(121_000 * 1.15 + 5000);

    // The pause is the endpoint's, so another event waits as well.
    await hub.publish(anEvent(2));
    const other = await test.startEndpoint();
    await hub.subscribe(other.url, { name: "other", startAt: "beginning" });
    await eventually(() => expect(other.requests).toHaveLength(2));
    expect(idsAt(endpoint)).toEqual([EVENT.id]);
    hub.skip(121_000 * 1.15);
    await hub.publish(anEvent(3));
    await eventually(() => expect(idsAt(endpoint)).toEqual([EVENT.id, anEvent(3).id]));
  });

  it("answers 410 gets nothing more, is disabled, and the operators are told once", async () => {
    const hub = await test.startHub();
    const endpoint = await test.startEndpoint();
    endpoint.behave(answer(410, { body: "moved away" }));
    await hub.subscribe(endpoint.url);
    await hub.publish(...[1, 2, 3].map((n) => anEvent(n)));
    const reason = "the endpoint answered 410 Gone";
    await eventually(async () =>
      expect(await hub.show()).toMatchObject({ state: "disabled", stopped: { reason } }),
    );
    const [first] = await hub.attempts();
    expect(first).toMatchObject({ outcome: "disabled", status: 410, body: "moved away" });

    const { jsm } = hub.broker;
    const { operations } = hub.names.streams;
    const told = await eventually(() => jsm.streams.getMessage(operations, { seq: 1 }));
    expect(told.subject).toBe(hub.names.operationSubject("subscription.disabled"));
    expect(told.json()).toMatchObject({
      type: "subscription.disabled",
      data: { subscription: NAME, reason, at: (await hub.show()).stopped?.at },
    });
    expect((await jsm.streams.info(operations)).state.messages).toBe(1);

    // It keeps its place: when it is resumed, nothing is missing.
    endpoint.behave(answer(204));
    const before = endpoint.requests.length;
    await hub.ask("POST", `/api/subscriptions/${NAME}/resume`, {});
    await eventually(() =>
      expect([...new Set(idsAt(endpoint).slice(before))].sort()).toEqual([1, 2, 3].map((n) => anEvent(n).id)),
    );
  });
});

describe("an endpoint at an address that is not open", () => {
  it("is refused when it is registered", async () => {
    const hub = await test.startHub({ egressAllow: [] });
    for (const url of [
      "http://127.0.0.1:8080/hook",
      "http://[::ffff:7f00:1]/hook",
      "http://169.254.169.254/latest/meta-data",
      "http://10.0.0.8/hook",
      "http://localhost/hook",
      "https://user:password@hooks.example.com/",
      "ftp://hooks.example.com/",
    ]) {
      const body = { name: NAME, events: ["*"], deliver: "http", url };
      expect((await hub.admin("POST", "/api/subscriptions", body)).status, url).toBe(400);
    }
  });

  it("is not connected to, although it was permitted when it was registered", async () => {
    const hub = await test.startHub();
    const endpoint = await test.startEndpoint();
    await hub.subscribe(endpoint.url, { retrySeconds: [3600] });
    await hub.stop();
    const strict = await test.startHub({ prefix: hub.prefix, egressAllow: [] });
    await strict.publish(EVENT);
    expect(await attemptsOf(strict, 1)).toMatchObject([{ error: "egress", outcome: "retry" }]);
    expect(endpoint.requests).toEqual([]);
  });
});

describe("attempts", () => {
  it("are listed by subscription, event, entity, result and moment, a page at a time", async () => {
    const hub = await test.startHub();
    const [endpoint, other] = [await test.startEndpoint(), await test.startEndpoint()];
    endpoint.behave(answer(500), answer(204));
    await hub.subscribe(endpoint.url, { retrySeconds: retriesAtOnce(3), concurrency: 1 });
    await hub.subscribe(other.url, { name: "other" });
    await hub.publish(EVENT);
    await attemptsOf(hub, 2);
    await hub.publish(anEvent(2), anEvent(1, { subject: "1002" }));
    await attemptsOf(hub, 4);
    await eventually(() => expect(other.requests).toHaveLength(3));

    const count = async (query: string) => (await hub.attempts(query)).length;
    await eventually(async () => expect(await count("")).toBe(7));
    expect(await count(`event=${EVENT.id}`)).toBe(3);
    expect(await count(`event=${EVENT.id}&subscription=other`)).toBe(1);
    expect(await count("entity=acme:order:1001")).toBe(5);
    expect(await count("result=failed")).toBe(1);
    expect(await count(`since=${new Date(hub.now() + 60_000).toISOString()}`)).toBe(0);
    expect(await hub.ask("GET", `/api/attempts?subscription=${NAME}&limit=3`)).toMatchObject({
      attempts: [{ attempt: 1 }, { attempt: 2 }, {}],
      next: expect.any(Number),
    });
    expect((await hub.show()).statistics).toMatchObject({ delivered: 3, failed: 1, dead: 0 });
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
