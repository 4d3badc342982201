/**
 * Delivery over HTTP: whether a slow endpoint is felt by the others, and what a thousand subscriptions cost. Each run has a
 * server and a hub of its own; what was accepted has to arrive, at every endpoint that keeps up, exactly once.
 */
import { performance } from "node:perf_hooks";
import { z } from "zod";
import { type Child, startChild } from "./child.ts";
import { askHub, type Contestant, HOST, inParallel, startHub } from "./contestant.ts";
import { median, type Percentiles, percentiles } from "./figures.ts";
import type { LoadRecord } from "./load.ts";
import { startNatsServer } from "./nats-server.ts";
import { arrivals, FIRST_ID, loadRecord, QUIET_MS, type RunTools } from "./run.ts";
import { storeName } from "./stores.ts";
import { tableRow } from "./table.ts";
import { cpuMicros, memoryNowMb } from "./usage.ts";

const ENDPOINTS = 5;
const SLOW_MS = 2000;
const EVENTS_PER_SECOND = 100;
/** The compiler has to have seen enough. */
const WARM_UP = { rate: 3 * EVENTS_PER_SECOND, seconds: 10 };
const CONNECTIONS = 16;

interface Stage {
  readonly hub: Contestant;
  readonly generator: Child;
  readonly endpoints: Child;
  readonly ports: readonly number[];
  readonly stores: number;
  /** Orders sent so far. */
  sent: number;
}

interface StagePlan {
  readonly stores: number;
  readonly delaysMs: readonly number[];
}

/** From the request of the platform to its arrival at an endpoint that keeps up. */
export interface Isolation {
  readonly allFastMs: Percentiles;
  readonly oneSlowMs: Percentiles;
}

export interface ManySubscriptions {
  readonly subscriptions: number;
  /** Medians of the first and of the last tenth. */
  readonly createMs: { readonly first: number; readonly last: number };
  readonly listMs: number;
  readonly arrivalMs: Percentiles;
  readonly hubMicrosPerEvent: number;
  readonly memoryMb: { readonly before: number; readonly after: number };
}

export interface DeliveryResult {
  readonly isolation: Isolation;
  readonly one: ManySubscriptions;
  readonly many: ManySubscriptions;
  readonly problems: readonly string[];
}

/** Runs all of it; `seconds` is the length of each load. */
export async function runDelivery(
  { seconds, subscriptions }: { seconds: number; subscriptions: number },
  report: (line: string) => void,
  tools: RunTools,
): Promise<DeliveryResult> {
  const problems: string[] = [];
  const isolate = async (slowMs: number) => {
    report(`delivery: ${ENDPOINTS} endpoints, ${slowMs === 0 ? "all fast" : `one takes ${slowMs} ms`}`);
    return runIsolation(slowMs, seconds, problems, tools);
  };
  const crowd = async (count: number) => {
    report(`delivery: ${count} subscriptions`);
    return runMany({ count, stores: subscriptions, seconds }, problems, tools);
  };
  const isolation = { allFastMs: await isolate(0), oneSlowMs: await isolate(SLOW_MS) };
  return { isolation, one: await crowd(1), many: await crowd(subscriptions), problems };
}

/** The text for people. */
export function deliveryText({ isolation, one, many }: DeliveryResult): string {
  const { allFastMs, oneSlowMs } = isolation;
  const both = (read: (result: ManySubscriptions) => number, digits = 0) =>
    [one, many].map((result) => read(result).toFixed(digits));
  return [
    `delivery over HTTP, ${EVENTS_PER_SECOND} events/s, class relaxed`,
    tableRow("", ["all fast", `one takes ${SLOW_MS} ms`]),
    tableRow(
      "request to the four others p50, ms",
      [allFastMs, oneSlowMs].map(({ p50 }) => p50.toFixed(1)),
    ),
    tableRow(
      "request to the four others p99, ms",
      [allFastMs, oneSlowMs].map(({ p99 }) => p99.toFixed(1)),
    ),
    tableRow(
      "",
      [one, many].map(({ subscriptions }) => `${subscriptions} subscriptions`),
    ),
    tableRow(
      "creating one, first tenth, ms",
      both(({ createMs }) => createMs.first, 1),
    ),
    tableRow(
      "creating one, last tenth, ms",
      both(({ createMs }) => createMs.last, 1),
    ),
    tableRow(
      "listing all, ms",
      both(({ listMs }) => listMs, 1),
    ),
    tableRow(
      "request to endpoint p50, ms",
      both(({ arrivalMs }) => arrivalMs.p50, 1),
    ),
    tableRow(
      "request to endpoint p99, ms",
      both(({ arrivalMs }) => arrivalMs.p99, 1),
    ),
    tableRow(
      "processor time of the hub per event, us",
      both(({ hubMicrosPerEvent }) => hubMicrosPerEvent),
    ),
    tableRow(
      "memory of the hub before the load, MB",
      both(({ memoryMb }) => memoryMb.before),
    ),
    tableRow(
      "memory of the hub after the load, MB",
      both(({ memoryMb }) => memoryMb.after),
    ),
  ].join("\n");
}

