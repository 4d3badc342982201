/** The same answers over real sockets: what only shows when bodies come in pieces, late, or not at all. */
import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { describe, expect, it, vi } from "vitest";
import { ConfigError } from "../../src/config.ts";
import { openHttp } from "../../src/http.ts";
import type { Appended } from "../../src/ingest/inbox/inbox.ts";
import { findPlatform } from "../../src/normalizers/registry.ts";
import { createTestApp, signed } from "../helpers/app.ts";
import {
  ACME,
  BODY_BYTES_MAX as LIMIT,
  head,
  statuses,
  useServer,
  WAIT,
  whole,
} from "../helpers/raw-http.ts";

const { cleanups, listen, start, talk } = useServer();

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly isReused: boolean;
}

function post(url: string, init: ReturnType<typeof signed>, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sending = request(url + ACME, { method: "POST", headers: init.headers, agent }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => {
        const { statusCode: status, headers } = response;
        resolve({ status, headers, text, isReused: sending.reusedSocket });
      });
    });
    sending.on("error", reject);
    sending.end(init.body);
  });
}

function oneConnection(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  cleanups.push(() => agent.destroy());
  return agent;
}

describe("a body", () => {
  it("in chunks that grow past the limit is cut with 413 while it is still being sent", async () => {
    const { url, inbox, count } = await start();
    const { headers } = signed();
    const { socket, answer } = talk(url, head({ ...headers, "transfer-encoding": "chunked" }));
    const chunk = `4000\r\n${"x".repeat(0x4000)}\r\n`;
    let sent = 0;
    const pump = () => {
      while (!socket.destroyed && sent < 500 * LIMIT) {
        sent += chunk.length;
        if (!socket.write(chunk)) return void socket.once("drain", pump);
      }
    };
    const answered = new Promise<string>((resolve) =>
      socket.once("data", (data) => resolve(data.toString())),
    );
    pump();
    expect(statuses(await answered)).toEqual([413]);
    expect(sent).toBeLessThan(500 * LIMIT);
    socket.destroy();
    await answer;
    expect(inbox.stored()).toEqual([]);
    expect(await count("requests", { platform: "shopify", outcome: "too_large" })).toBe(1);
  });

  it("that is announced as too large is refused before it is sent", async () => {
    const { url, inbox } = await start();
    const { headers } = signed();
    const { socket, answer } = talk(url, head({ ...headers, "content-length": String(LIMIT + 1) }));
    const first = await new Promise<string>((resolve) =>
      socket.once("data", (data) => resolve(data.toString())),
    );
    expect(statuses(first)).toEqual([413]);
    socket.destroy();
    await answer;
    expect(inbox.stored()).toEqual([]);
  });

  it("in chunks within the limit is stored byte for byte", async () => {
    const { url, inbox } = await start();
    const { headers, body } = signed({ body: "a".repeat(50_000) });
    const parts: (string | Uint8Array)[] = [];
    for (let at = 0; at < body.length; at += 7000) {
      const part = body.subarray(at, at + 7000);
      parts.push(`${part.length.toString(16)}\r\n`, part, "\r\n");
    }
    const lead = head({ ...headers, "transfer-encoding": "chunked", connection: "close" });
    const { answer } = talk(url, lead, ...parts, "0\r\n\r\n");
    expect(statuses(await answer)).toEqual([200]);
    expect(Buffer.from(body).equals(inbox.stored()[0]?.body ?? Buffer.alloc(0))).toBe(true);
  });

  it.each(["content-length", "transfer-encoding"])(
    "that never ends gets 408 and loses its connection (%s)",
    async (framing) => {
      const { url, inbox, count } = await start({ bodyTimeoutMs: 50 });
      const { headers } = signed();
      const value = framing === "content-length" ? "1000" : "chunked";
      const part = framing === "content-length" ? "{" : "1\r\n{\r\n";
      const { answer } = talk(url, head({ ...headers, [framing]: value }), part);
      expect(statuses(await answer)).toEqual([408]);
      expect(inbox.stored()).toEqual([]);
      expect(await count("requests", { platform: "shopify", outcome: "too_slow" })).toBe(1);
    },
  );

  it("whose sender goes away leaves nothing behind, and the server goes on", async () => {
    const hasArrived = vi.fn(findPlatform);
    const { url, inbox, count, lines } = await start({ findPlatform: hasArrived });
    const init = signed();
    const { socket, answer } = talk(url, head({ ...init.headers, "content-length": "5000" }), "{");
    await vi.waitFor(() => expect(hasArrived).toHaveBeenCalled(), WAIT);
    socket.destroy();
    await answer;
    const gone = { platform: "shopify", outcome: "too_slow" };
    await vi.waitFor(async () => expect(await count("requests", gone)).toBe(1), WAIT);
    expect(lines.at(-1)).toMatchObject({ reason: "the sender went away" });
    expect(inbox.stored()).toEqual([]);
    expect(statuses(await talk(url, whole(init, { last: true })).answer)).toEqual([200]);
  });

  it("is asked for when the sender waits to be asked", async () => {
    const { url, inbox } = await start();
    const init = signed();
    const waiting = {
      "content-length": String(init.body.length),
      expect: "100-continue",
      connection: "close",
    };
    const { socket, answer } = talk(url, head({ ...init.headers, ...waiting }));
    const first = await new Promise<string>((resolve) =>
      socket.once("data", (data) => resolve(data.toString())),
    );
    expect(statuses(first)).toEqual([100]);
    socket.write(init.body);
    expect(statuses(await answer)).toEqual([100, 200]);
    expect(inbox.stored()).toHaveLength(1);
  });
});

