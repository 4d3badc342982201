/**
 * Chooses the lane of a webhook. Whoever sends no more than is processed goes by the prompt lane. A flow (what one store
 * sends about one kind of thing) of which too much is stored and not yet processed goes on by a bulk lane, so that
 * what others send does not wait behind it. As long as nothing is behind, both are equally fast; so the choice may err,
 * and what this process does not know (what others stored) does no harm.
 */
import type { ReadFloor } from "../../nats/floor.ts";
import type { Lane, Names } from "../../nats/names.ts";
import type { Webhook } from "../../webhook.ts";
import { createUnsettled, type Unsettled } from "./unsettled.ts";

export interface Lanes {
  /** The lane for this webhook, which counts as unsettled from now on. */
  readonly choose: (webhook: Pick<Webhook, "store" | "topic">) => Lane;
  /** Tells that a message was stored in the lane. */
  readonly noteStored: (lane: Lane, sequence: number) => void;
}

/** Unsettled webhooks of one flow in the prompt lane; more go by a bulk lane. */
const PROMPT_MAX = 64;
/** As long as so many are unsettled there, a flow stays in the bulk lane, so that what is newer hardly ever overtakes. */
const BULK_MIN = 16;

export function createLanes(names: Names, readFloor: ReadFloor, now: () => number): Lanes {
  const prompt = createUnsettled((upTo) => readFloor([names.prompt], upTo), PROMPT_MAX / 2, now);
  const bulk = new Map(
    names.bulk.map((lane): [Lane, Unsettled] => [
      lane,
      createUnsettled((upTo) => readFloor([lane], upTo), 1, now),
    ]),
  );
  return {
    choose: ({ store, topic }) => {
      const flow = flowOf(store, topic);
      const lane = names.bulkOf(store);
      const isBehind = (bulk.get(lane)?.count(flow) ?? 0) >= BULK_MIN || prompt.count(flow) >= PROMPT_MAX;
      (isBehind ? bulk.get(lane) : prompt)?.add(flow);
      return isBehind ? lane : names.prompt;
    },
    noteStored: (lane, sequence) => (bulk.get(lane) ?? prompt).noteStored(sequence),
  };
}

/** The last part of a topic is mostly what happened; what is before it, to what. */
function flowOf(store: string, topic: string): string {
  const end = Math.max(topic.lastIndexOf("/"), topic.lastIndexOf("."));
  return `${store} ${end > 0 ? topic.slice(0, end) : topic}`;
}
