import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { gzipSync } from "node:zlib";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, it } from "vitest";
import {
  type Attempt,
  attempt,
  blamesEndpoint,
  type Delivery,
} from "../../../src/subscriptions/deliver/attempt.ts";
import { createEgress, type EgressOptions } from "../../../src/egress/egress.ts";
import { ATTEMPT_ERRORS, toFailure } from "../../../src/subscriptions/deliver/failure.ts";
import { createSecret } from "../../../src/subscriptions/deliver/sign.ts";
import { VERSION } from "../../../src/version.ts";
import { sooner } from "../../helpers/at-once.ts";
import { CERTIFICATE, CERTIFICATE_HOST } from "../../helpers/certificate.ts";
import {
  answer,
  breakOff,
  drip,
  type Endpoint,
  type EndpointOptions,
  flood,
  raw,
  reset,
  silence,
  startEndpoint,
} from "../../helpers/endpoint.ts";
import { eventually } from "../../helpers/eventually.ts";

const SECRET = createSecret();
const BODY = JSON.stringify({ id: "acme:order:1:1", data: { note: "für € 5" } });
const EVENT = { id: "acme:order:1:1", body: Buffer.from(BODY) };

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function anEndpoint(options?: EndpointOptions): Promise<Endpoint> {
  const endpoint = await startEndpoint(options);
  closing.push(endpoint.close);
  return endpoint;
}

function anEgress(options: Partial<EgressOptions> = {}) {
  const egress = createEgress({ allow: ["127.0.0.0/8"], ...options });
  closing.push(egress.close);
  return egress;
}

interface Try extends Partial<Delivery> {
  readonly egress?: ReturnType<typeof anEgress>;
  readonly now?: () => number;
}

function tryOnce({ egress = anEgress(), now = Date.now, ...rest }: Try): Promise<Attempt> {
  const delivery = { url: "", headers: {}, secrets: [SECRET], event: EVENT, timeoutMs: 5000, ...rest };
  return attempt(delivery, { dispatcher: egress.dispatcher, now });
}

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const endpoint = await startEndpoint();
  await endpoint.close();
  return endpoint.port;
}

