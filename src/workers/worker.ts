/** The worker's side: a hub process whose port and server belong to the primary. */
import type { Config, Environment } from "../config.ts";
import { createDeferred } from "../deferred.ts";
import { type Listening, openHttp } from "../http.ts";
import { joinEmbedded } from "../nats/embedded/server.ts";
import { createPeers, type Line } from "../peers.ts";
import { exposed } from "../reach-nats.ts";
import type { Berth, Run } from "../run-hub.ts";
import { untilAborted } from "../until-aborted.ts";
import { type Place, type ToPrimary, type ToWorker, toWorker } from "./messages.ts";

/** Tells a worker its number. */
export const WORKER_VARIABLE = "ENTREPOT_WORKER";

/** The place of this process among the workers. */
export function workerNumber(env: Environment): number {
  return Number(env[WORKER_VARIABLE]);
}

/** A berth in the primary's crew. When the primary ends, so does this process: Node sees to that. */
export async function joinCrew({ config, ending }: Run, worker: number): Promise<Berth> {
  const { line, settle } = createLine();
  const peers = createPeers(line);
  const start = createDeferred<Place>();
  const mayListen = createDeferred<true>();
  const hear = (message: ToWorker): void => {
    switch (message.kind) {
      case "start":
        start.resolve(message.place);
        break;
      case "listen":
        mayListen.resolve(true);
        break;
      case "gathered":
        settle(message.id, message.answers);
        break;
      case "told":
        peers.hear(message.topic, message.message);
        break;
      case "ask":
        void peers.read(message.topic).then((answer) => send({ kind: "answer", id: message.id, answer }));
    }
  };
  process.on("message", (message) => hear(toWorker.parse(message)));
  send({ kind: "here" });
  const place = await start.promise;
  const told = untilAborted(ending.signal);
  return {
    worker,
    peers,
    listen: async () => openLate(config, place, Promise.race([mayListen.promise, told])),
    ownServer: () => {
      if (place.server === undefined) throw new Error("the primary runs no server");
      return joinEmbedded({ ...config, ...exposed(config) }, place.server);
    },
    onReady: (arrival) => send({ kind: "open", arrival }),
  };
}

/** Listens when it can serve, not before: requests that come meanwhile are for the other workers. */
function openLate({ host }: Config, { url, port }: Place, mayListen: Promise<unknown>): Listening {
  let listening: Listening | undefined;
  return {
    url,
    port,
    open: async (fetch) => {
      send({ kind: "ready" });
      if (!(await mayListen)) return;
      listening = await openHttp({ host, port });
      await listening.open(fetch);
    },
    close: async () => listening?.close(),
  };
}

/** The way to the other workers, through the primary, which answers every question sooner or later. */
function createLine(): { line: Line; settle: (id: number, answers: unknown[]) => void } {
  const asked = new Map<number, (answers: unknown[]) => void>();
  let questions = 0;
  return {
    line: {
      gather: (topic) => {
        const id = questions++;
        return new Promise((resolve) => {
          asked.set(id, resolve);
          send({ kind: "gather", id, topic });
        });
      },
      tell: (topic, message) => send({ kind: "tell", topic, message }),
    },
    settle: (id, answers) => {
      asked.get(id)?.(answers);
      asked.delete(id);
    },
  };
}

/** Nobody hears it when the primary has just ended; then this process ends, too. */
function send(message: ToPrimary): void {
  process.send?.(message, undefined, undefined, () => undefined);
}
