/** The program as an admin uses it: with a data directory that goes with the test, and everything ended after it. */
import type { ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect } from "vitest";
import { eventually } from "./eventually.ts";
import { startProgram } from "./program.ts";

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Running {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  readonly ended: Promise<Ended>;
}

export interface Serving extends Running {
  readonly url: string;
  readonly token: string;
}

export interface Program {
  readonly dataDir: () => string;
  /** Done after the test, the last first. */
  readonly onEnd: (cleanup: () => Promise<unknown>) => void;
  readonly entrepot: (args: readonly string[], env?: Record<string, string>) => Running;
  /** Starts the hub on free ports and resolves when it has said where it listens. */
  readonly serve: (env?: Record<string, string>, ...args: string[]) => Promise<Serving>;
  /** Runs a verb against the hub; fails unless it ends well. */
  readonly cli: (hub: Serving, ...args: string[]) => Promise<string>;
  readonly natsPid: () => Promise<number>;
}

/** Also on a machine that does other things besides. */
const START_MS = 30_000;

/** Call at the top of a file. */
export function useProgram(): Program {
  let dataDir = "";
  let cleanups: (() => Promise<unknown>)[] = [];
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "entrepot-process-"));
    cleanups = [];
  });
  afterEach(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
    // The nats-server of a hub that was killed ends by itself, a moment later.
    await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  });

  const entrepot: Program["entrepot"] = (args, env = {}) => {
    const { child, printed, ended } = startProgram(args, { DATA_DIR: dataDir, ...env });
    cleanups.push(async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
      await ended;
    });
    return {
      child,
      out: () => printed().out,
      err: () => printed().err,
      ended: ended.then((code) => ({ code, ...printed() })),
    };
  };
  return {
    dataDir: () => dataDir,
    onEnd: (cleanup) => void cleanups.push(cleanup),
    entrepot,
    serve: async (env = {}, ...args) => {
      const ports = { PORT: "0", NATS_PORT: "0", DURABILITY: "relaxed" };
      const running = entrepot(["serve", ...args], { ...ports, ...env });
      const url = await eventually(
        () => {
          const [, found] = /listens on (http:\S+)/.exec(running.out()) ?? [];
          if (found === undefined) throw new Error(`no address yet: ${running.out()}${running.err()}`);
          return found;
        },
        { withinMs: START_MS },
      );
      const token = (await readFile(join(dataDir, "admin-token"), "utf8")).trim();
      return { ...running, url, token };
    },
    cli: async ({ url }, ...args) => {
      const { code, out, err } = await entrepot(args, { ENTREPOT_URL: url }).ended;
      expect(code, out + err).toBe(0);
      return out;
    },
    natsPid: async () => Number(await readFile(join(dataDir, "nats", "server.pid"), "utf8")),
  };
}
