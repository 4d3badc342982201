/** Dead letters together with the webhooks in them, for whoever has to read their bodies. */
import type { JetStreamClient, JetStreamManager } from "nats";
import type { Names } from "../nats/names.ts";
import { findTail, scanStream } from "../nats/scan.ts";
import { decodeWebhooks, type Webhook } from "../webhook.ts";
import { type DeadLetter, readLetter } from "./letter.ts";

export interface DeadScan {
  readonly lookedAt: number;
  /** False when older letters were left out. */
  readonly isWhole: boolean;
}

export interface DeadReader {
  /** Calls back for each webhook of the store that could not be processed, oldest first. */
  readonly webhooks: (
    store: string,
    onWebhook: (webhook: Webhook, letter: DeadLetter) => void,
  ) => Promise<DeadScan>;
  /** Calls back for each event of the store that a subscription did not take. */
  readonly deliveries: (store: string, onDelivery: (letter: DeadLetter) => void) => Promise<DeadScan>;
}

/** The newest; each holds a whole webhook or event. */
const LETTERS_MAX = 5000;
const BATCH = 50;

export function createDeadReader(
  broker: { js: JetStreamClient; jsm: JetStreamManager },
  names: Names,
): DeadReader {
  const stream = names.streams.dead;
  const scan = async (filter: string, onLetter: (letter: DeadLetter, data: Uint8Array) => void) => {
    const { after, isWhole } = await findTail(broker, { stream, filter, max: LETTERS_MAX });
    let lookedAt = 0;
    for await (const message of scanStream(broker, { stream, filter, after, batch: BATCH })) {
      lookedAt += 1;
      onLetter(readLetter(message), message.data);
    }
    return { lookedAt, isWhole };
  };
  return {
    webhooks: async (store, onWebhook) => {
      const scans: DeadScan[] = [];
      for (const stage of ["normalize", "hydrate"] as const) {
        scans.push(
          await scan(names.deadFilter({ stage, store }), (letter, data) => {
            for (const webhook of decodeWebhooks(data)) onWebhook(webhook, letter);
          }),
        );
      }
      return {
        lookedAt: scans.reduce((sum, each) => sum + each.lookedAt, 0),
        isWhole: scans.every((each) => each.isWhole),
      };
    },
    deliveries: (store, onDelivery) => scan(names.deadFilter({ stage: "deliver", store }), onDelivery),
  };
}
