/** Serves an ordered subscription while this process holds its lease. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Lease } from "./lease.ts";

export interface Serving {
  readonly stop: () => Promise<void>;
}

/** With an order to keep. */
export interface OrderedServing extends Serving {
  /** Called now and then: forgets what only seems to wait. */
  readonly tidy: () => Promise<void>;
}

export interface TurnOptions {
  readonly lease: Lease;
  readonly renewMs: number;
  readonly signal: AbortSignal;
  /**
   * Called when the lease is held; undefined when it is too early to serve, then it is called again. After `onLost` it
   * is stopped and started anew.
   */
  readonly start: (onLost: () => void) => Promise<OrderedServing | undefined>;
  readonly onTrouble: (error: unknown) => void;
}

/** Resolves after `signal`, when nothing is in hand any more and the lease is free. Never rejects. */
export async function serveInTurn({ lease, renewMs, signal, start, onTrouble }: TurnOptions): Promise<void> {
  let serving: OrderedServing | undefined;
  let isBroken = false;
  const onLost = () => {
    isBroken = true;
  };
  while (!signal.aborted) {
    try {
      const isMine = await lease.keep();
      if (!isMine || isBroken) {
        await serving?.stop();
        serving = undefined;
        isBroken = false;
      }
      if (isMine && serving) await serving.tidy();
      else if (isMine) serving = await start(onLost);
    } catch (error) {
      // Attempts are held by themselves as soon as the lease is no longer certain.
      onTrouble(error);
    }
    await sleep(renewMs, undefined, { signal }).catch(() => undefined);
  }
  await serving?.stop();
  await lease.release().catch(onTrouble);
}
