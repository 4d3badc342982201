/**
 * What could not be processed or delivered: kept with the reason, listed, and tried again on demand. A webhook goes back
 * into the inbox, an event goes to the one subscription that did not take it.
 */
import type { JetStreamClient, JetStreamManager, StoredMsg } from "nats";
import { orMissing } from "../nats/missing.ts";
import type { DeadStage, Names } from "../nats/names.ts";
import type { Publisher } from "../nats/publisher.ts";
import { readStream } from "../nats/read.ts";
import type { CanonicalEvent } from "../normalizers/canonical/event.ts";
import { decodeWebhooks, encodeWebhooks, type Webhook } from "../webhook.ts";
import { type DeadLetter, encodeText, HEADER, readLetter, readStored, stageOf } from "./letter.ts";

/** Why and where a webhook failed. */
export interface Failure {
  /** Where it could not go on; `normalize` without it. */
  readonly stage?: Exclude<DeadStage, "deliver">;
  readonly reason: string;
  readonly attempts: number;
  /** The inbox message that held it. */
  readonly inboxSequence: number;
  /** The webhook's body is that whole message, which nobody could read; of the stores that it says. */
  readonly wholeMessageOf?: string;
}

/** Why and where a delivery failed. */
export interface DeliveryFailure {
  readonly subscription: string;
  /** Stream and sequence that the event was read from. */
  readonly stream: string;
  readonly sequence: number;
  readonly reason: string;
  readonly attempts: number;
  readonly status?: number | undefined;
  readonly response?: string | undefined;
}

export interface DeadLetterQuery {
  readonly stage?: DeadStage | undefined;
  /** All stores without it. */
  readonly store?: string | undefined;
  /** Letters of deliveries to this subscription. */
  readonly subscription?: string | undefined;
}

export interface DeadLetterFilter extends DeadLetterQuery {
  /** Sequence after which to start. */
  readonly after?: number | undefined;
  readonly limit: number;
}

export interface DeadLetters {
  /** Resolves when the letter is stored. Once per place in the inbox: what is redriven and fails again is a new letter. */
  readonly add: (webhook: Webhook, failure: Failure) => Promise<void>;
  /** The same for an event; once per place in its stream. */
  readonly addDelivery: (event: CanonicalEvent, failure: DeliveryFailure) => Promise<void>;
  /** Oldest first. */
  readonly list: (filter: DeadLetterFilter) => Promise<DeadLetter[]>;
  readonly count: (query: DeadLetterQuery) => Promise<number>;
  readonly find: (sequence: number) => Promise<DeadLetter | undefined>;
  /** Has the letter tried again and removes it; false when there is no such letter. */
  readonly redrive: (sequence: number) => Promise<boolean>;
}

export interface DeadLettersDeps {
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly publisher: Publisher;
  readonly names: Names;
}

export function createDeadLetters({ js, jsm, publisher, names }: DeadLettersDeps): DeadLetters {
  const stream = names.streams.dead;
  return {
    add: async (webhook, { stage = "normalize", reason, attempts, inboxSequence, wholeMessageOf }) => {
      await publisher.publish(
        names.deadSubject(stage, webhook.platform, webhook.store, webhook.topic),
        encodeWebhooks([webhook]),
        {
          "Nats-Msg-Id": `${stage}:${inboxSequence}:${webhook.id}`,
          [HEADER.reason]: encodeText(reason),
          [HEADER.attempts]: String(attempts),
          ...(wholeMessageOf === undefined ? {} : { [HEADER.wholeMessageOf]: wholeMessageOf }),
        },
      );
    },
    addDelivery: async (event, failure) => {
      const { subscription, sequence, reason, attempts, status, response } = failure;
      await publisher.publish(
        names.deadSubject("deliver", event.platform, event.store, subscription),
        JSON.stringify(event),
        {
          "Nats-Msg-Id": `deliver:${subscription}:${failure.stream}:${sequence}`,
          [HEADER.reason]: encodeText(reason),
          [HEADER.attempts]: String(attempts),
          [HEADER.subscription]: subscription,
          ...(status === undefined ? {} : { [HEADER.status]: String(status) }),
          ...(response === undefined ? {} : { [HEADER.response]: encodeText(response) }),
        },
      );
    },
    list: async ({ after = 0, limit, ...query }) => {
      const filter = filterOf(query, names);
      const { messages } = await readStream({ js, jsm }, { stream, filter, after, max: limit });
      return messages.map(readLetter);
    },
    count: async (query) => {
      const { state } = await jsm.streams.info(stream, { subjects_filter: filterOf(query, names) });
      return Object.values(state.subjects ?? {}).reduce((sum, each) => sum + each, 0);
    },
    find: async (sequence) => {
      const message = await orMissing(jsm.streams.getMessage(stream, { seq: sequence }), "message");
      return message && readStored(message);
    },
    redrive: async (sequence) => {
      const message = await orMissing(jsm.streams.getMessage(stream, { seq: sequence }), "message");
      if (message === undefined) return false;
      const subscription = message.header.get(HEADER.subscription);
      if (stageOf(message.subject) === "deliver") {
        await publisher.publish(names.directSubject(subscription), message.data, {
          "Nats-Msg-Id": `redrive:${sequence}`,
        });
      } else {
        await returnToInbox(message);
      }
      await jsm.streams.deleteMessage(stream, sequence);
      return true;
    },
  };

  async function returnToInbox({ data, seq, header }: StoredMsg): Promise<void> {
    const [webhook] = decodeWebhooks(data);
    if (webhook === undefined) throw new Error(`dead letter ${seq} holds no webhook`);
    const { id, platform, store, body } = webhook;
    const isWhole = header.has(HEADER.wholeMessageOf);
    // A whole message may have been of several platforms: then its letter names none.
    // Thousands may be sent back at once, and what comes new is not to wait for them.
    const lane = names.bulkOf(store);
    const subject = platform === "" ? lane.mixedSubject : lane.subject(platform, store);
    await publisher.publish(subject, isWhole ? body : data, {
      "Nats-Msg-Id": `redrive:${seq}:${id}`,
      "Entrepot-Stores": isWhole ? header.get(HEADER.wholeMessageOf) : `${store}=1`,
    });
  }
}

function filterOf({ stage, store, subscription }: DeadLetterQuery, names: Names): string {
  return names.deadFilter({
    stage: subscription === undefined ? stage : "deliver",
    store,
    about: subscription,
  });
}
