/**
 * One scenario: hub processes on a nats-server, a load, whatever goes wrong meanwhile, and after it the question whether
 * every guarantee held. The same for all scenarios, so that none is checked less than another.
 */
import { expect, type TestContext } from "vitest";
import { z } from "zod";
import { createLogger } from "../../src/log.ts";
import { type Broker, connect } from "../../src/nats/connect.ts";
import { createNames, type Names } from "../../src/nats/names.ts";
import { eventually } from "../helpers/eventually.ts";
import { SECRET } from "../helpers/hub.ts";
import { createRandom, type Random } from "../helpers/random.ts";
import { check } from "./check.ts";
import { readHistory } from "./history.ts";
import { ALL_STORES, planLoad } from "./load.ts";
import type { Kill } from "./points.ts";
import type { Install } from "./installation.ts";
import type { HubProcess } from "./processes.ts";
import { computeReference } from "./reference.ts";
import { seedOf } from "./seed.ts";
import { sendLoad } from "./sender.ts";
import { type Ask, PUSH_NAMES, type Subscribers, startSubscribers } from "./subscribers.ts";

export interface Scenario {
  /** The seed comes from it. */
  readonly name: string;
  readonly install: Install;
  /** How the first process ends itself, one time after the other. */
  readonly kills?: (random: Random) => readonly Kill[];
  readonly entities?: number;
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
  /** Resolves when so many tries were answered with 503. */
  readonly refused: (tries: number) => Promise<void>;
}

const ENTITIES = 60;
const AT_ONCE = 12;
const PAUSE_MS = 60;
/** Far more than it takes, since a machine may have other things to do: these end what hangs, and measure nothing. */
const SENT_WITHIN_MS = 240_000;
const SETTLED_WITHIN_MS = 180_000;

const counts = z.record(z.string(), z.number());

/** Plays it and fails with everything that did not hold, and how to play it again. */
export async function play({ task }: Pick<TestContext, "task">, scenario: Scenario): Promise<void> {
  const { seed, again } = seedOf(scenario.name, task.fullTestName);
  const startedAt = Date.now();
  const say = (text: string) => {
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
    process.stdout.write(`${scenario.name} (seed ${seed}): ${text} after ${seconds} s\n`);
  };
  const closers: (() => Promise<unknown>)[] = [];
  const hubs: HubProcess[] = [];
  const told = () => hubs.map((hub) => `${hub.name} said:\n${hub.output()}`).join("\n");
  try {
    const problems = await run(scenario, { seed, hubs, closers, say });
    expect(problems.slice(0, 20), `${problems.length} problems; again: ${again}`).toEqual([]);
  } catch (error) {
    say(`failed; again: ${again}\n${told()}\n`);
    throw error;
  } finally {
    // What goes wrong at the end must not hide what went wrong before.
    for (const close of closers.reverse()) await close().catch((error: unknown) => say(String(error)));
  }
  say("held");
}

interface Stage {
  readonly seed: number;
  /** Those that were started. */
  readonly hubs: HubProcess[];
  /** What has to be ended, the last one first. */
  readonly closers: (() => Promise<unknown>)[];
  readonly say: (text: string) => void;
}

async function run(scenario: Scenario, { seed, hubs, closers, say }: Stage): Promise<string[]> {
  const random = createRandom(seed);
  const prefix = `f${seed}`;
  const names = createNames(prefix);
  const kills = scenario.kills?.(random) ?? [];
  const onStart = (hub: HubProcess) => {
    hubs.push(hub);
    closers.push(hub.stop);
  };
  const { token, authenticator, natsUrl } = await scenario.install({
    name: scenario.name,
    prefix,
    kills,
    onStart,
  });
  const log = createLogger("silent");
  const broker = await connect({ url: natsUrl, name: `faults ${prefix}`, log, authenticator });
  closers.push(broker.close);
  const ask = createAsk(hubs, token);
  for (const store of ALL_STORES) await ask("POST", "/api/stores", { ...store, secrets: [SECRET] });
  const subscribers = await startSubscribers(ask, natsUrl);
  closers.push(subscribers.stop);

  say("ready");
  const deliveries = planLoad(seed, scenario.entities ?? ENTITIES);
  const [taken, refused] = [createCount(), createCount()];
  const [first, ...others] = hubs.map(({ url }) => url);
  const urls = [first ?? "", ...others] as const;
  const [sent] = await within(
    SENT_WITHIN_MS,
    Promise.all([
      sendLoad(deliveries, {
        urls,
        random,
        atOnce: AT_ONCE,
        pauseMs: scenario.pauseMs ?? PAUSE_MS,
        onTaken: taken.set,
        onRefused: refused.set,
      }),
      scenario.during?.({
        random,
        hubs,
        subscribers,
        broker,
        names,
        taken: (part) => taken.reached(Math.ceil(part * deliveries.length)),
        refused: refused.reached,
      }),
    ]),
    () => `${taken.is()} of ${deliveries.length} webhooks were taken, ${refused.is()} refused`,
  );
  say("taken");
  await eventually(() => checkSettled(broker, names, subscribers), {
    withinMs: SETTLED_WITHIN_MS,
    everyMs: 200,
  });
  say("settled");
  // A point that was not reached has proved nothing.
  expect(hubs[0]?.struck()).toBe(kills.length);
  const problems = check({
    ...(await readHistory(broker, names)),
    sent,
    counts: counts.parse(await ask("GET", "/api/outcomes")),
    received: subscribers.received(),
    memory: new Map(hubs.map((hub) => [hub.name, hub.largestBytes()])),
    reference: await computeReference(deliveries),
  });
  return [...hubs.flatMap((hub) => hub.ends()), ...problems];
}

/** Asks whichever hub answers; a process that is just being killed is no failure of the admin API. */
function createAsk(hubs: readonly HubProcess[], token: string): Ask {
  return (method, path, body) =>
    eventually(
      async () => {
        const [hub] = hubs;
        const response = await fetch(`${hub?.url}${path}`, {
          method,
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
        return JSON.parse(text);
      },
      { withinMs: 120_000, everyMs: 100 },
    );
}

/** A number that grows, and who waits for it to be large enough. */
function createCount() {
  const waiters: { readonly at: number; readonly resolve: () => void }[] = [];
  let count = 0;
  return {
    is: () => count,
    set: (now: number) => {
      count = now;
      for (const { at, resolve } of waiters) if (now >= at) resolve();
    },
    reached: (at: number) =>
      new Promise<void>((resolve) => {
        if (count >= at) resolve();
        else waiters.push({ at, resolve });
      }),
  };
}

async function within<T>(ms: number, work: Promise<T>, state: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${ms} ms: ${state()}`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Nothing waits anywhere, and every subscriber has as many events as there are. */
async function checkSettled(
  { jsm }: Broker,
  { streams, lanes }: Names,
  subscribers: Subscribers,
): Promise<void> {
  const inbox = await Promise.all(lanes.map(({ worker }) => jsm.consumers.info(streams.inbox, worker)));
  const readers = await jsm.consumers.list(streams.commerce).next();
  const busy = [...inbox, ...readers].filter(
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
