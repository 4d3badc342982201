/** Sends prepared requests over a pool of connections and writes down when each was due and when it was answered. */
import { monotonicMs } from "./clock.ts";
import { type Connection, type HttpAnswer, openConnection } from "./connection.ts";
import type { Requests } from "./requests.ts";

interface LoadPlan {
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  /** Requests a second, whatever the answers do (open loop); without it as many as the connections carry (closed loop). */
  readonly rate: number | undefined;
}

/** Times are those of the machine's monotonic clock, in milliseconds; index 0 is the first request. */
export interface LoadRecord {
  readonly startedAt: number;
  /** In the open loop the moment when the request was due, so that a stall shows in all that it delayed. */
  readonly sentAt: Float64Array;
  readonly answeredAt: Float64Array;
  readonly statuses: Uint16Array;
  /** Answers 429 and 503 that do not say when to come again. */
  readonly unadvised: number;
}

const TICK_MS = 1;

/**
 * Resolves when everything that was sent has been answered. A connection that the other side closes is opened again, as a
 * platform does; rejects when that fails.
 */
export async function runLoad(requests: Requests, plan: LoadPlan): Promise<LoadRecord> {
  const load = createLoad(requests, plan);
  const open = new Set<Connection>();
  const openOne = async () => {
    const connection = await openConnection(plan.host, plan.port, load);
    open.add(connection);
    return connection;
  };
  const all = await Promise.all(Array.from({ length: plan.connections }, openOne));
  try {
    return await new Promise<LoadRecord>((resolve, reject) => {
      load.onEnd = resolve;
      load.onClosed = (connection) => {
        open.delete(connection);
        load.withdraw(connection);
        openOne().then(load.add, reject);
      };
      load.start(all);
    });
  } finally {
    load.onClosed = () => undefined;
    for (const connection of open) connection.close();
  }
}

function createLoad({ count, at }: Requests, { seconds, rate }: LoadPlan) {
  const { sentAt, answeredAt, statuses } = emptyRecord(count);
  const free = new Set<Connection>();
  let [startedAt, sent, answered, unadvised] = [0, 0, 0, 0];
  let timer: NodeJS.Timeout | undefined;

  const pump = () => {
    const now = monotonicMs();
    const elapsedMs = now - startedAt;
    const isOver = sent === count || elapsedMs >= seconds * 1000;
    const due = isOver ? 0 : dueBy(elapsedMs, count, rate);
    while (sent < due) {
      const [connection] = free;
      if (connection === undefined) return;
      free.delete(connection);
      sentAt[sent] = rate === undefined ? now : startedAt + (sent * 1000) / rate;
      connection.send(at(sent), sent);
      sent += 1;
    }
    if (!isOver || answered < sent) return;
    clearInterval(timer);
    load.onEnd(firstOf({ startedAt, sentAt, answeredAt, statuses, unadvised }, sent));
  };
  const load = {
    onEnd: (_record: LoadRecord): void => undefined,
    onClosed: (_connection: Connection): void => undefined,
    onAnswer: (connection: Connection, index: number, { status, saysWhen, isLast }: HttpAnswer) => {
      answeredAt[index] = monotonicMs();
      statuses[index] = status;
      answered += 1;
      if ((status === 429 || status === 503) && !saysWhen) unadvised += 1;
      if (!isLast) free.add(connection);
      pump();
    },
    add: (connection: Connection) => {
      free.add(connection);
      pump();
    },
    withdraw: (connection: Connection) => {
      free.delete(connection);
    },
    start: (connections: readonly Connection[]) => {
      for (const connection of connections) free.add(connection);
      startedAt = monotonicMs();
      timer = setInterval(pump, TICK_MS);
    },
  };
  return load;
}

function dueBy(elapsedMs: number, count: number, rate: number | undefined): number {
  return rate === undefined ? count : Math.min(count, Math.floor((elapsedMs * rate) / 1000) + 1);
}

function emptyRecord(count: number) {
  return {
    sentAt: new Float64Array(count),
    answeredAt: new Float64Array(count),
    statuses: new Uint16Array(count),
  };
}

function firstOf({ sentAt, answeredAt, statuses, ...rest }: LoadRecord, count: number): LoadRecord {
  return {
    ...rest,
    sentAt: sentAt.slice(0, count),
    answeredAt: answeredAt.slice(0, count),
    statuses: statuses.slice(0, count),
  };
}