describe("headers", () => {
  it.each([200, 1000])("that are %i get 431, and the server goes on", async (count) => {
    const { url } = await start();
    const many = Object.fromEntries(Array.from({ length: count }, (_, number) => [`x-${number}`, "1"]));
    const { headers, body, method } = signed();
    const refused = whole({ method, body, headers: { ...headers, ...many } }, { last: true });
    const text = await talk(url, refused).answer;
    expect(statuses(text)).toEqual([431]);
    // Newer versions of Node refuse 1000 themselves, before the hub sees the request.
    if (count === 200) expect(text).toContain('"code":"too_many_headers"');
    expect(statuses(await talk(url, whole(signed(), { last: true })).answer)).toEqual([200]);
  });

  it("that are larger than the server reads get 431, and the server goes on", async () => {
    const { url, inbox } = await start();
    const { answer } = talk(url, whole(signed({ headers: { "x-large": "1".repeat(20_000) } })));
    expect(statuses(await answer)).toEqual([431]);
    expect(inbox.stored()).toEqual([]);
    expect(statuses(await talk(url, whole(signed(), { last: true })).answer)).toEqual([200]);
  });

  it("that are no HTTP get 400, and the server goes on", async () => {
    const { url } = await start();
    expect(statuses(await talk(url, "hello\r\n\r\n").answer)).toEqual([400]);
    expect(statuses(await talk(url, whole(signed(), { last: true })).answer)).toEqual([200]);
  });

  it("that carry the signature twice are refused", async () => {
    const { url, inbox } = await start();
    const init = signed({ headers: { connection: "close" } });
    const signature = `x-shopify-hmac-sha256: ${init.headers["x-shopify-hmac-sha256"]}\r\n`;
    const text = Buffer.from(whole(init)).toString("latin1").replace(signature, signature.repeat(2));
    expect(statuses(await talk(url, Buffer.from(text, "latin1")).answer)).toEqual([401]);
    expect(inbox.stored()).toEqual([]);
  });

  it("of HTTP 1.0, as WordPress sends it, are understood", async () => {
    const { url, inbox } = await start();
    expect(statuses(await talk(url, whole(signed(), { version: "1.0" })).answer)).toEqual([200]);
    expect(inbox.stored()).toHaveLength(1);
  });

  it("may lack the host where HTTP 1.0 lets them", async () => {
    const { url } = await start();
    expect(statuses(await talk(url, "GET /healthz HTTP/1.0\r\n\r\n").answer)).toEqual([200]);
  });
});

describe("a connection", () => {
  it("can be used again after every kind of refusal", async () => {
    const { url, inbox } = await start();
    const agent = oneConnection();
    const refusals: [ReturnType<typeof signed>, number][] = [
      [signed({ secret: "wrong" }), 401],
      [signed({ body: "" }), 400],
      [signed({ headers: { "content-encoding": "gzip" } }), 415],
      [signed({ body: "x".repeat(LIMIT + 1) }), 413],
    ];
    for (const [number, [init, status]] of refusals.entries()) {
      expect((await post(url, init, agent)).status).toBe(status);
      const next = await post(url, signed({ deliveryId: String(number) }), agent);
      expect([next.status, next.isReused]).toEqual([200, true]);
    }
    expect(inbox.stored()).toHaveLength(refusals.length);
  });

  it("answers requests that were sent at once in their order", async () => {
    const { url, inbox } = await start();
    const { answer } = talk(
      url,
      Buffer.concat([
        whole(signed({ deliveryId: "1" })),
        whole(signed({ secret: "wrong" })),
        whole(signed({ deliveryId: "2" })),
        whole(signed(), { path: "/webhooks/shopify/other" }),
        whole(signed({ body: "x".repeat(LIMIT + 1) })),
        whole(signed({ deliveryId: "3" }), { last: true }),
      ]),
    );
    expect(statuses(await answer)).toEqual([200, 401, 200, 404, 413, 200]);
    expect(inbox.stored().map(({ dedupeKey }) => dedupeKey)).toEqual(["1", "2", "3"]);
  });
});

describe("the server", () => {
  it("answers before the hub is there: alive, not ready, come back later", async () => {
    const { url } = await listen();
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const { status, headers } = await fetch(url + ACME, signed());
    expect([status, headers.get("retry-after")]).toEqual([503, "5"]);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
  });

  it("says in one sentence that its port is taken", async () => {
    const { url } = await listen();
    const port = Number(new URL(url).port);
    const failure = await openHttp({ host: "127.0.0.1", port }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    expect(failure).toHaveProperty("problems", [
      expect.stringContaining(`PORT: ${port} on 127.0.0.1 is taken`),
    ]);
  });

  it("says in one sentence that it cannot listen where it should", async () => {
    const failure = await openHttp({ host: "192.0.2.1", port: 0 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    expect(failure).toHaveProperty("message", expect.stringContaining("192.0.2.1"));
  });

  it.each([
    ["a client that leaves then", true],
    // Its connection is closed soon, and not when the server's patience ends.
    ["a client that keeps its connection", false],
  ])("that ends takes no new requests and answers those in hand of %s", async (_who, last) => {
    const waiting = defer<Appended>();
    const append = vi.fn(() => waiting.promise);
    const test = createTestApp({
      overrides: { inbox: { refusal: () => undefined, append, drain: async () => undefined } },
    });
    const listening = await openHttp({ host: "127.0.0.1", port: 0 });
    await listening.open((incoming, bindings) => test.app.fetch(incoming, bindings));
    const { answer } = talk(listening.url, whole(signed(), { last }));
    await vi.waitFor(() => expect(append).toHaveBeenCalledOnce(), WAIT);
    const closed = listening.close();
    await expect(fetch(listening.url)).rejects.toThrow();
    waiting.resolve({ kind: "stored" });
    expect(statuses(await answer)).toEqual([200]);
    await closed;
  });
});

function defer<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
