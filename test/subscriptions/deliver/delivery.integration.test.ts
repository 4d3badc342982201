/** What an endpoint is sent, and that it can prove where it comes from. */
import { HTTP } from "cloudevents";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { idsAt, NAME, retriesAtOnce, useDelivery } from "../../helpers/delivery.ts";
import { answer, type Endpoint, type EndpointRequest } from "../../helpers/endpoint.ts";
import { anEvent } from "../../helpers/event.ts";
import { eventually } from "../../helpers/eventually.ts";
import { encodeId } from "../../../src/subscriptions/deliver/sign.ts";

const test = useDelivery();

/** The n-th request, as soon as it has come. */
async function requestAt(endpoint: Endpoint, index: number): Promise<EndpointRequest> {
  return eventually(() => {
    const request = endpoint.requests[index];
    if (request === undefined) throw new Error(`only ${endpoint.requests.length} requests so far`);
    return request;
  });
}

/** The receiver's side of Standard Webhooks; throws when the signature is wrong. */
function verify(secret: string, { headers, body }: EndpointRequest): unknown {
  const text = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  return new Webhook(secret).verify(body.toString(), text);
}

function signatureCount({ headers }: EndpointRequest): number {
  return String(headers["webhook-signature"]).split(" ").length;
}

describe("a delivery", () => {
  it("is a CloudEvent in structured mode that the SDK parses, signed as Standard Webhooks verifies", async () => {
    const hub = await test.startHub();
    const endpoint = await test.startEndpoint();
    const secret = await hub.subscribe(endpoint.url, { headers: { Authorization: "Bearer of-the-crm" } });
    const event = anEvent(1, {
      data: { order: { id: "1001", note: "Grüße 🚢" }, changed: [], previous: {} },
    });
    await hub.publish(event);
    const request = await requestAt(endpoint, 0);

    expect(request).toMatchObject({ method: "POST", path: "/hook" });
    expect(request.headers).toMatchObject({
      "content-type": "application/cloudevents+json; charset=utf-8",
      "webhook-id": event.id,
      authorization: "Bearer of-the-crm",
    });
    const parsed = HTTP.toEvent({ headers: request.headers, body: request.body.toString() });
    expect(parsed).toMatchObject({ id: event.id, type: "order.updated", store: "acme", data: event.data });
    expect(verify(secret, request)).toEqual(event);
    expect(() => verify(secret, { ...request, body: Buffer.from(`${request.body} `) })).toThrow();
  });

  it("keeps its webhook-id over all its attempts, and signs each of them anew", async () => {
    const hub = await test.startHub();
    const endpoint = await test.startEndpoint();
    endpoint.behave(answer(500), answer(503), answer(200));
    const secret = await hub.subscribe(endpoint.url, { retrySeconds: retriesAtOnce(5) });
    const event = anEvent(1, { subject: "gid://shop/Order/1 ü" });
    await hub.publish(event);
    const last = await requestAt(endpoint, 2);
    expect(idsAt(endpoint)).toEqual(Array.from({ length: 3 }, () => encodeId(event.id)));
    expect(decodeURIComponent(String(last.headers["webhook-id"]))).toBe(event.id);
    for (const request of endpoint.requests) expect(verify(secret, request)).toEqual(event);
  });

  it("is signed with both secrets while they rotate, and with the new one alone afterwards", async () => {
    const hub = await test.startHub();
    const endpoint = await test.startEndpoint();
    const old = await hub.subscribe(endpoint.url, { secret: `whsec_${"A".repeat(32)}` });
    const answered = await hub.ask("POST", `/api/subscriptions/${NAME}/rotate`, { overlapSeconds: 600 });
    const { secret } = z.object({ secret: z.string() }).parse(answered);

    await hub.publish(anEvent(1));
    const during = await requestAt(endpoint, 0);
    expect(signatureCount(during)).toBe(2);
    verify(old, during);
    verify(secret, during);

    hub.skip(601_000);
    const seconds = () => Math.floor(hub.now() / 1000);
    const publishedAt = seconds();
    await hub.publish(anEvent(2));
    const after = await requestAt(endpoint, 1);
    expect(signatureCount(after)).toBe(1);
    // The receiver's library refuses timestamps that are off by more than five minutes, and the hub's clock jumped.
    const { "webhook-timestamp": timestamp } = after.headers;
    expect(Number(timestamp)).toBeGreaterThanOrEqual(publishedAt);
    expect(Number(timestamp)).toBeLessThanOrEqual(seconds());
    const sent = new Date(Number(timestamp) * 1000);
    const signatureOf = (by: string) => new Webhook(by).sign(anEvent(2).id, sent, after.body.toString());
    expect(after.headers["webhook-signature"]).toBe(signatureOf(secret));
    expect(after.headers["webhook-signature"]).not.toBe(signatureOf(old));
  });

  it("happens for what the filter of the content lets through, and for nothing else", async () => {
    const hub = await test.startHub();
    const endpoint = await test.startEndpoint();
    const where = { path: "order.paymentStatus", equals: "paid" };
    await hub.subscribe(endpoint.url, { where, events: ["order.updated"] });
    const order = (paymentStatus: string) => ({
      data: { order: { id: "1001", paymentStatus }, changed: [], previous: {} },
    });
    await hub.publish(
      anEvent(1, order("pending")),
      anEvent(2, order("paid")),
      anEvent(3, { type: "order.fulfilled", ...order("paid") }),
      anEvent(4, { type: "order.updated", ...order("refunded") }),
      anEvent(5, order("paid")),
    );
    await requestAt(endpoint, 1);
    await eventually(async () =>
      expect((await hub.show()).statistics).toMatchObject({ unsettled: 0, pending: 0 }),
    );
    // Several are sent at once, so either may arrive first.
    expect(idsAt(endpoint).sort()).toEqual(["acme:order:1001:2", "acme:order:1001:5"]);
  });
});

