/** The program: reads the environment, and runs the hub in this process or in several until it is told to end. */
import cluster from "node:cluster";
import { describeConfig, type Environment, loadConfig } from "./config.ts";
import { prepareKeys } from "./data-dir.ts";
import { openHttp } from "./http.ts";
import { createLogger } from "./log.ts";
import { startEmbedded } from "./nats/embedded/server.ts";
import { createPeers } from "./peers.ts";
import { ownServerOptions } from "./reach-nats.ts";
import { type Run, runHub } from "./run-hub.ts";
import { welcome } from "./welcome.ts";
import { runPrimary } from "./workers/primary.ts";
import { joinCrew, workerNumber } from "./workers/worker.ts";

export interface Serving {
  readonly say: (text: string) => void;
  /** How many processes share the work. */
  readonly workers: number;
}

/** Runs the hub until the process is told to end. Throws errors whose message is for a person. */
export async function serve(env: Environment, { say, workers }: Serving): Promise<void> {
  const config = loadConfig(env);
  const worker = cluster.isWorker ? workerNumber(env) : undefined;
  const log = createLogger(config.logLevel, { isTerminal: process.stderr.isTTY, worker });
  const keys = prepareKeys(config.dataDir, config, (path, privacy) => {
    log.warn({ path, privacy }, "other users of this machine could get at a file or directory of the hub");
  });
  const ending = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => ending.abort());
  const run: Run = { config, keys, log, ending };
  if (worker !== undefined) {
    // The channel to the primary would keep this process alive.
    return runHub(run, await joinCrew(run, worker)).finally(() => cluster.worker?.disconnect());
  }

  log.info({ ...describeConfig(config), workers }, "entrepot starts");
  const ownServer = () => startEmbedded(ownServerOptions(config, env, { log, say, ending: ending.signal }));
  const onReady = (arrival: Parameters<typeof welcome>[0]) => say(welcome(arrival, config, keys));
  if (workers > 1) return runPrimary({ ...run, workers, ownServer, onReady });
  const listen = () => openHttp(config);
  return runHub(run, { peers: createPeers(), listen, ownServer, onReady });
}
