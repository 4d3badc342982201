/** A server, a hub with some stores, and several streams of webhooks beside each other: what one of them does to another. */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type Child, startChild } from "./child.ts";
import { type Contestant, HOST, startHub } from "./contestant.ts";
import type { LoadRecord } from "./load.ts";
import { startNatsServer } from "./nats-server.ts";
import type { DurabilityClass } from "./options.ts";
import { arrivals, FIRST_ID, loadRecord, QUIET_MS, type RunTools } from "./run.ts";
import { storeName } from "./stores.ts";
import type { Workspace } from "./workspace.ts";

export interface Flow {
  readonly about: "orders" | "products";
  readonly firstStore: number;
  readonly stores: number;
  readonly connections: number;
}

export interface Load {
  readonly seconds: number;
  /** A second; as many as the connections carry without it. */
  readonly rate?: number;
  /** At most; as many as the rate makes without it. */
  readonly count?: number;
}

/** One load of a flow, with what came of it. */
export interface Played extends LoadRecord {
  readonly accepted: number;
  /** When the event of each webhook arrived first; 0 where none did. */
  readonly arrivedAt: Float64Array;
  readonly problems: readonly string[];
}

export interface Player {
  /** Sends, then waits until everything accepted has arrived. */
  readonly play: (load: Load) => Promise<Played>;
}

export interface Scene {
  readonly hub: Contestant;
  readonly player: (flow: Flow) => Promise<Player>;
}

/** Ids of one player's webhooks; a load is shorter. */
const IDS_PER_PLAYER = 4_000_000;
/** More than this is not held ready before it is sent. */
const AHEAD_MAX = 20_000;

interface ScenePlan {
  readonly durability: DurabilityClass;
  readonly stores: number;
}

/** Builds the scene and clears it away whatever happens. */
export async function onScene<T>(
  { durability, stores }: ScenePlan,
  { workspace, natsBinary }: RunTools,
  act: (scene: Scene) => Promise<T>,
): Promise<T> {
  const nats = await startNatsServer(natsBinary, durability, workspace);
  const started: { stop: () => Promise<void> }[] = [nats];
  try {
    const hub = await startHub(nats.url, { stores }, workspace);
    started.unshift(hub);
    let players = 0;
    const player = async (flow: Flow) => {
      const firstId = FIRST_ID + players++ * IDS_PER_PLAYER;
      const generator = startChild(import.meta.resolve("./generator.ts"), workspace);
      const subscriber = await openSubscriber({ servers: nats.url, flow, firstId }, workspace);
      started.unshift(generator, subscriber);
      return createPlayer({ flow, firstId, port: hub.port, generator, subscriber });
    };
    return await act({ hub, player });
  } finally {
    for (const { stop } of started) await stop();
  }
}

async function openSubscriber(
  { servers, flow, firstId }: { servers: string; flow: Flow; firstId: number },
  workspace: Workspace,
): Promise<Child> {
  const { about, stores, firstStore } = flow;
  const store = stores === 1 ? storeName(firstStore) : "*";
  const filter = `commerce.*.${store}.${about === "orders" ? "order" : "product"}.created`;
  const subscriber = startChild(import.meta.resolve("./subscriber.ts"), workspace);
  await subscriber.ask(
    "open",
    { servers, stream: "COMMERCE", filter, firstId, lastId: firstId + IDS_PER_PLAYER - 1 },
    z.object({}),
  );
  return subscriber;
}

interface Cast {
  readonly flow: Flow;
  readonly firstId: number;
  readonly port: number;
  readonly generator: Child;
  readonly subscriber: Child;
}

function createPlayer({ flow, firstId, port, generator, subscriber }: Cast): Player {
  const { connections, ...rest } = flow;
  let from = 0;
  return {
    play: async ({ seconds, rate, count = Math.ceil((rate ?? 0) * seconds) }) => {
      const preparation = { ...rest, host: `${HOST}:${port}`, firstId: firstId + from, count };
      await generator.ask("prepare", { ...preparation, isStream: count > AHEAD_MAX }, z.object({}));
      const load = { host: HOST, port, connections, seconds, ...(rate === undefined ? {} : { rate }) };
      const record = await generator.ask("load", load, loadRecord);
      const sent = record.statuses.length;
      const accepted = record.statuses.filter((status) => status === 200).length;
      const { arrivedAt, repeated } = await subscriber.ask(
        "collect",
        { from, count: sent, expected: accepted, quietMs: QUIET_MS },
        arrivals,
      );
      from += sent;
      return { ...record, accepted, arrivedAt, problems: findProblems(record, arrivedAt, repeated) };
    },
  };
}

const UNDER_WAY_MS = 1000;

/**
 * Begins when the others are under way: a busy hub takes one new connection in each turn of its event loop, so theirs would
 * wait while this load has its own open already.
 */
export async function playLater(player: Player, load: Load): Promise<Played> {
  await sleep(UNDER_WAY_MS);
  return player.play(load);
}

/** Exactly one event for each that was accepted, none for any other. */
function findProblems(
  { statuses, unadvised }: LoadRecord,
  arrivedAt: Float64Array,
  repeated: number,
): string[] {
  const differing = statuses.filter(
    (status, index) => (status === 200) !== (arrivedAt[index] ?? 0) > 0,
  ).length;
  const others = statuses.filter((status) => status !== 200 && status !== 429 && status !== 503);
  return [
    ...(differing === 0 ? [] : [`${differing} webhooks were accepted without an event or have one without`]),
    ...(repeated === 0 ? [] : [`${repeated} events arrived more than once`]),
    ...(unadvised === 0 ? [] : [`${unadvised} refusals without Retry-After`]),
    ...(others.length === 0
      ? []
      : [`${others.length} answers other than 200, 429 and 503: ${[...new Set(others)]}`]),
  ];
}

/** Milliseconds to the answer, of those that were accepted. */
export function answerTimes({ statuses, sentAt, answeredAt }: Played): Float64Array {
  return answeredAt
    .map((at, index) => at - (sentAt[index] ?? 0))
    .filter((_, index) => statuses[index] === 200);
}

/** Milliseconds from the request to its event at a subscriber. */
export function eventTimes({ sentAt, arrivedAt }: Played): Float64Array {
  return arrivedAt.map((at, index) => (at > 0 ? at - (sentAt[index] ?? 0) : -1)).filter((ms) => ms >= 0);
}
