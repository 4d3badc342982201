/** Sends a load as the platforms would: many at once, again after every answer but a yes, and some again after a yes. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../helpers/random.ts";
import type { Answer, Sent } from "./check.ts";
import type { Delivery } from "./load.ts";

export interface SenderOptions {
  /** Of the hubs; each try goes to any of them. */
  readonly urls: readonly [string, ...string[]];
  readonly random: Random;
  /** Deliveries on their way at once. */
  readonly atOnce: number;
  /** Between two deliveries on each of these ways, so that a load lasts as long as its faults. */
  readonly pauseMs: number;
  /** Told after each yes, with their number so far. */
  readonly onTaken?: (taken: number) => void;
  /** Told after each "come again", with their number so far. */
  readonly onRefused?: (refused: number) => void;
}

/** A platform hangs up then. */
const TIMEOUT_MS = 6000;
/** Much earlier than a platform comes again, and than `Retry-After` asks for. */
const RETRY_MS = { min: 50, max: 250 };
const REFUSALS_MAX = 3;

/** Sends all of it and resolves when every delivery was taken, or refused for good. */
export async function sendLoad(deliveries: readonly Delivery[], options: SenderOptions): Promise<Sent[]> {
  const sent: Sent[] = [];
  let refused = 0;
  const onAnswer = ({ status }: Answer) => {
    if (status === 503) options.onRefused?.(++refused);
  };
  const waiting = [...deliveries];
  let taken = 0;
  const work = async () => {
    for (let delivery = waiting.shift(); delivery !== undefined; delivery = waiting.shift()) {
      const answers = await hand(delivery, options, onAnswer);
      taken += 1;
      options.onTaken?.(taken);
      if (delivery.isRepeated) answers.push(...(await hand(delivery, options, onAnswer)));
      sent.push({ id: delivery.id, store: delivery.store, answers });
      await sleep(options.pauseMs);
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, work));
  return sent;
}

async function hand(
  delivery: Delivery,
  { urls, random }: SenderOptions,
  onAnswer: (answer: Answer) => void,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let refusals = 0;
  for (;;) {
    const answer = await post(delivery, random.pick(urls));
    answers.push(answer);
    onAnswer(answer);
    if (answer.status === 200) return answers;
    // What no platform would retry is a failure of the run, which the checker tells.
    if (answer.status !== undefined && answer.status < 500) refusals += 1;
    if (refusals === REFUSALS_MAX) return answers;
    await sleep(random.between(RETRY_MS.min, RETRY_MS.max));
  }
}

async function post({ platform, store, request }: Delivery, url: string): Promise<Answer> {
  try {
    const response = await fetch(`${url}/webhooks/${platform}/${store}`, {
      ...request,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.arrayBuffer();
    return { status: response.status, retryAfter: response.headers.get("retry-after") ?? undefined };
  } catch {
    return { status: undefined };
  }
}
