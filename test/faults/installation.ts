/** What a load is sent to: hub processes of the tests' own, or the program as an admin starts it. */
import type { Authenticator } from "nats";
import { ADMIN_TOKEN } from "../helpers/hub.ts";
import type { Kill } from "./points.ts";
import { type HubProcess, startHubProcess } from "./processes.ts";

export interface Site {
  /** Of the scenario. */
  readonly name: string;
  readonly prefix: string;
  readonly kills: readonly Kill[];
  /** Told of each process as soon as it is there, so that it is ended whatever happens. */
  readonly onStart: (hub: HubProcess) => void;
}

/** How the checker gets at the streams, and an admin at the hub. */
export interface Reach {
  readonly natsUrl: string;
  readonly authenticator?: Authenticator;
  readonly token: string;
}

export type Install = (site: Site) => Promise<Reach>;

export interface HubsOptions {
  readonly natsUrl: string;
  /** Where the hubs connect to, when that is another way to the same server. */
  readonly hubUrl?: string;
  /** Processes; 1 without it. */
  readonly count?: number;
  readonly replicas?: number;
  /** How long a delivery may be in the hands of a process that says nothing; 2 seconds without it. */
  readonly ackWaitMs?: number;
}

/** Hub processes that share a server; the kills are those of the first. */
export function hubsOn({
  natsUrl,
  hubUrl = natsUrl,
  count = 1,
  replicas = 1,
  ackWaitMs = 2000,
}: HubsOptions): Install {
  return async ({ name, prefix, kills, onStart }) => {
    for (let number = 0; number < count; number += 1) {
      const options = { name: `hub ${number} of "${name}"`, url: hubUrl, prefix, ackWaitMs, replicas };
      onStart(await startHubProcess({ ...options, kills: number === 0 ? kills : [] }));
    }
    return { natsUrl, token: ADMIN_TOKEN };
  };
}
