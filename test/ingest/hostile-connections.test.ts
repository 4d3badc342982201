/**
 * Connections that mean ill: senders that are slow, silent, half gone or too many, and bytes that are no request, two, or one
 * whose end is a matter of opinion. Each gets its answer or is cut in time, stores nothing, and leaves the server as it was.
 */
import { METHODS } from "node:http";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { HttpLimits } from "../../src/http.ts";
import type { Appended } from "../../src/ingest/inbox/inbox.ts";
import { ADMIN_TOKEN, signed, type TestApp } from "../helpers/app.ts";
import { mutations } from "../helpers/byte-mutations.ts";
import { FUZZ_TIMEOUT_MS, fuzz } from "../helpers/fuzz.ts";
import {
  ACME,
  BODY_BYTES_MAX,
  head,
  statuses,
  type Talk,
  useServer,
  WAIT,
  whole,
} from "../helpers/raw-http.ts";
import { recordedOf } from "../helpers/recorded.ts";

const { start, talk } = useServer();

/** Limits that are met at once. */
const QUICK: Partial<HttpLimits> = {
  headersMs: 100,
  requestMs: 150,
  checkEveryMs: 20,
  idleMs: 100,
  stalledMs: 100,
};

const PATIENT: Partial<HttpLimits> = { headersMs: 60_000, requestMs: 60_000 };

type Running = TestApp & { readonly url: string };

/** The server goes on, and nothing was stored before. Its short limits may cut this request, too, when the machine is busy. */
async function expectUnharmed({ url, inbox }: Running): Promise<void> {
  expect(inbox.stored()).toEqual([]);
  await vi.waitFor(async () => {
    expect(statuses(await talk(url, whole(signed(), { last: true })).answer)).toEqual([200]);
  }, WAIT);
  expect(inbox.stored()).toHaveLength(1);
}

const timers: NodeJS.Timeout[] = [];
afterEach(() => {
  for (const timer of timers.splice(0)) clearInterval(timer);
});

/** Sends one byte after the other for as long as the connection lasts. */
function dribble({ socket }: Talk, bytes: string): void {
  let at = 0;
  timers.push(
    setInterval(() => {
      if (!socket.destroyed) socket.write(bytes[at++ % bytes.length] ?? "x");
    }, 2),
  );
}

