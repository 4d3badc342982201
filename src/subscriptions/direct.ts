/** Events addressed to one subscription alone: replays and test events. */
import { randomUUID } from "node:crypto";
import { type JetStreamClient, type JetStreamManager, type JsMsg, millis } from "nats";
import { toMessageId } from "../nats/message-id.ts";
import type { Names } from "../nats/names.ts";
import type { Publisher } from "../nats/publisher.ts";
import { readStream } from "../nats/read.ts";
import { type CanonicalEvent, envelope } from "../normalizers/canonical/event.ts";
import { typesOf } from "./event-patterns.ts";
import { compileMatch } from "./match.ts";
import type { Subscription } from "./subscription.ts";

export interface ReplayQuery {
  readonly store?: string | undefined;
  /** `order.paid` or `order.*`. */
  readonly type?: string | undefined;
  /** Id of the entity at the platform. */
  readonly entity?: string | undefined;
  /** RFC 3339: published from then on, and before `until`. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** Stream sequence after which to go on. */
  readonly after: number;
  /** Names the replay: events that it has sent already are not sent again. */
  readonly replayId: string;
  /** Only count. */
  readonly dryRun: boolean;
}

export interface Replayed {
  /** Events of this stretch that the subscription wants. */
  readonly events: number;
  /** Pass as `after` to go on; absent when the end was reached. */
  readonly next?: number;
}

export interface Direct {
  /** Sends a stretch of what was published to this subscription again, marked `via: replay`. */
  readonly replay: (subscription: Subscription, query: ReplayQuery) => Promise<Replayed>;
  /** Sends an event that is marked `test: true`, of a type that the subscription wants. */
  readonly test: (subscription: Subscription, type?: string) => Promise<CanonicalEvent>;
  /** Drops what was addressed to the subscription. */
  readonly clear: (subscription: string) => Promise<void>;
}

export interface DirectDeps {
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly publisher: Publisher;
  readonly names: Names;
  readonly publicUrl: string;
  readonly now: () => number;
}

/** How many events one stretch looks at. */
const STRETCH = 5000;

export function createDirect(deps: DirectDeps): Direct {
  const { jsm, publisher, names } = deps;
  const send = async (subscription: string, event: CanonicalEvent, messageId: string) => {
    await publisher.publish(names.directSubject(subscription), JSON.stringify(event), {
      "Nats-Msg-Id": toMessageId(messageId),
      "Content-Type": "application/cloudevents+json",
    });
  };
  return {
    replay: async (subscription, query) => {
      const { messages, hasMore } = await readStream(deps, {
        stream: names.streams.commerce,
        filter: names.eventFilter(query),
        after: query.after,
        since: query.since,
        max: STRETCH,
      });
      const inTime = messages.filter((message) => isBefore(message, query.until));
      const matches = compileMatch(subscription);
      const wanted = inTime
        .map((message) => envelope.parse(message.json()))
        .filter((event) => matches(event) && (query.entity === undefined || event.subject === query.entity));
      if (!query.dryRun) {
        const { name } = subscription;
        const sendAgain = (event: CanonicalEvent) =>
          send(name, { ...event, via: "replay" }, `replay:${name}:${query.replayId}:${event.id}`);
        await Promise.all(wanted.map(sendAgain));
      }
      const isEnd = !hasMore || inTime.length < messages.length;
      return { events: wanted.length, ...(isEnd ? {} : { next: messages.at(-1)?.seq ?? 0 }) };
    },
    test: async (subscription, type = typesOf(subscription.events)[0] ?? "order.created") => {
      const event = testEvent(type, deps);
      await send(subscription.name, event, `test:${event.id}`);
      return event;
    },
    clear: async (subscription) => {
      await jsm.streams.purge(names.streams.direct, { filter: names.directSubject(subscription) });
    },
  };
}

function isBefore({ info }: JsMsg, until: string | undefined): boolean {
  return until === undefined || millis(info.timestampNanos) < Date.parse(until);
}

/** The smallest event of a type that the schemas allow. */
function testEvent(type: string, { publicUrl, now }: DirectDeps): CanonicalEvent {
  const [resource = ""] = type.split(".");
  const id = `test-${randomUUID()}`;
  const at = new Date(now()).toISOString();
  return {
    specversion: "1.0",
    id: `test:${resource}:${id}:1`,
    source: "/stores/test",
    type,
    subject: id,
    time: at,
    datacontenttype: "application/json",
    dataschema: `${publicUrl}/schemas/v1/${resource}.json`,
    platform: "test",
    store: "test",
    sequence: 1,
    detectedat: at,
    via: "webhook",
    causationid: id,
    authenticity: "signature",
    test: true,
    data: { [resource]: { id }, changed: [], previous: {} },
  };
}
