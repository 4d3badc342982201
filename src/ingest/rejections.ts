/** The last refusals with their reasons, for an admin who asks why nothing arrives. */
import { z } from "zod";
import type { Peers } from "../peers.ts";
import { REJECTION_REASONS } from "./signature/outcome.ts";

const rejection = z.object({
  at: z.string(),
  requestId: z.string(),
  platform: z.string(),
  store: z.string(),
  reason: z.enum([...REJECTION_REASONS, "no_store"]),
});
export type Rejection = z.infer<typeof rejection>;

export interface Rejections {
  readonly add: (rejection: Rejection) => void;
  /** Those of all processes of this hub on this machine, newest first. */
  readonly list: () => Promise<Rejection[]>;
}

const KEPT = 500;
const TEXT_MAX = 64;

/** Remembers the last 500. Names from the wire are cut, so that nobody can fill the memory. */
export function createRejections(peers: Pick<Peers, "gather" | "answer">): Rejections {
  const kept: Rejection[] = [];
  peers.answer("rejections", () => [...kept].reverse());
  return {
    add: (rejection) => {
      kept.push({
        ...rejection,
        platform: rejection.platform.slice(0, TEXT_MAX),
        store: rejection.store.slice(0, TEXT_MAX),
      });
      if (kept.length > KEPT) kept.shift();
    },
    list: async () => {
      const all = (await peers.gather("rejections")).flatMap((own) => rejection.array().parse(own));
      // Equal moments stay in their order.
      return all.sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, KEPT);
    },
  };
}
