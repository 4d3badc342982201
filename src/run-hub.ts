/**
 * One process of the hub: reaches NATS, takes requests, and ends in order: no new requests, then what is in hand, then the
 * connection, then the server where it is its own.
 */
import type { Config } from "./config.ts";
import type { Keys } from "./data-dir.ts";
import type { Listening } from "./http.ts";
import type { Logger } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { openAccess } from "./nats/access/open.ts";
import type { Embedded } from "./nats/embedded/server.ts";
import { createNames } from "./nats/names.ts";
import type { Peers } from "./peers.ts";
import { reachNats } from "./reach-nats.ts";
import { createSecretBox } from "./secret-box.ts";
import { untilAborted } from "./until-aborted.ts";
import { VERSION } from "./version.ts";
import type { Arrival } from "./welcome.ts";

/** What differs between a hub that is alone and one of several workers. */
export interface Berth {
  /** Number of the worker, from 1; absent for a hub that is alone. */
  readonly worker?: number;
  readonly peers: Peers;
  /** Where its requests come in. */
  readonly listen: () => Promise<Listening>;
  /** The server that belongs to this hub, when no other was named. */
  readonly ownServer: () => Promise<Embedded>;
  /** Told once, when the hub takes webhooks. */
  readonly onReady: (arrival: Arrival) => void;
}

export interface Run {
  readonly config: Config;
  readonly keys: Keys;
  readonly log: Logger;
  /** Ends the hub. */
  readonly ending: AbortController;
}

/** Resolves when the hub has been told to end and has done so. */
export async function runHub({ config, keys, log, ending }: Run, berth: Berth): Promise<void> {
  const closers: (() => Promise<void>)[] = [];
  // Most of the program, with all platforms: loaded while the server starts.
  const loading = import("./hub.ts");
  // A failure is told where this is awaited, and not at all when the hub is told to end before.
  loading.catch(() => undefined);
  try {
    const { url, open, close: closeDoor } = await berth.listen();
    closers.push(closeDoor);
    const metrics = createMetrics({ defaults: true, worker: berth.worker });
    const { ownServer, peers } = berth;
    const reached = await reachNats(config, { log, metrics, closers, ending: ending.signal, ownServer });
    const { broker, embedded } = reached;
    const secretBox = createSecretBox(keys.secretKey);
    const { access, close } = await openAccess(config, { broker, embedded, secretBox, log, now: Date.now });
    closers.push(close);
    const { createHub } = await loading;
    const hub = await createHub({
      ...config,
      ...keys,
      broker,
      access,
      peers,
      prefix: config.natsPrefix,
      publicUrl: config.publicUrl ?? url,
      version: VERSION,
      log,
      metrics,
      now: Date.now,
      ending: ending.signal,
      onBroken: (error) => {
        log.fatal({ err: error }, "the inbox can no longer be read");
        process.exitCode = 1;
        ending.abort();
      },
    });
    closers.push(() => hub.stop());
    await open((request, bindings) => hub.app.fetch(request, bindings));
    berth.onReady({
      url,
      subject: createNames(config.natsPrefix).all.commerce,
      server: reached.about,
      stores: hub.storeCount(),
    });
    await untilAborted(ending.signal);
  } catch (error) {
    // Told to end while it still waited for something: that is no failure.
    if (error !== ending.signal.reason) throw error;
  } finally {
    await closeInOrder(closers, log);
  }
}

/** HTTP ends first, then the hub, then NATS: the first two stand at the ends of the list. */
async function closeInOrder(closers: (() => Promise<void>)[], log: Logger): Promise<void> {
  const [http, ...rest] = closers;
  for (const close of [...(http ? [http] : []), ...rest.reverse()]) {
    await close().catch((error: unknown) => log.error({ err: error }, "could not end in order"));
  }
  log.info("entrepot has ended");
}
