/** A process dies with deliveries in hand, and another one makes them. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createEventPublisher } from "../../../src/publish/jetstream.ts";
import { createNames } from "../../../src/nats/names.ts";
import { expectSettled, idsAt, useDelivery } from "../../helpers/delivery.ts";
import { answer, silence } from "../../helpers/endpoint.ts";
import { anEvent } from "../../helpers/event.ts";
import { eventually } from "../../helpers/eventually.ts";

const test = useDelivery();
const HUB_PROCESS = join(import.meta.dirname, "../../helpers/hub-process.ts");
const ACK_WAIT_MS = 1200;
const EVENTS = Array.from({ length: 12 }, (_none, at) => anEvent(at + 1));
const IDS = EVENTS.map(({ id }) => id);

/** A hub in a process of its own; resolves when it delivers. */
async function startProcess(prefix: string): Promise<ChildProcess> {
  const args = ["--import", "tsx", HUB_PROCESS, test.broker().server.url, prefix, String(ACK_WAIT_MS)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  test.closers.push(() => kill(child));
  const ended = once(child, "exit").then(() => Promise.reject(new Error("the hub's process ended")));
  await Promise.race([once(child.stdout, "data"), ended]);
  ended.catch(() => undefined);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

/** Creates the subscription, then has a process of its own deliver until the endpoint falls silent, and kills it. */
async function killInMidFlight(input: Record<string, unknown>) {
  const endpoint = await test.startEndpoint();
  const hub = await test.startHub({ ackWaitMs: ACK_WAIT_MS });
  await hub.subscribe(endpoint.url, { timeoutMs: 1500, ...input });
  await hub.stop();
  endpoint.behave(answer(204), answer(204), answer(204), answer(204), silence());
  const child = await startProcess(hub.prefix);
  const { broker } = test.broker();
  const publisher = createEventPublisher(broker.publisher, createNames(hub.prefix));
  for (const event of EVENTS) await publisher.publish(event);
  await eventually(() => expect(endpoint.requests.length).toBeGreaterThan(4));
  await kill(child);
  const seen = idsAt(endpoint);
  endpoint.behave(answer(204));
  return { endpoint, prefix: hub.prefix, taken: seen.slice(0, 4), inHand: seen.slice(4) };
}

it("gives what a killed process had in hand to another one, under the same ids", async () => {
  const { endpoint, prefix, taken, inHand } = await killInMidFlight({ concurrency: 3 });
  const other = await test.startHub({ prefix, ackWaitMs: ACK_WAIT_MS });
  const later = () => idsAt(endpoint).slice(taken.length + inHand.length);
  await eventually(() => expect(new Set([...taken, ...later()])).toEqual(new Set(IDS)));
  expect(later()).toEqual(expect.arrayContaining(inHand));
  await eventually(() => expectSettled(other));
});

it("keeps the order when another process takes an ordered subscription over", async () => {
  const { endpoint, prefix, taken, inHand } = await killInMidFlight({ concurrency: 3, ordered: true });
  expect([taken, inHand]).toEqual([IDS.slice(0, 4), IDS.slice(4, 5)]);
  const other = await test.startHub({ prefix, ackWaitMs: ACK_WAIT_MS });
  await eventually(() => expect(idsAt(endpoint).slice(5)).toEqual(IDS.slice(4)));
  await eventually(() => expectSettled(other));
});

it("lets two processes share the work of one subscription, each event once", async () => {
  const endpoint = await test.startEndpoint();
  const hub = await test.startHub({ ackWaitMs: ACK_WAIT_MS });
  await test.startHub({ prefix: hub.prefix, ackWaitMs: ACK_WAIT_MS });
  await hub.subscribe(endpoint.url, { concurrency: 1 });
  await hub.publish(...EVENTS);
  await eventually(() => expectSettled(hub));
  expect(idsAt(endpoint).sort()).toEqual([...IDS].sort());
});
