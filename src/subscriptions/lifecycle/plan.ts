/** The consumers that a subscription needs, and how they follow when it changes. */
import { HubError } from "../../errors.ts";
import type { Names } from "../../nats/names.ts";
import { consumerName, type Consumers } from "../consumers.ts";
import { planFilters } from "../filters.ts";
import type { ConsumerRef, StartAt, Subscription } from "../subscription.ts";

type Planned = Omit<ConsumerRef, "from">;

/** Without where they start: one consumer per filter subject, and one for what is addressed to this subscription alone. */
export function planConsumers(
  wanted: Pick<Subscription, "name" | "events" | "stores" | "platforms" | "deliver">,
  names: Names,
): Planned[] {
  const plan = planFilters(wanted, wanted.deliver === "nats" ? "exact" : "per-resource", names);
  if (!plan.ok) throw new HubError("bad_request", { explain: plan.problem });
  const direct = names.directSubject(wanted.name);
  return [
    ...plan.filters.map(({ filter }) => ({
      stream: names.streams.commerce,
      name: consumerName(wanted.name, filter),
      filter,
    })),
    { stream: names.streams.direct, name: consumerName(wanted.name, direct), filter: direct },
  ];
}

/** The planned consumers with names that an account was prepared for. */
export function withNames(planned: readonly Planned[], reserved: readonly string[] | undefined): Planned[] {
  return planned.map((each, at) => ({ ...each, name: reserved?.[at] ?? each.name }));
}

/**
 * The same for a change: consumers that stay keep their names, the new ones get names that are free, and only when
 * there are no more the names of those that go. Throws HubError `conflict` when the account has too few.
 */
export function renameChanged(
  { consumers, removed }: { consumers: readonly ConsumerRef[]; removed: readonly ConsumerRef[] },
  before: readonly ConsumerRef[],
  reserved: readonly string[] | undefined,
): ConsumerRef[] {
  if (reserved === undefined) return [...consumers];
  if (consumers.length > reserved.length) {
    throw new HubError("conflict", {
      explain: `this needs ${consumers.length} consumers, and the subscriber's account was prepared for ${reserved.length}`,
    });
  }
  const isKept = (each: ConsumerRef) => before.includes(each);
  const kept = consumers.filter(isKept).map(({ name }) => name);
  const going = removed.map(({ name }) => name);
  const free = reserved.filter((name) => !kept.includes(name));
  const names = [
    ...free.filter((name) => !going.includes(name)),
    ...free.filter((name) => going.includes(name)),
  ];
  return consumers.map((each) => (isKept(each) ? each : { ...each, name: names.shift() ?? each.name }));
}

/** Where to start, as the stream sees it: "now" is settled at this moment, so that a crash later changes nothing. */
export async function placeStart(
  planned: readonly Planned[],
  startAt: StartAt,
  { consumers, names }: { consumers: Pick<Consumers, "nextSequence">; names: Names },
): Promise<ConsumerRef[]> {
  const next = {
    commerce: await consumers.nextSequence(names.streams.commerce),
    direct: await consumers.nextSequence(names.streams.direct),
  };
  return planned.map((each) => {
    if (each.stream === names.streams.direct) return { ...each, from: next.direct };
    return { ...each, from: toFrom(startAt, next.commerce) };
  });
}

function toFrom(startAt: StartAt, next: number): ConsumerRef["from"] {
  if (startAt === "now") return next;
  return startAt === "beginning" ? 1 : startAt;
}

/**
 * The consumers of a changed subscription. Those whose filter stays are kept with their place. A new one starts now, or
 * where those left off that it takes over from, so that nothing they still had to deliver is lost.
 */
export async function followChange(
  before: readonly ConsumerRef[],
  planned: readonly Planned[],
  deps: { consumers: Pick<Consumers, "nextSequence" | "position">; names: Names },
): Promise<{ consumers: ConsumerRef[]; removed: ConsumerRef[] }> {
  const removed = before.filter((each) => !planned.some((other) => isSame(each, other)));
  const fresh = await placeStart(planned, "now", deps);
  const consumers: ConsumerRef[] = [];
  for (const each of fresh) {
    const kept = before.find((other) => isSame(each, other));
    consumers.push(kept ?? { ...each, from: await takeOver(each, removed, deps.consumers) });
  }
  return { consumers, removed };
}

function isSame(a: Planned, b: Planned): boolean {
  return a.stream === b.stream && a.filter === b.filter;
}

async function takeOver(
  fresh: ConsumerRef,
  removed: readonly ConsumerRef[],
  consumers: Pick<Consumers, "position">,
): Promise<ConsumerRef["from"]> {
  const overlapping = removed.filter(({ stream, filter }) => {
    return stream === fresh.stream && overlaps(filter, fresh.filter);
  });
  const floors = await Promise.all(
    overlapping.map(async (each) => {
      const position = await consumers.position(each);
      // A consumer that has not settled anything yet is still where it started.
      return position && position.ackFloor > 0 ? position.ackFloor + 1 : each.from;
    }),
  );
  const sequences = [...floors, fresh.from].filter((from) => typeof from === "number");
  return floors.find((from) => typeof from === "string") ?? Math.min(...sequences);
}

/** Whether a subject can match both filters. */
export function overlaps(a: string, b: string): boolean {
  const [left, right] = [a.split("."), b.split(".")];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const [one, other] = [left[at], right[at]];
    if (one === ">" || other === ">") return one !== undefined && other !== undefined;
    if (one === undefined || other === undefined) return false;
    if (one !== other && one !== "*" && other !== "*") return false;
  }
  return true;
}
