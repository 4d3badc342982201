/**
 * One scenario: hub processes on a nats-server, a load, whatever goes wrong meanwhile, and after it the question whether
 * every guarantee held. The same for all scenarios, so that none is checked less than another.
 */
import { expect } from "vitest";
import { z } from "zod";
import { createLogger } from "../../src/log.ts";
import { type Broker, connect } from "../../src/nats/connect.ts";
import { createNames, type Names } from "../../src/nats/names.ts";
import { eventually } from "../helpers/eventually.ts";
import { ADMIN_TOKEN, SECRET } from "../helpers/hub.ts";
import { createRandom, type Random } from "../helpers/random.ts";
import { check } from "./check.ts";
import { readHistory } from "./history.ts";
import { ALL_STORES, planLoad } from "./load.ts";
import type { Kill } from "./points.ts";
import { type HubProcess, startHubProcess } from "./processes.ts";
import { computeReference } from "./reference.ts";
import { seedOf } from "./seed.ts";
import { sendLoad } from "./sender.ts";
import { type Ask, PUSH_NAMES, type Subscribers, startSubscribers } from "./subscribers.ts";

export interface Scenario {
  /** Its title; the seed comes from it. */
  readonly name: string;
  /** What the checker, the reader and, without `hubUrl`, the hubs connect to. */
  readonly natsUrl: string;
  readonly hubUrl?: string;
  /** Hub processes; 1 without it. */
  readonly hubs?: number;
  /** How the first process ends itself, one time after the other. */
  readonly kills?: (random: Random) => readonly Kill[];
  readonly entities?: number;
  readonly replicas?: number;
  /** How long a delivery may be in the hands of a process that says nothing. */
  readonly ackWaitMs?: number;
  /** Pause of each sender between two deliveries. */
  readonly pauseMs?: number;
  /** What goes wrong while the load is on. */
  readonly during?: (run: Run) => Promise<unknown>;
}

export interface Run {
  readonly random: Random;
  readonly hubs: readonly HubProcess[];
  readonly subscribers: Subscribers;
  readonly broker: Broker;
  readonly names: Names;
  /** Resolves when that part of the load (0 to 1) was answered with 200. */
  readonly taken: (part: number) => Promise<void>;
}

const ENTITIES = 60;
const AT_ONCE = 12;
const PAUSE_MS = 60;
const SETTLED_WITHIN_MS = 90_000;

const counts = z.record(z.string(), z.number());

/** Plays it and fails with everything that did not hold, and how to play it again. */
export async function play(scenario: Scenario): Promise<void> {
  const { seed, again } = seedOf(scenario.name);
  process.stdout.write(`seed ${seed}: ${scenario.name}\n`);
  const closers: (() => Promise<unknown>)[] = [];
  try {
    const problems = await run(scenario, seed, closers);
    expect(problems.slice(0, 20), `${problems.length} problems; again: ${again}`).toEqual([]);
  } catch (error) {
    process.stdout.write(`failed: ${scenario.name}\n  again: ${again}\n`);
    throw error;
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

async function run(scenario: Scenario, seed: number, closers: (() => Promise<unknown>)[]): Promise<string[]> {
  const { name, natsUrl, hubUrl = natsUrl, replicas = 1, ackWaitMs = 2000, pauseMs = PAUSE_MS } = scenario;
  const random = createRandom(seed);
  const prefix = `f${seed}`;
  const names = createNames(prefix);
  const broker = await connect({ url: natsUrl, name: `faults ${prefix}`, log: createLogger("silent") });
  closers.push(broker.close);
  const kills = scenario.kills?.(random) ?? [];
  const hubs: HubProcess[] = [];
  for (let number = 0; number < (scenario.hubs ?? 1); number += 1) {
    const mine = number === 0 ? { kills } : {};
    const options = { name: `hub ${number} of "${name}"`, url: hubUrl, prefix, ackWaitMs, replicas, ...mine };
    const hub = await startHubProcess(options);
    hubs.push(hub);
    closers.push(hub.stop);
  }
  const ask = createAsk(hubs);
  for (const store of ALL_STORES) await ask("POST", "/api/stores", { ...store, secrets: [SECRET] });
  const subscribers = await startSubscribers(ask, natsUrl);
  closers.push(subscribers.stop);

  const deliveries = planLoad(seed, scenario.entities ?? ENTITIES);
  const progress = createProgress(deliveries.length);
  const [first, ...others] = hubs.map(({ url }) => url);
  const urls = [first ?? "", ...others] as const;
  const [sent] = await Promise.all([
    sendLoad(deliveries, { urls, random, atOnce: AT_ONCE, pauseMs, onTaken: progress.advance }),
    scenario.during?.({ random, hubs, subscribers, broker, names, taken: progress.reached }),
  ]);
  await eventually(() => checkSettled(broker, names, subscribers), {
    withinMs: SETTLED_WITHIN_MS,
    everyMs: 200,
  });
  // A point that was not reached has proved nothing.
  expect(hubs[0]?.struck()).toBe(kills.length);
  return check({
    ...(await readHistory(broker, names)),
    sent,
    counts: counts.parse(await ask("GET", "/api/outcomes")),
    received: subscribers.received(),
    memory: new Map(hubs.map((hub) => [hub.name, hub.largestBytes()])),
    reference: await computeReference(deliveries),
  });
}

/** Asks whichever hub answers; a process that is just being killed is no failure of the admin API. */
function createAsk(hubs: readonly HubProcess[]): Ask {
  return (method, path, body) =>
    eventually(
      async () => {
        const [hub] = hubs;
        const response = await fetch(`${hub?.url}${path}`, {
          method,
          headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
        return JSON.parse(text);
      },
      { withinMs: 20_000, everyMs: 100 },
    );
}

function createProgress(total: number) {
  const waiters: { readonly at: number; readonly resolve: () => void }[] = [];
  return {
    advance: (taken: number) => {
      for (const { at, resolve } of waiters) if (taken >= at) resolve();
    },
    reached: (part: number) =>
      new Promise<void>((resolve) => waiters.push({ at: Math.ceil(part * total), resolve })),
  };
}

/** Nothing waits anywhere, and every subscriber has as many events as there are. */
async function checkSettled(
  { jsm }: Broker,
  { streams, worker }: Names,
  subscribers: Subscribers,
): Promise<void> {
  const inbox = await jsm.consumers.info(streams.inbox, worker);
  const readers = await jsm.consumers.list(streams.commerce).next();
  const busy = [inbox, ...readers].filter(
    ({ num_pending, num_ack_pending }) => num_pending + num_ack_pending > 0,
  );
  if (busy.length > 0) {
    const state = busy.map(
      (info) => `${info.name}: ${info.num_pending} wait, ${info.num_ack_pending} in hand`,
    );
    throw new Error(`not settled: ${state.join("; ")}`);
  }
  const { state } = await jsm.streams.info(streams.commerce);
  const having = subscribers.counts();
  if (having.length !== PUSH_NAMES.length + 1 || having.some((count) => count < state.messages)) {
    throw new Error(`${state.messages} events, subscribers have ${having.join(", ")}`);
  }
}
