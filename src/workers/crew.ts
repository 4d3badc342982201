/** The workers of a hub: each place in the crew is filled again when whoever had it dies. */
import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { createDeferred } from "../deferred.ts";
import type { Run } from "../run-hub.ts";
import type { Arrival } from "../welcome.ts";
import { createExchange, type Extension } from "./exchange.ts";
import { type Place, type ToPrimary, type ToWorker, toPrimary } from "./messages.ts";
import { WORKER_VARIABLE } from "./worker.ts";

export interface Crew {
  /** Fills the place of this number from now on, until the hub is told to end. */
  readonly fill: (number: number) => void;
  /** Resolves when the first worker could take requests. */
  readonly ready: Promise<true>;
  /** Lets the workers listen, those to come, too. */
  readonly listen: () => void;
  /** Resolves when the first worker takes requests. */
  readonly open: Promise<Arrival>;
  /** Resolves when nobody is left after the hub was told to end. */
  readonly ended: () => Promise<void>;
}

const BACKOFF_MS_MIN = 100;
const BACKOFF_MS_MAX = 10_000;
/** A worker that ran this long was fine; the next one starts after the shortest pause. */
const HEALTHY_MS = 60_000;
/** Longer than a worker needs to end in order. */
const END_MS_MAX = 30_000;

/**
 * Nobody yet. Until one worker has been open, a worker that ends is the end of all: it has told why, and the next one would
 * fare no better.
 */
export function createCrew({ log, ending }: Pick<Run, "log" | "ending">, place: Place): Crew {
  const { signal } = ending;
  const exchange = createExchange();
  const extensions = new Set<Extension>();
  const places: Promise<void>[] = [];
  const ready = createDeferred<true>();
  const open = createDeferred<Arrival>();
  let mayListen = false;
  let hasBeenOpen = false;

  const handle = (extension: Extension, message: ToPrimary): void => {
    switch (message.kind) {
      case "here":
        extension.send({ kind: "start", place });
        if (mayListen) extension.send({ kind: "listen" });
        exchange.join(extension);
        break;
      case "ready":
        ready.resolve(true);
        break;
      case "open":
        hasBeenOpen = true;
        open.resolve(message.arrival);
        break;
      default:
        exchange.handle(extension, message);
    }
  };
  const serve = async (number: number): Promise<string> => {
    const worker = cluster.fork({ [WORKER_VARIABLE]: String(number) });
    const extension = { send: (message: ToWorker) => send(worker, message) };
    extensions.add(extension);
    worker.on("message", (data) => {
      const { success, data: message, error } = toPrimary.safeParse(data);
      if (success) handle(extension, message);
      else log.error({ err: error, worker: number }, "worker says what nobody understands");
    });
    const how = await endOf(worker, signal);
    extensions.delete(extension);
    exchange.leave(extension);
    return how;
  };
  const keepFilled = async (number: number): Promise<void> => {
    let pauseMs = BACKOFF_MS_MIN;
    while (!signal.aborted) {
      const startedAt = performance.now();
      const how = await serve(number);
      if (signal.aborted) return;
      if (!hasBeenOpen) {
        process.exitCode = 1;
        return ending.abort();
      }
      if (performance.now() - startedAt >= HEALTHY_MS) pauseMs = BACKOFF_MS_MIN;
      log.warn({ worker: number, how }, "worker ended and is started again");
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      pauseMs = Math.min(2 * pauseMs, BACKOFF_MS_MAX);
    }
  };
  return {
    fill: (number) => void places.push(keepFilled(number)),
    ready: ready.promise,
    listen: () => {
      mayListen = true;
      for (const extension of extensions) extension.send({ kind: "listen" });
    },
    open: open.promise,
    ended: async () => {
      await Promise.all(places);
    },
  };
}

/** How the worker ended, in words; it is told to when the signal comes. */
async function endOf(worker: Worker, signal: AbortSignal): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    worker.process.kill("SIGTERM");
    timer = setTimeout(() => worker.process.kill("SIGKILL"), END_MS_MAX);
  };
  if (signal.aborted) end();
  signal.addEventListener("abort", end);
  const [code, by] = await once(worker, "exit");
  signal.removeEventListener("abort", end);
  clearTimeout(timer);
  return by ? `by ${by}` : `exit code ${code}`;
}

/** False when it has ended or is about to. */
function send(worker: Worker, message: ToWorker): boolean {
  if (!worker.isConnected()) return false;
  worker.send(message, undefined, undefined, () => undefined);
  return true;
}