describe("a sender that", () => {
  it("sends nothing is cut", async () => {
    const running = await start({}, QUICK);
    expect(statuses(await talk(running.url).answer)).toEqual([408]);
    await expectUnharmed(running);
  });

  it("sends nothing more after an answer is cut", async () => {
    const running = await start({}, QUICK);
    expect(statuses(await talk(running.url, whole(signed())).answer)).toEqual([200]);
  });

  it("waits for a long answer in silence keeps its connection", async () => {
    let answer: (appended: Appended) => void = () => undefined;
    const append = vi.fn(() => new Promise<Appended>((resolve) => (answer = resolve)));
    const { url } = await start(
      { inbox: { refusal: () => undefined, append, drain: async () => undefined } },
      { ...QUICK, stalledMs: 20 },
    );
    const silent = talk(url, whole(signed(), { last: true }));
    await vi.waitFor(() => expect(append).toHaveBeenCalled(), WAIT);
    // Another connection that stalls meanwhile shows that the time for it has passed.
    await talk(url).answer;
    answer({ kind: "stored" });
    expect(statuses(await silent.answer)).toEqual([200]);
  });

  it("dribbles a head without end is cut", async () => {
    const running = await start({}, QUICK);
    const slow = talk(running.url, `POST ${ACME} HTTP/1.1\r\nhost: hub\r\n`);
    dribble(slow, "x: y\r\n");
    expect(statuses(await slow.answer)).toEqual([408]);
    await expectUnharmed(running);
  });

  it.each([
    ["content-length", String(BODY_BYTES_MAX), "x"],
    ["transfer-encoding", "chunked", "1\r\nx\r\n"],
  ])("dribbles a body is answered 408 and cut (%s)", async (name, value, bytes) => {
    const running = await start({ bodyTimeoutMs: 50 });
    const slow = talk(running.url, head({ ...signed().headers, [name]: value }));
    dribble(slow, bytes);
    expect(statuses(await slow.answer)).toEqual([408]);
    await expectUnharmed(running);
  });

  it("dribbles a body to another route is cut", async () => {
    const running = await start({}, QUICK);
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
    const slow = talk(running.url, head({ ...headers, "content-length": "5000" }, { path: "/api/stores" }));
    dribble(slow, " ");
    expect(statuses(await slow.answer)).toEqual([408]);
    await expectUnharmed(running);
  });

  it.each([
    ["nothing", ""],
    ["half a line", "POST /webh"],
    ["half a head", `POST ${ACME} HTTP/1.1\r\nhost: hub\r\nx-sh`],
    ["half a body", `${head({ ...signed().headers, "content-length": "5000" })}{"id":`],
    ["half a chunk", `${head({ ...signed().headers, "transfer-encoding": "chunked" })}10\r\n{"id":`],
  ])("leaves after %s is forgotten, whether it says goodbye or not", async (_what, bytes) => {
    const running = await start({}, QUICK);
    for (const leave of ["end", "resetAndDestroy"] as const) {
      const gone = talk(running.url, bytes);
      await vi.waitFor(() => expect(gone.socket.bytesWritten).toBe(bytes.length), WAIT);
      gone.socket[leave]();
      expect(statuses(await gone.answer).filter((status) => status < 400)).toEqual([]);
    }
    await expectUnharmed(running);
  });

  it("asks for more at once than it can wait for is cut, and what it asks for is held once", async () => {
    const running = await start();
    const asked = (count: number, path: string) => `GET ${path} HTTP/1.1\r\nhost: hub\r\n\r\n`.repeat(count);
    const greedy = talk(running.url, asked(1000, "/healthz"));
    expect(statuses(await greedy.answer).length).toBeLessThanOrEqual(100);
    const before = process.memoryUsage().rss;
    const deaf = talk(running.url, asked(90, "/docs/swagger-ui-bundle.js"));
    deaf.socket.pause();
    await expectUnharmed(running);
    // 90 copies would be more than 100 MB.
    expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000);
  });

  it("takes no answers is cut, so that they are not kept for it", async () => {
    // One connection is all there is: others are served when it is free again.
    const running = await start({}, { ...QUICK, connectionsMax: 1 });
    const asked = "GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nhost: hub\r\n\r\n".repeat(50);
    const deaf = talk(running.url, asked);
    deaf.socket.pause();
    await vi.waitFor(async () => {
      expect(statuses(await talk(running.url, whole(signed(), { last: true })).answer)).toEqual([200]);
    }, WAIT);
  });

  it("takes its answers slowly keeps its connection", async () => {
    const { url } = await start({}, QUICK);
    const slow = talk(url, "GET /asyncapi.json HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n");
    slow.socket.on("data", () => {
      slow.socket.pause();
      setTimeout(() => slow.socket.resume(), 1);
    });
    const answer = await slow.answer;
    expect(statuses(answer)).toEqual([200]);
    expect(answer.split("\r\n\r\n")[1]).toHaveLength(Number(/content-length: (\d+)/i.exec(answer)?.[1]));
  });
});

describe("many connections", () => {
  it("that are idle cost little and hold up nobody", async () => {
    const running = await start({}, PATIENT);
    const before = process.memoryUsage().rss;
    const idle = Array.from({ length: 1000 }, () => talk(running.url));
    await Promise.all(idle.map(({ socket }) => new Promise((resolve) => socket.once("connect", resolve))));
    await expectUnharmed(running);
    // Both ends of each are in this process.
    expect((process.memoryUsage().rss - before) / idle.length).toBeLessThan(100_000);
  });

  it("beyond the limit are turned away, until some have gone", async () => {
    const { url, inbox } = await start({}, { ...PATIENT, connectionsMax: 5 });
    const idle = Array.from({ length: 5 }, () => talk(url));
    await Promise.all(idle.map(({ socket }) => new Promise((resolve) => socket.once("connect", resolve))));
    expect(await talk(url, whole(signed(), { last: true })).answer).toBe("");
    expect(inbox.stored()).toEqual([]);
    idle[0]?.socket.destroy();
    await vi.waitFor(async () => {
      expect(statuses(await talk(url, whole(signed(), { last: true })).answer)).toEqual([200]);
    }, WAIT);
  });
});

const GOOD = signed();
const LENGTH = String(GOOD.body.length);
const BODY = Buffer.from(GOOD.body).toString("latin1");
const SIGNED = Object.entries(GOOD.headers)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join("");
/** A request line, headers as given, those of a good request, and its body. */
const raw = (lines: string, body = BODY, line = `POST ${ACME} HTTP/1.1\r\nhost: hub\r\n`) =>
  `${line}${lines}${SIGNED}\r\n${body}`;