describe("what is addressed to one subscription", () => {
  it("is a test event of a type that it wants, marked as one", async () => {
    const hub = await test.startHub();
    const [endpoint, other] = [await test.startEndpoint(), await test.startEndpoint()];
    const secret = await hub.subscribe(endpoint.url, { events: ["order.paid"], stores: ["acme"] });
    await hub.subscribe(other.url, { name: "other", events: ["*"] });
    const told = await hub.ask("POST", `/api/subscriptions/${NAME}/test`, {});
    const request = await requestAt(endpoint, 0);
    const event = verify(secret, request);
    expect(event).toMatchObject({
      ...z.object({ type: z.string() }).parse(told),
      type: "order.paid",
      test: true,
    });
    const refused = await hub.admin("POST", `/api/subscriptions/${NAME}/test`, { type: "stock.changed" });
    expect(refused.status).toBe(400);

    await hub.publish(anEvent(1));
    await requestAt(other, 0);
    expect(idsAt(other)).toEqual(["acme:order:1001:1"]);
  });

  it("is a replay of what was published, to it alone, with the same ids and marked", async () => {
    const hub = await test.startHub();
    const [endpoint, other] = [await test.startEndpoint(), await test.startEndpoint()];
    const orders = [1, 2].map((n) => anEvent(n));
    const more = [anEvent(1, { subject: "1002" }), anEvent(1, { type: "product.created", subject: "7" })];
    await hub.publish(...orders, ...more);
    await hub.subscribe(endpoint.url);
    await hub.subscribe(other.url, { name: "other" });
    const replay = (body: unknown) => hub.ask("POST", `/api/subscriptions/${NAME}/replay`, body);

    expect(await replay({ dryRun: true })).toMatchObject({ events: 3 });
    expect(await replay({ entity: "1001", replayId: "once" })).toMatchObject({ events: 2, replayId: "once" });
    // The same stretch of the same replay again, as after a lost answer.
    await replay({ entity: "1001", replayId: "once" });
    await hub.publish(anEvent(3));
    await requestAt(endpoint, 2);
    await eventually(async () =>
      expect((await hub.show()).statistics).toMatchObject({ unsettled: 0, pending: 0 }),
    );
    const got = endpoint.requests.map(({ body }) => JSON.parse(body.toString()));
    const via = got.map((event) => [event.id, event.via]).sort();
    expect(via).toEqual([
      [anEvent(1).id, "replay"],
      [anEvent(2).id, "replay"],
      [anEvent(3).id, "webhook"],
    ]);
    expect(idsAt(other)).toEqual([anEvent(3).id]);
  });
});