/** A server that takes connections and never says a word: TLS to it does not come about. */
async function mute(): Promise<number> {
  const server: Server = createServer((socket) => closing.push(async () => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(async () => server.close());
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : expect.unreachable("no port");
}

describe("a request to an endpoint", () => {
  it("carries the event's bytes, what they are, who sends them, and a signature that the reference library takes", async () => {
    const endpoint = await anEndpoint();
    const result = await tryOnce({ url: `${endpoint.url}?token=a%20b`, headers: { "X-Tenant": "acme" } });
    expect(result).toEqual({ kind: "delivered", status: 204, text: "", durationMs: expect.any(Number) });
    const [request = expect.unreachable("nothing came")] = endpoint.requests;
    expect([request.method, request.path]).toEqual(["POST", "/hook?token=a%20b"]);
    expect(request.body).toEqual(EVENT.body);
    expect(request.headers).toMatchObject({
      "content-type": "application/cloudevents+json; charset=utf-8",
      "content-length": String(EVENT.body.length),
      "user-agent": `Entrepot/${VERSION}`,
      "webhook-id": "acme:order:1:1",
      "x-tenant": "acme",
    });
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    expect(new Webhook(SECRET).verify(request.body.toString(), headers)).toEqual(JSON.parse(BODY));
  });

  it("asks for no compression and sends no cookie that an endpoint has set", async () => {
    const endpoint = await anEndpoint();
    endpoint.behave(answer(200, { headers: { "set-cookie": "session=1" } }));
    const egress = anEgress();
    await tryOnce({ egress, url: endpoint.url });
    await tryOnce({ egress, url: endpoint.url });
    for (const { headers } of endpoint.requests) {
      expect(headers).not.toHaveProperty("cookie");
      expect(headers).not.toHaveProperty("accept-encoding");
    }
    expect(endpoint.requests).toHaveLength(2);
  });

  it("keeps the hub's headers, each once, whatever a subscription adds", async () => {
    const endpoint = await anEndpoint();
    const headers = { "Content-Type": "text/plain", "USER-AGENT": "x", "Webhook-Id": "forged" };
    await tryOnce({ url: endpoint.url, headers });
    const [request = expect.unreachable("nothing came")] = endpoint.requests;
    expect(request.headers).toMatchObject({ "user-agent": `Entrepot/${VERSION}`, "webhook-id": EVENT.id });
    const names = request.rawHeaders.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
    expect(names).toHaveLength(new Set(names).size);
  });

  it("uses connections again", async () => {
    const endpoint = await anEndpoint();
    endpoint.behave(answer(200, { body: "x".repeat(20_000) }));
    const egress = anEgress();
    for (let i = 0; i < 5; i += 1) await tryOnce({ egress, url: endpoint.url });
    expect(endpoint.requests).toHaveLength(5);
    expect(endpoint.connections()).toBeLessThanOrEqual(2);
  });

  it("goes over TLS to an endpoint whose certificate fits", async () => {
    const endpoint = await anEndpoint({ tls: true });
    const resolve = async () => [{ address: "127.0.0.1", family: 4 }];
    const egress = anEgress({ resolve, ca: CERTIFICATE });
    const url = `https://${CERTIFICATE_HOST}:${endpoint.port}/hook`;
    expect(await tryOnce({ egress, url })).toMatchObject({ kind: "delivered", status: 204 });
  });
});

describe("what an answer means", () => {
  it.each([200, 201, 202, 204, 299])("%i: delivered", async (status) => {
    const endpoint = await anEndpoint();
    endpoint.behave(answer(status));
    const result = await tryOnce({ url: endpoint.url });
    expect(result).toMatchObject({ kind: "delivered", status });
    expect(blamesEndpoint(result)).toBe(false);
  });

  it("410: the endpoint wants no more", async () => {
    const endpoint = await anEndpoint();
    endpoint.behave(answer(410, { body: "moved out" }));
    const result = await tryOnce({ url: endpoint.url });
    expect(result).toMatchObject({ kind: "gone", status: 410, text: "moved out" });
    expect(blamesEndpoint(result)).toBe(false);
  });

  it.each([300, 301, 302, 303, 304, 307, 308])("%i: refused, and not followed", async (status) => {
    const [endpoint, target] = [await anEndpoint(), await anEndpoint()];
    endpoint.behave(answer(status, { headers: { location: target.url } }));
    const result = await tryOnce({ url: endpoint.url });
    expect(result).toMatchObject({ kind: "refused", error: "redirect", status });
    expect(blamesEndpoint(result)).toBe(true);
    expect(target.requests).toEqual([]);
  });

  it.each([
    [400, false],
    [401, false],
    [404, false],
    [408, true],
    [409, false],
    [422, false],
    [429, true],
    [500, true],
    [503, true],
    [599, true],
  ])("%i: try again; it speaks against the endpoint: %s", async (status, blames) => {
    const endpoint = await anEndpoint();
    endpoint.behave(answer(status, { body: "no" }));
    const result = await tryOnce({ url: endpoint.url });
    expect(result).toMatchObject({
      kind: "retry",
      error: "status",
      reason: `The endpoint did not take the event (${status}).`,
      status,
      text: "no",
    });
    expect(blamesEndpoint(result)).toBe(blames);
  });

  it.each([
    [429, "30", 30_000],
    [503, "Sun, 01 Nov 2026 12:01:00 GMT", 60_000],
    [500, "5", 5000],
    [422, "7", 7000],
    [503, "31536000", 86_400_000],
    [503, "soon", undefined],
  ])("%i with Retry-After %j: not before %s ms", async (status, value, retryAfterMs) => {
    const endpoint = await anEndpoint();
    endpoint.behave(answer(status, { headers: { "retry-after": value } }));
    const now = () => Date.parse("2026-11-01T12:00:00Z");
    expect(await tryOnce({ url: endpoint.url, now })).toMatchObject({ kind: "retry", status, retryAfterMs });
  });
});

describe("what is kept of an answer's body", () => {
  async function textOf(body: string | Uint8Array, headers: Record<string, string> = {}): Promise<string> {
    const endpoint = await anEndpoint();
    endpoint.behave(answer(500, { body, headers }));
    const result = await tryOnce({ url: endpoint.url });
    return result.kind === "retry" && result.text !== undefined
      ? result.text
      : expect.unreachable(result.kind);
  }

  it("is its first kilobyte, cut between characters", async () => {
    expect(await textOf("x".repeat(5000))).toBe("x".repeat(1024));
    expect(await textOf("€".repeat(1000))).toBe("€".repeat(341));
  });

  it("is text without anything that moves a terminal's cursor or hides", async () => {
    expect(await textOf("a\r\nb\u0000c\u001b[2Jd\u007fe\u0085f\u202eg\u2028h")).toBe("a  b c [2Jd e f g h");
    expect(await textOf(Buffer.from([0x61, 0xff, 0x62]))).toBe("a\ufffdb");
  });

  it("is without the values of headers that it was sent, as they are or in JSON", async () => {
    const endpoint = await anEndpoint();
    const headers = { Authorization: 'Bearer to"ken-of-crm', "X-Key": "key-of-crm-0123", "X-Tenant": "acme" };
    endpoint.behave((response, sent) => {
      const token = sent.headers.authorization?.slice(7);
      response.writeHead(500).end(`${"-".repeat(900)} ${token} ${JSON.stringify(sent.headers)}`);
    });
    const result = await tryOnce({ url: endpoint.url, headers });
    const text = result.kind === "retry" ? (result.text ?? "") : "";
    expect(text).toContain(" ************* {");
    expect(text).not.toMatch(/of-crm/);
  });

  it("holds no part of such a value where it is cut", async () => {
    const endpoint = await anEndpoint();
    endpoint.behave((response, sent) => {
      response.writeHead(500).end(`${"-".repeat(1014)}${sent.headers["x-key"]}`);
    });
    const result = await tryOnce({ url: endpoint.url, headers: { "X-Key": "key-of-crm-0123" } });
    expect(result).toHaveProperty("text", `${"-".repeat(1014)}${"*".repeat(10)}`);
  });

  it("is not unpacked, so that a few bytes cannot become many", async () => {
    const packed = gzipSync("x".repeat(1_000_000));
    expect(await textOf(packed, { "content-encoding": "gzip" })).not.toContain("xxx");
  });

  it("is the beginning of a body without end, which is cut", async () => {
    const endpoint = await anEndpoint();
    endpoint.behave(flood(200));
    const result = await sooner(3000, tryOnce({ url: endpoint.url }));
    expect(result).toMatchObject({ kind: "delivered", status: 200, text: "x".repeat(1024) });
    await eventually(() => expect(endpoint.connections()).toBe(0));
  });

  it("is what came until the endpoint broke off; the status stands", async () => {
    const endpoint = await anEndpoint();
    endpoint.behave(breakOff(200, "half of it"), breakOff(500, "half of it"));
    expect(await tryOnce({ url: endpoint.url })).toMatchObject({ kind: "delivered", text: "half of it" });
    expect(await tryOnce({ url: endpoint.url })).toMatchObject({
      kind: "retry",
      status: 500,
      text: "half of it",
    });
  });
});

describe("the timeout", () => {
  const LATE = { kind: "retry", error: "timeout", reason: "There was no answer in time (ETIMEDOUT)." };

  it("covers the wait for an answer, and the connection is cut", async () => {
    const endpoint = await anEndpoint();
    endpoint.behave(silence());
    const result = await sooner(3000, tryOnce({ url: endpoint.url, timeoutMs: 100 }));
    if (result === "later") throw new Error("the timeout did not count");
    expect(result).toMatchObject(LATE);
    expect(result.durationMs).toBeGreaterThanOrEqual(95);
    expect(blamesEndpoint(result)).toBe(true);
    await eventually(() => expect(endpoint.connections()).toBe(0));
  });

  it("covers the making of the connection", async () => {
    const url = `https://127.0.0.1:${await mute()}/`;
    expect(await sooner(3000, tryOnce({ url, timeoutMs: 100 }))).toMatchObject(LATE);
  });

  it("covers the look-up of the name, after which nothing is sent any more", async () => {
    const endpoint = await anEndpoint();
    let found: (() => void) | undefined;
    const resolve = () =>
      new Promise<{ address: string; family: number }[]>((settle) => {
        found = () => settle([{ address: "127.0.0.1", family: 4 }]);
      });
    const egress = anEgress({ resolve });
    const url = `http://slow.example:${endpoint.port}/`;
    expect(await tryOnce({ egress, url, timeoutMs: 100 })).toMatchObject(LATE);
    const disconnected = once(egress.dispatcher, "disconnect");
    found?.();
    await disconnected;
    await eventually(() => expect(endpoint.connections()).toBe(0));
    expect(endpoint.requests).toEqual([]);
  });

  it("covers a body that drips: the status stands, the rest is not waited for", async () => {
    const endpoint = await anEndpoint();
    endpoint.behave(drip(200), drip(503));
    const delivered = await sooner(3000, tryOnce({ url: endpoint.url, timeoutMs: 150 }));
    expect(delivered).toMatchObject({ kind: "delivered", text: expect.stringMatching(/^drop by drop/) });
    expect(await tryOnce({ url: endpoint.url, timeoutMs: 150 })).toMatchObject({
      kind: "retry",
      status: 503,
    });
    await eventually(() => expect(endpoint.connections()).toBe(0));
  });
});

describe("an attempt that gets no answer says why", () => {
  async function without(given: Try): Promise<Attempt> {
    const result = await tryOnce(given);
    expect(blamesEndpoint(result)).toBe(true);
    return result;
  }

  it("connect: nobody listens", async () => {
    expect(await without({ url: `http://127.0.0.1:${await closedPort()}/` })).toMatchObject({
      kind: "retry",
      error: "connect",
      reason: "There was no connection to the endpoint (ECONNREFUSED).",
    });
  });

  it("connect: nobody listens at any of several addresses", async () => {
    const resolve = async () => ["127.0.0.1", "127.0.0.2"].map((address) => ({ address, family: 4 }));
    const url = `http://shop.example:${await closedPort()}/`;
    expect(await without({ egress: anEgress({ resolve }), url })).toMatchObject({
      kind: "retry",
      error: "connect",
    });
  });

  it("reset: the connection ends before the answer, with or without notice", async () => {
    const endpoint = await anEndpoint();
    endpoint.behave(reset(), raw(""));
    expect(await without({ url: endpoint.url })).toMatchObject({ kind: "retry", error: "reset" });
    expect(await without({ url: endpoint.url })).toMatchObject({ kind: "retry", error: "reset" });
  });

  it("dns: there is no such name, or it has no address", async () => {
    const failing = ["ENOTFOUND", "EAI_AGAIN"].map(
      (code) => () => Promise.reject(Object.assign(new Error(`getaddrinfo ${code}`), { code })),
    );
    for (const resolve of [...failing, async () => []]) {
      const egress = anEgress({ resolve });
      expect(await without({ egress, url: "http://nowhere.example/" })).toMatchObject({
        kind: "retry",
        error: "dns",
      });
    }
  });

  it("tls: the certificate is not trusted, or there is no TLS at all", async () => {
    const [secure, plain] = [await anEndpoint({ tls: true }), await anEndpoint()];
    expect(await without({ url: secure.url })).toMatchObject({
      kind: "retry",
      error: "tls",
      reason: "There was no secure connection to the endpoint (DEPTH_ZERO_SELF_SIGNED_CERT).",
    });
    const url = plain.url.replace("http:", "https:");
    expect(await without({ url })).toMatchObject({ kind: "retry", error: "tls" });
    expect([...secure.requests, ...plain.requests]).toEqual([]);
  });

  it("tls: the certificate is for another name", async () => {
    const endpoint = await anEndpoint({ tls: true });
    const resolve = async () => [{ address: "127.0.0.1", family: 4 }];
    const egress = anEgress({ resolve, ca: CERTIFICATE });
    const url = `https://other.example:${endpoint.port}/`;
    expect(await without({ egress, url })).toMatchObject({ kind: "retry", error: "tls" });
  });

  it("protocol: what comes is not HTTP, or has headers without end", async () => {
    const endpoint = await anEndpoint();
    endpoint.behave(
      raw("SSH-2.0-OpenSSH_9.6\r\n"),
      raw(`HTTP/1.1 200 OK\r\nx-a: ${"a".repeat(100_000)}\r\n\r\n`),
    );
    expect(await without({ url: endpoint.url })).toMatchObject({ kind: "retry", error: "protocol" });
    expect(await without({ url: endpoint.url })).toMatchObject({ kind: "retry", error: "protocol" });
  });

  it("egress: the address is not permitted, and trying again does not help", async () => {
    const endpoint = await anEndpoint();
    expect(await without({ egress: anEgress({ allow: [] }), url: endpoint.url })).toMatchObject({
      kind: "refused",
      error: "egress",
      reason: "The endpoint's address is not permitted (loopback).",
    });
    expect(endpoint.requests).toEqual([]);
  });

  it.each([
    ["a URL that is none", { url: "shop.example" }],
    ["a scheme that is not HTTP", { url: "ftp://127.0.0.1/" }],
    ["a header that cuts the request in two", { headers: { "x-a": "1\r\nhost: other" } }],
    ["a header's name that is none", { headers: { "x a": "1" } }],
    ["no secret", { secrets: [] }],
    ["a secret that is none", { secrets: ["whsec_"] }],
  ])("request: %s; nothing is sent", async (_what, wrong) => {
    const endpoint = await anEndpoint();
    expect(await without({ url: endpoint.url, ...wrong })).toMatchObject({
      kind: "refused",
      error: "request",
    });
    expect(endpoint.connections()).toBe(0);
  });

  it("stopped: the hub ends its connections, which is not the endpoint's fault", async () => {
    const endpoint = await anEndpoint();
    endpoint.behave(silence());
    const egress = anEgress();
    const running = tryOnce({ egress, url: endpoint.url });
    await eventually(() => expect(endpoint.requests).toHaveLength(1));
    await egress.close();
    for (const result of [await running, await tryOnce({ egress, url: endpoint.url })]) {
      expect(result).toMatchObject({ kind: "retry", error: "stopped" });
      expect(blamesEndpoint(result)).toBe(false);
    }
  });

  it("unknown: anything else, with its text, cut short", () => {
    const { error, reason } = toFailure(new TypeError("x".repeat(1000)));
    expect(error).toBe("unknown");
    expect(reason).toMatch(/ \(TypeError: x+\)\.$/);
    expect(reason.length).toBeLessThan(300);
    expect(toFailure("thrown")).toMatchObject({ error: "unknown" });
  });

  it("always with a sentence of the list", () => {
    for (const text of Object.values(ATTEMPT_ERRORS)) expect(text).toMatch(/^[A-Z].*\.$/);
  });
});