async function runIsolation(slowMs: number, seconds: number, problems: string[], tools: RunTools) {
  const delaysMs = [slowMs, ...Array<number>(ENDPOINTS - 1).fill(0)];
  return onStage({ stores: 1, delaysMs }, tools, async (stage) => {
    for (const [index, port] of stage.ports.entries()) await subscribe(stage.hub, `endpoint-${index}`, port);
    await load(stage, WARM_UP, (from, record) => collectFrom(stage, [1, 2, 3, 4], from, record, problems));
    const times = await load(stage, { rate: EVENTS_PER_SECOND, seconds }, (from, record) =>
      collectFrom(stage, [1, 2, 3, 4], from, record, problems),
    );
    return percentiles(Float64Array.from(times));
  });
}

async function runMany(
  { count, stores, seconds }: { count: number; stores: number; seconds: number },
  problems: string[],
  tools: RunTools,
): Promise<ManySubscriptions> {
  return onStage({ stores, delaysMs: [0] }, tools, async (stage) => {
    const { hub } = stage;
    const [port = 0] = stage.ports;
    const tookMs: number[] = [];
    await inParallel(count, async (number) => {
      const startedAt = performance.now();
      const only = count === 1 ? {} : { stores: [storeName(number)] };
      await subscribe(hub, `subscription-${number}`, port, only);
      tookMs.push(performance.now() - startedAt);
    });
    const tenth = Math.ceil(count / 10);
    const startedAt = performance.now();
    await askHub(hub.port, "GET", "/api/subscriptions");
    const listMs = performance.now() - startedAt;
    const collect = (from: number, record: LoadRecord) => collectFrom(stage, [0], from, record, problems);
    await load(stage, WARM_UP, collect);
    const before = { memory: await memoryNowMb(hub.pid), micros: await cpuMicros(hub.pid) };
    const times = await load(stage, { rate: EVENTS_PER_SECOND, seconds }, collect);
    const after = { memory: await memoryNowMb(hub.pid), micros: await cpuMicros(hub.pid) };
    return {
      subscriptions: count,
      createMs: { first: median(tookMs.slice(0, tenth)), last: median(tookMs.slice(-tenth)) },
      listMs,
      arrivalMs: percentiles(Float64Array.from(times)),
      hubMicrosPerEvent: (after.micros - before.micros) / times.length,
      memoryMb: { before: before.memory, after: after.memory },
    };
  });
}

async function onStage<T>(plan: StagePlan, tools: RunTools, play: (stage: Stage) => Promise<T>): Promise<T> {
  const { workspace, natsBinary } = tools;
  const nats = await startNatsServer(natsBinary, "relaxed", workspace);
  const generator = startChild(import.meta.resolve("./generator.ts"), workspace);
  const endpoints = startChild(import.meta.resolve("./endpoints.ts"), workspace);
  const hub = await startHub(nats.url, { stores: plan.stores }, workspace);
  try {
    const { delaysMs, stores } = plan;
    const ports = await endpoints.ask("open", { firstId: FIRST_ID, delaysMs }, z.array(z.number()));
    return await play({ hub, generator, endpoints, ports, stores, sent: 0 });
  } finally {
    for (const { stop } of [hub, endpoints, generator, nats]) await stop();
  }
}

async function subscribe(hub: Contestant, name: string, port: number, only: object = {}): Promise<void> {
  await askHub(hub.port, "POST", "/api/subscriptions", {
    name,
    events: ["order.created"],
    deliver: "http",
    url: `http://${HOST}:${port}/${name}`,
    ...only,
  });
}

/** Sends at a fixed rate, then lets the arrivals be collected. */
async function load<T>(
  stage: Stage,
  { rate, seconds }: { rate: number; seconds: number },
  collect: (from: number, record: LoadRecord) => Promise<T>,
): Promise<T> {
  const { generator, hub, stores } = stage;
  const from = stage.sent;
  await generator.ask(
    "prepare",
    { host: `${HOST}:${hub.port}`, firstId: FIRST_ID + from, count: Math.ceil(rate * seconds), stores },
    z.object({ bodyBytes: z.number() }),
  );
  const record = await generator.ask(
    "load",
    { host: HOST, port: hub.port, connections: CONNECTIONS, seconds, rate },
    loadRecord,
  );
  stage.sent += record.statuses.length;
  return collect(from, record);
}

/** Milliseconds from each request to its arrival, of all these endpoints together. */
async function collectFrom(
  stage: Stage,
  endpoints: readonly number[],
  from: number,
  { statuses, sentAt }: LoadRecord,
  problems: string[],
): Promise<number[]> {
  const times: number[] = [];
  const accepted = statuses.filter((status) => status === 200).length;
  if (accepted < statuses.length) problems.push(`${statuses.length - accepted} webhooks were refused`);
  for (const endpoint of endpoints) {
    const came = await stage.endpoints.ask(
      "collect",
      { endpoint, from, count: statuses.length, expected: accepted, quietMs: QUIET_MS },
      arrivals,
    );
    const ms = [...came.arrivedAt].flatMap((at, index) => (at > 0 ? [at - (sentAt[index] ?? 0)] : []));
    if (ms.length !== accepted || came.repeated + came.unreadable > 0) {
      const { repeated, unreadable } = came;
      problems.push(
        `endpoint ${endpoint}: of ${accepted} events ${ms.length} arrived, ${repeated} of them again, ${unreadable} unreadable`,
      );
    }
    times.push(...ms);
  }
  return times;
}
