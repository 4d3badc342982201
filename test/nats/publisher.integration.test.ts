import { readdir, readFile } from "node:fs/promises";
import { DiscardPolicy } from "nats";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLogger } from "../../src/log.ts";
import { type Broker, connect } from "../../src/nats/connect.ts";
import { PublishError, type PublishFailure } from "../../src/nats/publisher.ts";
import { atOnce, sooner } from "../helpers/at-once.ts";
import { eventually } from "../helpers/eventually.ts";
import { startTestServer, type TestServer } from "../helpers/nats.ts";

let server: TestServer;
let broker: Broker;

beforeEach(async () => {
  server = await startTestServer();
  broker = await connect({ url: server.url, name: "publisher", log: createLogger("silent") });
  await broker.jsm.streams.add({ name: "TEST", subjects: ["test.>"] });
});

afterEach(async () => {
  await broker?.close();
  await server?.stop();
});

async function failureOf(published: Promise<unknown>): Promise<PublishFailure> {
  try {
    await published;
  } catch (error) {
    if (error instanceof PublishError) return error.failure;
    throw error;
  }
  throw new Error("it was published");
}

async function stored(): Promise<number> {
  return (await broker.jsm.streams.info("TEST")).state.messages;
}

/** The nats-server that this test process started. */
async function serverPid(): Promise<number> {
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/.exec(stat) ?? [];
    if (name?.startsWith("nats-server") && Number(parent) === process.pid) return Number(pid);
  }
  throw new Error("there is no nats-server of this process");
}

/** Runs while the server hangs: its connections are open, but it does nothing. */
async function whileHung<T>(task: () => Promise<T>): Promise<T> {
  const pid = await serverPid();
  process.kill(pid, "SIGSTOP");
  await eventually(async () => expect(await readFile(`/proc/${pid}/stat`, "utf8")).toMatch(/\) T /));
  try {
    return await task();
  } finally {
    process.kill(pid, "SIGCONT");
  }
}

describe("an acknowledgement", () => {
  it("carries the sequence of the stream, to each message its own", async () => {
    const acks = await Promise.all(
      Array.from({ length: 500 }, (_, index) => broker.publisher.publish(`test.${index % 7}`, String(index))),
    );
    expect(acks.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 500 }, (_, index) => index + 1),
    );
    const message = await broker.jsm.streams.getMessage("TEST", { seq: 321 });
    expect(message.string()).toBe("320");
  });

  it("says when the message id was there already, and nothing is stored", async () => {
    const headers = { "Nats-Msg-Id": "order-1" };
    expect(await broker.publisher.publish("test.a", "x", headers)).toEqual({ sequence: 1, duplicate: false });
    expect(await broker.publisher.publish("test.a", "x", headers)).toEqual({ sequence: 1, duplicate: true });
    expect(await stored()).toBe(1);
  });

  it("comes after the message is stored with its headers and bytes", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const { sequence } = await broker.publisher.publish("test.a", bytes, { "X-Note": "a: b=c" });
    const message = await broker.jsm.streams.getMessage("TEST", { seq: sequence });
    expect([...message.data]).toEqual([...bytes]);
    expect(message.header.get("X-Note")).toBe("a: b=c");
  });
});

describe("a message that is not stored", () => {
  it("is a conflict when the subject is not at the expected sequence", async () => {
    const at = (sequence: number) => ({ "Nats-Expected-Last-Subject-Sequence": String(sequence) });
    await broker.publisher.publish("test.a", "1", at(0));
    expect(await failureOf(broker.publisher.publish("test.a", "2", at(0)))).toBe("conflict");
    expect(await failureOf(broker.publisher.publish("test.b", "2", at(9)))).toBe("conflict");
    expect(await broker.publisher.publish("test.a", "2", at(1))).toMatchObject({ sequence: 2 });
  });

  it("finds no stream on a subject that none takes", async () => {
    expect(await failureOf(broker.publisher.publish("elsewhere", "x"))).toBe("no_stream");
  });

  it("finds the stream full", async () => {
    await broker.jsm.streams.add({
      name: "SMALL",
      subjects: ["small"],
      max_msgs: 1,
      discard: DiscardPolicy.New,
    });
    await broker.publisher.publish("small", "1");
    expect(await failureOf(broker.publisher.publish("small", "2"))).toBe("full");
  });

  it("is too large for the server, and the connection survives", async () => {
    const payload = new Uint8Array(9_000_000);
    expect(await failureOf(broker.publisher.publish("test.a", payload))).toBe("too_large");
    expect(await broker.publisher.publish("test.a", "small")).toMatchObject({ sequence: 1 });
  });

  it("is refused when a stream says no for a reason of its own", async () => {
    await broker.jsm.streams.add({ name: "TINY", subjects: ["tiny"], max_msg_size: 10 });
    expect(await failureOf(broker.publisher.publish("tiny", "x".repeat(100)))).toBe("refused");
  });
});

describe("a server that hangs", () => {
  it("makes the message time out, and the same id later is stored once", async () => {
    const headers = { "Nats-Msg-Id": "order-1" };
    const startedAt = Date.now();
    const failure = await whileHung(() =>
      sooner(4500, failureOf(broker.publisher.publish("test.a", "x", headers))),
    );
    expect(failure).toBe("timeout");
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(2900);
    await eventually(() => broker.publisher.publish("test.a", "x", headers));
    expect(await stored()).toBe(1);
  });
});

describe("a server that is away", () => {
  it("makes a message fail at once, and it is not delivered later", async () => {
    await server.kill();
    await eventually(() => expect(broker.isConnected()).toBe(false));
    expect(await atOnce(failureOf(broker.publisher.publish("test.a", "lost")))).toBe("disconnected");

    await server.restart();
    expect(await broker.whenConnected(10_000)).toBe(true);
    await eventually(() => broker.publisher.publish("test.a", "new"));
    expect(await stored()).toBe(1);
  });

  it("does not leave a message waiting that was under way when it died", async () => {
    const failure = await whileHung(async () => {
      const published = failureOf(broker.publisher.publish("test.a", "x"));
      await server.kill();
      return published;
    }).catch((error: unknown) => {
      // The killed process can take no SIGCONT any more.
      if (error instanceof Error && "code" in error && error.code === "ESRCH") return "timeout";
      throw error;
    });
    expect(failure).toBe("timeout");
    await server.restart();
    expect(await broker.whenConnected(10_000)).toBe(true);
  });

  it("is waited for no longer than asked", async () => {
    await server.kill();
    await eventually(() => expect(broker.isConnected()).toBe(false));
    expect(await sooner(1000, broker.whenConnected(300))).toBe(false);
  });
});

describe("closing", () => {
  it("awaits what is under way", async () => {
    const published = Array.from({ length: 300 }, (_, index) =>
      broker.publisher.publish("test.a", `${index}`),
    );
    await broker.close();
    const acks = await Promise.all(published);
    expect(acks).toHaveLength(300);
    expect(acks.at(-1)?.sequence).toBe(300);
  });

  it("is not held up by a server that hangs for longer than a publish may take", async () => {
    const failure = await whileHung(() => {
      const failed = failureOf(broker.publisher.publish("test.a", "x"));
      return sooner(
        4500,
        broker.publisher.close().then(() => failed),
      );
    });
    expect(failure).toBe("timeout");
  });

  it("lets nothing through afterwards", async () => {
    await broker.close();
    expect(await failureOf(broker.publisher.publish("test.a", "x"))).toBe("disconnected");
  });
});
