/** Counts failed authentications per address, so that a token cannot be found by trying. */
import { isIPv6 } from "node:net";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import type { Peers } from "./peers.ts";

export interface AuthFailures {
  /** Seconds until the address may try again; 0 while it may. */
  readonly secondsToWait: (address: string, now: number) => number;
  readonly add: (address: string, now: number) => void;
}

interface Window {
  readonly startedAt: number;
  readonly count: number;
}

const WINDOW_MS = 60_000;
const FAILURES_MAX = 20;
/** More addresses than this push out those that have been quiet longest. */
const ADDRESSES_MAX = 10_000;

const failure = z.object({ address: z.string(), at: z.number() });

/**
 * An address that failed 20 times within a minute, at whichever process of this hub on this machine, waits until that
 * minute is over.
 */
export function createAuthFailures(peers: Pick<Peers, "tell" | "onTold">): AuthFailures {
  const windows = new LRUCache<string, Window>({ max: ADDRESSES_MAX });
  const current = (address: string, now: number): Window | undefined => {
    const window = windows.get(address);
    return window !== undefined && now - window.startedAt < WINDOW_MS ? window : undefined;
  };
  const count = (address: string, now: number) => {
    const network = networkOf(address);
    const { startedAt, count } = current(network, now) ?? { startedAt: now, count: 0 };
    windows.set(network, { startedAt, count: count + 1 });
  };
  peers.onTold("auth_failures", (message) => {
    const { address, at } = failure.parse(message);
    count(address, at);
  });
  return {
    secondsToWait: (address, now) => {
      const window = current(networkOf(address), now);
      if (window === undefined || window.count < FAILURES_MAX) return 0;
      return Math.ceil((window.startedAt + WINDOW_MS - now) / 1000);
    },
    add: (address, at) => {
      count(address, at);
      peers.tell("auth_failures", { address, at });
    },
  };
}

/** Whoever has one IPv6 address usually has the 2^64 that share its first half. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith("::ffff:")) return address;
  const [head = "", tail = ""] = address.split("::").map((part) => part.split(":").filter(Boolean));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => "0");
  return [...head, ...zeros, ...tail].slice(0, 4).join(":");
}
