/**
 * How much of the inbox is in hand at once: of the prompt lane as much as keeps the process busy, of the bulk lanes so
 * little that what comes by the prompt lane never waits long behind it, and less still while that has plenty to do.
 */
export interface Hand {
  /** Resolves when a message may be taken; those who wait get in one after the other. */
  readonly take: (bytes: number) => Promise<void>;
  readonly put: (bytes: number) => void;
}

const PROMPT_BYTES_MAX = 4_000_000;
/** Messages of the bulk lanes in hand while nothing comes by the prompt lane: storing takes its time, so several at once. */
const BULK_MAX_ALONE = 8;
/** While something does: what is begun together takes the processor together, and whoever is prompt has to wait for it. */
const BULK_MAX_BESIDE = 2;
/** For so long after the last one. */
const BESIDE_MS = 2000;
/** The prompt lane has plenty to do: then one message at a time goes on in the bulk lanes. */
const PROMPT_BYTES_MANY = 500_000;

export function createHands(now: () => number): { readonly prompt: Hand; readonly bulk: Hand } {
  let promptAt = Number.NEGATIVE_INFINITY;
  const promptHand = createHand(({ bytes }) => bytes < PROMPT_BYTES_MAX);
  const bulkHand = createHand(({ messages }) => {
    if (promptHand.held.bytes >= PROMPT_BYTES_MANY) return messages < 1;
    return messages < (now() - promptAt < BESIDE_MS ? BULK_MAX_BESIDE : BULK_MAX_ALONE);
  });
  const take = (bytes: number) => {
    promptAt = now();
    return promptHand.take(bytes);
  };
  const put = (bytes: number) => {
    promptHand.put(bytes);
    bulkHand.admit();
  };
  return { prompt: { take, put }, bulk: bulkHand };
}

interface Held {
  bytes: number;
  messages: number;
}

function createHand(mayTake: (held: Readonly<Held>) => boolean) {
  const held: Held = { bytes: 0, messages: 0 };
  const waiting: { readonly bytes: number; readonly enter: () => void }[] = [];
  const hold = (bytes: number) => {
    held.bytes += bytes;
    held.messages += 1;
  };
  const admit = () => {
    for (let next = waiting[0]; next !== undefined && mayTake(held); next = waiting[0]) {
      waiting.shift();
      hold(next.bytes);
      next.enter();
    }
  };
  return {
    held,
    admit,
    take: async (bytes: number) => {
      if (waiting.length === 0 && mayTake(held)) hold(bytes);
      else await new Promise<void>((enter) => waiting.push({ bytes, enter }));
    },
    put: (bytes: number) => {
      held.bytes -= bytes;
      held.messages -= 1;
      admit();
    },
  };
}
