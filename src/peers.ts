/**
 * What the processes of one hub on one machine tell and ask each other, for answers that no single one of them can give.
 * A hub of one process is its own only peer.
 */

export interface Peers {
  /** What every process answers under this topic, this one first. One that does not answer in time is left out. */
  readonly gather: (topic: Topic) => Promise<unknown[]>;
  /** How this process answers. */
  readonly answer: (topic: Topic, read: () => unknown) => void;
  /** Tells the other processes something; what gets lost is not told again. */
  readonly tell: (topic: Topic, message: unknown) => void;
  /** Hears what the others tell. */
  readonly onTold: (topic: Topic, listener: (message: unknown) => void) => void;
}

export const TOPICS = ["metrics", "rejections", "auth_failures"] as const;
export type Topic = (typeof TOPICS)[number];

/** How the others are reached. */
export interface Line {
  readonly gather: (topic: Topic) => Promise<unknown[]>;
  readonly tell: (topic: Topic, message: unknown) => void;
}

export interface Switchboard extends Peers {
  /** This process's own answer, for others who ask. */
  readonly read: (topic: Topic) => Promise<unknown>;
  /** Takes what another process told. */
  readonly hear: (topic: Topic, message: unknown) => void;
}

const NOBODY: Line = { gather: async () => [], tell: () => undefined };

/** The peers of this process; without a line to others it is alone. */
export function createPeers(others: Line = NOBODY): Switchboard {
  const readers = new Map<Topic, () => unknown>();
  const listeners = new Map<Topic, (message: unknown) => void>();
  const read = async (topic: Topic): Promise<unknown> => readers.get(topic)?.();
  return {
    gather: async (topic) => {
      const [own, rest] = await Promise.all([read(topic), others.gather(topic)]);
      return [own, ...rest];
    },
    answer: (topic, reader) => void readers.set(topic, reader),
    tell: others.tell,
    onTold: (topic, listener) => void listeners.set(topic, listener),
    read,
    hear: (topic, message) => listeners.get(topic)?.(message),
  };
}