const CHUNKED = `${GOOD.body.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`;
const SECOND = "GET /healthz HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n";

describe("a request whose end is a matter of opinion", () => {
  it.each<[string, string]>([
    ["both length and chunks", raw(`content-length: ${LENGTH}\r\ntransfer-encoding: chunked\r\n`, CHUNKED)],
    ["chunks and length", raw(`transfer-encoding: chunked\r\ncontent-length: ${LENGTH}\r\n`, CHUNKED)],
    ["two lengths", raw(`content-length: ${LENGTH}\r\ncontent-length: 0\r\n`)],
    ["the same length twice", raw(`content-length: ${LENGTH}\r\ncontent-length: ${LENGTH}\r\n`)],
    ["a list of lengths", raw(`content-length: ${LENGTH}, ${LENGTH}\r\n`)],
    ["a length with a sign", raw(`content-length: +${LENGTH}\r\n`)],
    ["a negative length", raw("content-length: -1\r\n")],
    ["a hexadecimal length", raw(`content-length: 0x${GOOD.body.length.toString(16)}\r\n`)],
    ["a length that overflows", raw("content-length: 18446744073709551617\r\n")],
    ["an encoding that is almost chunked", raw("transfer-encoding: xchunked\r\n", CHUNKED)],
    ["chunks that are not the last encoding", raw("transfer-encoding: chunked, identity\r\n", CHUNKED)],
    ["chunks of chunks", raw("transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n", CHUNKED)],
    ["a blank before the colon", raw("transfer-encoding : chunked\r\n", CHUNKED)],
    ["a folded header", raw(`transfer-encoding:\r\n chunked\r\ncontent-length: ${LENGTH}\r\n`, CHUNKED)],
    ["line feeds alone", raw(`content-length: ${LENGTH}\r\n`).replaceAll("\r\n", "\n")],
    ["a carriage return alone", raw(`x-a: b\rtransfer-encoding: chunked\r\ncontent-length: ${LENGTH}\r\n`)],
    ["a chunk of negative size", raw("transfer-encoding: chunked\r\n", `-1\r\n${BODY}\r\n0\r\n\r\n`)],
    ["a chunk whose size overflows", raw("transfer-encoding: chunked\r\n", `fffffffffffffffff\r\n${BODY}`)],
    ["a chunk longer than it says", raw("transfer-encoding: chunked\r\n", `1\r\n${BODY}\r\n0\r\n\r\n`)],
    [
      "chunk extensions without end",
      raw("transfer-encoding: chunked\r\n", `1;${"a".repeat(40_000)}\r\nx\r\n`),
    ],
  ])("is refused with what follows it: %s", async (_what, bytes) => {
    const running = await start({}, QUICK);
    const answer = await talk(running.url, Buffer.from(bytes + SECOND, "latin1")).answer;
    const [first, ...more] = statuses(answer);
    // Whoever sits in front may see the second request where this server does not: neither counts.
    expect([400, 413]).toContain(first);
    expect(more.filter((status) => status < 400)).toEqual([]);
    await expectUnharmed(running);
  });

  it("ends where its length says, and what follows is another request", async () => {
    const running = await start({}, QUICK);
    const bytes = raw(`content-length: ${GOOD.body.length - 10}\r\n`);
    const found = statuses(await talk(running.url, bytes).answer);
    // The connection may end before the first is answered.
    expect([[400], [401, 400]]).toContainEqual(found);
    await expectUnharmed(running);
  });

  it("takes no signature from behind its body", async () => {
    const running = await start({}, QUICK);
    const lines = `POST ${ACME} HTTP/1.1\r\nhost: hub\r\nconnection: close\r\ntransfer-encoding: chunked\r\n`;
    const bytes = `${lines}\r\n${CHUNKED.slice(0, -2)}${SIGNED}\r\n`;
    expect(statuses(await talk(running.url, bytes).answer)).toEqual([401]);
    await expectUnharmed(running);
  });
});

