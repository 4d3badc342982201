/**
 * The primary of a hub of several processes: owns the port and the hub's own server, and sees to the workers. It serves no
 * request itself. With SIGTERM the workers end first, in order, then the server.
 */
import { openHttp } from "../http.ts";
import type { Embedded } from "../nats/embedded/server.ts";
import type { Run } from "../run-hub.ts";
import { untilAborted } from "../until-aborted.ts";
import type { Arrival } from "../welcome.ts";
import { createCrew } from "./crew.ts";

export interface PrimaryRun extends Run {
  readonly workers: number;
  readonly ownServer: () => Promise<Embedded>;
  /** Told once, when the first worker takes requests. */
  readonly onReady: (arrival: Arrival) => void;
}

/** Resolves when the hub has been told to end and nobody is left. */
export async function runPrimary(run: PrimaryRun): Promise<void> {
  const { config, log, ending } = run;
  // Says that the hub starts, and is told at once when the port is taken; the workers listen when they can serve.
  const doorman = await openHttp(config);
  let embedded: Embedded | undefined;
  try {
    embedded = config.nats === undefined ? await run.ownServer() : undefined;
    const { url, port } = doorman;
    const server = embedded && { url: embedded.url, version: embedded.version };
    await runCrew(run, { url, port, server }, doorman.close);
  } finally {
    ending.abort();
    await doorman.close();
    await embedded?.stop();
    log.info("all workers have ended");
  }
}

async function runCrew(
  run: PrimaryRun,
  place: Parameters<typeof createCrew>[1],
  freePort: () => Promise<void>,
): Promise<void> {
  const { ending, workers, onReady } = run;
  const told = untilAborted(ending.signal);
  const crew = createCrew(run, place);
  try {
    // Alone at first: it creates what is missing in NATS before the others look.
    crew.fill(1);
    if (!(await Promise.race([crew.ready, told]))) return;
    await freePort();
    crew.listen();
    const arrival = await Promise.race([crew.open, told]);
    if (!arrival) return;
    onReady(arrival);
    for (let number = 2; number <= workers; number += 1) crew.fill(number);
    await told;
  } finally {
    ending.abort();
    await crew.ended();
  }
}
