/** A hub in a process of its own, for tests that kill it: `tsx hub-process.ts <url of NATS> <prefix> <ack wait in ms>`. */
import { startTestHub } from "./hub.ts";

const [, , url = "", prefix = "", ackWaitMs] = process.argv;
await startTestHub({ url, prefix, ackWaitMs: Number(ackWaitMs), now: Date.now });
process.stdout.write("delivering\n");
