/** The last refusals of this process with their reasons, for an admin who asks why nothing arrives. */
import type { RejectionReason } from "./signature/outcome.ts";

export interface Rejection {
  readonly at: string;
  readonly requestId: string;
  readonly platform: string;
  readonly store: string;
  readonly reason: RejectionReason | "no_store";
}

export interface Rejections {
  readonly add: (rejection: Rejection) => void;
  /** Newest first. */
  readonly list: () => Rejection[];
}

const KEPT = 500;
const TEXT_MAX = 64;

/** Remembers the last 500. Names from the wire are cut, so that nobody can fill the memory. */
export function createRejections(): Rejections {
  const kept: Rejection[] = [];
  return {
    add: (rejection) => {
      kept.push({
        ...rejection,
        platform: rejection.platform.slice(0, TEXT_MAX),
        store: rejection.store.slice(0, TEXT_MAX),
      });
      if (kept.length > KEPT) kept.shift();
    },
    list: () => [...kept].reverse(),
  };
}
