/**
 * The points of the flow at which a hub process is killed, and how it finds them: its ports are wrapped, so the hub itself
 * knows nothing of this. A process that has come to its point for the n-th time sends itself SIGKILL.
 */
import { ServerResponse } from "node:http";
import type { Consumer, ConsumerMessages, JetStreamClient, JsMsg } from "nats";
import type { Fetch } from "../../src/http.ts";
import type { Broker } from "../../src/nats/connect.ts";
import type { Names } from "../../src/nats/names.ts";
import type { Publisher } from "../../src/nats/publisher.ts";

interface Point {
  /** The step that is watched. */
  readonly step: "store" | "answer" | "set" | "publish" | "record" | "ack" | "attempt" | "settle";
  readonly when: "before" | "after";
  /** How often it may be passed before; the group commit puts several webhooks into one message of the inbox. */
  readonly passages: number;
}

export const POINTS = {
  "after the verification, before the inbox has it": { step: "store", when: "before", passages: 4 },
  "after the inbox has it, before the answer": { step: "store", when: "after", passages: 4 },
  "after the answer": { step: "answer", when: "after", passages: 25 },
  "before a row is set": { step: "set", when: "before", passages: 25 },
  "after a row is set": { step: "set", when: "after", passages: 25 },
  "before an event is published": { step: "publish", when: "before", passages: 25 },
  "after an event is published": { step: "publish", when: "after", passages: 25 },
  "before outcomes are written down": { step: "record", when: "before", passages: 4 },
  "after outcomes are written down": { step: "record", when: "after", passages: 4 },
  "before an inbox message is acknowledged": { step: "ack", when: "before", passages: 4 },
  "after an inbox message is acknowledged": { step: "ack", when: "after", passages: 4 },
  "after an endpoint has answered, before the attempt is written down": {
    step: "attempt",
    when: "before",
    passages: 25,
  },
  "before a delivery is settled": { step: "settle", when: "before", passages: 25 },
  "after a delivery is settled": { step: "settle", when: "after", passages: 25 },
} as const satisfies Record<string, Point>;
export type PointName = keyof typeof POINTS;

export const POINT_NAMES: readonly PointName[] = Object.keys(POINTS).filter(isPoint);

function isPoint(name: string): name is PointName {
  return Object.hasOwn(POINTS, name);
}

/** Where and when a process ends itself. */
export interface Kill {
  readonly point: PointName;
  /** How often the point is passed before. */
  readonly passage: number;
  /** Whether what was sent before still leaves the process. */
  readonly flush: boolean;
}

export interface Wrapped {
  readonly broker: (broker: Broker) => Broker;
  readonly fetch: (fetch: Fetch) => Fetch;
}

/** Wraps the ports of a hub, so that it ends itself at the point. */
export function wrapPorts({ point, passage, flush }: Kill, names: Names): Wrapped {
  const { step, when }: Point = POINTS[point];
  let left = passage;
  let isStruck = false;
  let flushed = async (): Promise<void> => undefined;
  const strike = () => {
    isStruck = true;
    const die = () => process.kill(process.pid, "SIGKILL");
    if (flush) void flushed().then(die, die);
    else die();
  };
  /** True when this is the end: the caller must do nothing more. */
  const passes = (at: Point["step"], moment: Point["when"]): boolean => {
    if (at === step && moment === when && !isStruck) {
      left -= 1;
      if (left === 0) strike();
    }
    return isStruck;
  };
  return {
    broker: (broker) => {
      flushed = () => broker.connection.flush();
      const publisher = wrapPublisher(broker.publisher, names, passes);
      return override(broker, { publisher, js: wrapJetStream(broker.js, names, passes) });
    },
    fetch: (fetch) => (request, bindings) => {
      const response = "outgoing" in bindings ? bindings.outgoing : undefined;
      const isWebhook = new URL(request.url).pathname.startsWith("/webhooks/");
      if (isWebhook && response instanceof ServerResponse)
        response.once("finish", () => passes("answer", "after"));
      return fetch(request, bindings);
    },
  };
}

type Passes = (step: Point["step"], when: Point["when"]) => boolean;

function wrapPublisher(publisher: Publisher, names: Names, passes: Passes): Publisher {
  return override(publisher, {
    publish: async (subject, payload, headers) => {
      const step = stepOf(subject, names);
      if (step !== undefined && passes(step, "before")) return never();
      const acknowledgement = await publisher.publish(subject, payload, headers);
      return step !== undefined && passes(step, "after") ? never() : acknowledgement;
    },
  });
}

function stepOf(subject: string, names: Names): Point["step"] | undefined {
  const steps: readonly [Point["step"], readonly string[]][] = [
    ["store", names.all.inbox],
    ["set", [`$KV.${names.buckets.entities}.>`]],
    ["publish", [names.all.commerce]],
    ["record", names.all.outcomes],
    ["attempt", [names.all.attempts]],
  ];
  return steps.find(([, filters]) =>
    filters.some((filter) => subject.startsWith(filter.replace(/>$/, ""))),
  )?.[0];
}

/** Messages whose acknowledgement is a step. */
function wrapJetStream(js: JetStreamClient, names: Names, passes: Passes): JetStreamClient {
  const watch = (message: JsMsg): JsMsg => {
    const { stream, consumer } = message.info;
    const isInbox = stream === names.streams.inbox && names.lanes.some(({ worker }) => consumer === worker);
    const step = isInbox ? "ack" : stream === names.streams.commerce ? "settle" : undefined;
    if (step === undefined) return message;
    return override(message, {
      ack: () => {
        if (passes(step, "before")) return;
        message.ack();
        passes(step, "after");
      },
    });
  };
  const wrapMessages = (messages: ConsumerMessages): ConsumerMessages =>
    override(messages, {
      [Symbol.asyncIterator]: async function* watched() {
        for await (const message of messages) yield watch(message);
      },
    });
  const wrapConsumer = (consumer: Consumer): Consumer =>
    override(consumer, {
      fetch: async (options) => wrapMessages(await consumer.fetch(options)),
      consume: async (options) => {
        const messages = await consumer.consume(options);
        // Whoever counts by a callback settles nothing.
        return options !== undefined && "callback" in options ? messages : wrapMessages(messages);
      },
    });
  const consumers = override(js.consumers, {
    get: async (stream, name) => wrapConsumer(await js.consumers.get(stream, name)),
  });
  return override(js, { consumers });
}

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}

/** The object as it is, but for these members. */
function override<T extends object>(target: T, members: Partial<T>): T {
  return new Proxy(target, {
    get: (_target, key) => {
      if (Object.hasOwn(members, key)) return Reflect.get(members, key);
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
