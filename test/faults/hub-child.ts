/**
 * A hub in a process of its own, as `processes.ts` starts it: it loads everything, then waits for a message with its
 * options. So the next process stands ready while one still runs, and taking its place takes no time.
 */
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createLogger } from "../../src/log.ts";
import { createNames } from "../../src/nats/names.ts";
import { startTestHub } from "../helpers/hub.ts";
import { type Kill, wrapPorts } from "./points.ts";

/** What a child is told. */
export interface ChildOptions {
  readonly url: string;
  readonly prefix: string;
  readonly port: number;
  readonly ackWaitMs: number;
  readonly replicas: number;
  readonly kill?: Kill | undefined;
}

const [message] = await once(process, "message");
const { url, prefix, port, ackWaitMs, replicas, kill }: ChildOptions = message;
const wrapped = kill && wrapPorts(kill, createNames(prefix));
const hub = await startTestHub({
  url,
  prefix,
  ackWaitMs,
  replicas,
  now: Date.now,
  log: createLogger("warn"),
  // As `serve` does: whoever watches the process starts it again.
  onBroken: (error) => {
    writeFileSync(2, `the hub is broken: ${error}\n`);
    process.exit(1);
  },
  ...(wrapped ? { through: wrapped.broker } : {}),
});
await hub.listen({ port, ...(wrapped ? { through: wrapped.fetch } : {}) });
process.stdout.write("ready\n");