describe("bytes that are no request of this protocol", () => {
  const TLS_HELLO = Buffer.from("16030100c8010000c40303", "hex");
  it.each<[string, string | Uint8Array]>([
    ["TLS", TLS_HELLO],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["a version to come", `GET /healthz HTTP/3.0\r\nhost: hub\r\n\r\n`],
    ["zeros", Buffer.alloc(1000)],
    ["a method of its own", "HACK / HTTP/1.1\r\nhost: hub\r\n\r\n"],
    ["a target with blanks", "GET /a b HTTP/1.1\r\nhost: hub\r\n\r\n"],
    ["a header without a colon", "GET /healthz HTTP/1.1\r\nhost: hub\r\nabc\r\n\r\n"],
    ["a header with a zero", "GET /healthz HTTP/1.1\r\nhost: hub\r\nx: a\0b\r\n\r\n"],
    ["no host", "GET /healthz HTTP/1.1\r\n\r\n"],
    ["a host that is none", "GET /healthz HTTP/1.1\r\nhost: a/b?c#d\r\nconnection: close\r\n\r\n"],
    ["a tunnel", "CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example\r\n\r\n"],
  ])("get 400 or no answer: %s", async (_what, bytes) => {
    const running = await start({}, QUICK);
    const found = statuses(await talk(running.url, bytes).answer);
    expect(found.filter((status) => status !== 400)).toEqual([]);
    await expectUnharmed(running);
  });

  it("of the version before versions sign nothing", async () => {
    const running = await start({}, QUICK);
    expect(statuses(await talk(running.url, `POST ${ACME}\r\n\r\n`).answer)).toEqual([401]);
    await expectUnharmed(running);
  });

  it.each(METHODS.filter((method) => method !== "CONNECT"))("%s is no error of the hub", async (method) => {
    const { url, inbox } = await start({}, QUICK);
    for (const path of [ACME, "/api/stores", "/healthz", "/nowhere"]) {
      const bytes = head({ "content-length": "2", connection: "close" }, { method, path });
      const found = statuses(await talk(url, `${bytes}{}`).answer);
      expect(found.filter((status) => status >= 500)).toEqual([]);
    }
    expect(inbox.stored()).toEqual([]);
  });
});

describe("a request that asks for something else", () => {
  it.each([
    `http://evil.example${ACME}`,
    `${ACME}/../../../api/stores`,
    "//evil.example/x",
    "*",
    "evil.example",
  ])("to be sent elsewhere is answered here, or not at all: %s", async (path) => {
    const running = await start({}, QUICK);
    const unsigned = head({ "content-length": "2", connection: "close" }, { path });
    const found = statuses(await talk(running.url, `${unsigned}{}`).answer);
    expect([[400], [401], [404]]).toContainEqual(found);
    await expectUnharmed(running);
  });

  it("another protocol is answered in this one", async () => {
    for (const protocol of ["websocket", "h2c"]) {
      const { url, inbox } = await start({}, QUICK);
      const bytes = raw(
        `connection: upgrade, close\r\nupgrade: ${protocol}\r\ncontent-length: ${LENGTH}\r\n`,
      );
      expect(statuses(await talk(url, bytes).answer)).toEqual([200]);
      expect(inbox.stored()).toHaveLength(1);
    }
  });

  it("what nobody can expect is refused", async () => {
    const running = await start({}, QUICK);
    const bytes = raw(`expect: 42-wonders\r\nconnection: close\r\ncontent-length: ${LENGTH}\r\n`);
    expect(statuses(await talk(running.url, bytes).answer)).toEqual([417]);
    await expectUnharmed(running);
  });

  it("to have its body unpacked is refused before anything is", async () => {
    const running = await start({}, QUICK);
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const before = process.memoryUsage().rss;
    for (const encoding of ["gzip", "identity, gzip"]) {
      const init = { ...signed({ headers: { "content-encoding": encoding } }), body: new Uint8Array(bomb) };
      expect(statuses(await talk(running.url, whole(init, { last: true })).answer)).toEqual([415]);
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
    await expectUnharmed(running);
  });
});

describe("recorded requests with bytes changed", () => {
  const requests = recordedOf("shopify").map(({ request: { headers, body } }) =>
    whole({ method: "POST", headers: { ...headers }, body: new Uint8Array(body) }, { last: true }),
  );

  it(
    "get answers that are not the hub's fault, or lose their connection",
    async () => {
      const running = await start({ bodyTimeoutMs: 10 }, { headersMs: 20, requestMs: 30, checkEveryMs: 5 });
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...requests), mutations(4), async (request, mutate) => {
          const { socket, answer } = talk(running.url, mutate(request));
          socket.end();
          expect(statuses(await answer).filter((status) => status >= 500)).toEqual([]);
        }),
        fuzz(100),
      );
      await expectUnharmed(running);
    },
    FUZZ_TIMEOUT_MS,
  );
});
