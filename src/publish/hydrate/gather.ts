/** Performs the reads of one hydration, round after round, with retries for as long as they fit into the time in hand. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Answers, Hydration, Read } from "../../normalizers/hydration.ts";
import { type HydrationPolicy, pauseAfter } from "./policy.ts";
import type { ApiFailure } from "./request.ts";
import type { StoreApi } from "./store-api.ts";

export type Gathered =
  | { readonly kind: "answers"; readonly answers: Answers; readonly readAt: string }
  /** Not now: the API is slow, busy or broken. `failures` counts all that this hydration met, `reason` tells the last. */
  | { readonly kind: "later"; readonly waitMs: number; readonly failures: number; readonly reason?: string }
  | { readonly kind: "impossible"; readonly reason: string; readonly failures: number };

export interface GatherDeps {
  readonly api: StoreApi;
  readonly policy: HydrationPolicy;
  readonly now: () => number;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Called right before the first request. */
  readonly onStart: () => void;
  readonly onRead: (result: ReadResult) => void;
}

export const READ_RESULTS = ["ok", "gone", "again", "limited", "unauthorized", "refused"] as const;
export type ReadResult = (typeof READ_RESULTS)[number];

const ROUNDS_MAX = 5;
const REQUESTS_MAX = 50;

/** Never rejects, unless the adapter's own functions throw. */
export function gather(
  hydration: Hydration,
  begin: { readonly answers: Answers; readonly readAt?: string | undefined; readonly failures: number },
  deps: GatherDeps,
): Promise<Gathered> {
  return new Gathering(hydration, begin, deps).run();
}

type Done = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly end: Gathered };

class Gathering {
  readonly #hydration: Hydration;
  readonly #deps: GatherDeps;
  #answers: Answers;
  #readAt: string | undefined;
  #failures: number;
  #requests = 0;
  #hasRenewed = false;
  #deadlineAt: number;

  constructor(hydration: Hydration, begin: Parameters<typeof gather>[1], deps: GatherDeps) {
    this.#hydration = hydration;
    this.#deps = deps;
    this.#answers = begin.answers;
    this.#readAt = begin.readAt;
    this.#failures = begin.failures;
    this.#deadlineAt = deps.now() + deps.policy.inHandMs;
  }

  async run(): Promise<Gathered> {
    for (let round = 0; ; round += 1) {
      const wanted = this.#hydration.reads(this.#answers).filter(({ name }) => !(name in this.#answers));
      if (wanted.length === 0) {
        const readAt = this.#readAt ?? new Date(this.#deps.now()).toISOString();
        return { kind: "answers", answers: this.#answers, readAt };
      }
      if (round === ROUNDS_MAX) return this.#impossible(`needs more than ${ROUNDS_MAX} rounds of reads`);
      const done = await Promise.all(wanted.map((read) => this.#readAll(read)));
      const failed = done.flatMap((each) => (each.ok ? [] : [each.end]));
      const worst = failed.find(({ kind }) => kind === "impossible") ?? failed[0];
      if (worst !== undefined) return worst;
      const values = done.map((each, at) => [wanted[at]?.name ?? "", each.ok ? each.value : undefined]);
      this.#answers = { ...this.#answers, ...Object.fromEntries(values) };
    }
  }

  async #readAll(read: Read): Promise<Done> {
    if (read.nextPage === undefined) return this.#readOne(read, read.path);
    const pages: unknown[] = [];
    let path: string | undefined = read.path;
    while (path !== undefined) {
      const page = await this.#readOne(read, path);
      if (!page.ok) return page;
      if (page.value === undefined) return pages.length === 0 ? page : { ok: true, value: pages };
      pages.push(page.value);
      path = read.nextPage(page.value, pages.length);
    }
    return { ok: true, value: pages };
  }

  async #readOne(read: Read, path: string): Promise<Done> {
    const { api, now } = this.#deps;
    this.#requests += 1;
    if (this.#requests > REQUESTS_MAX) {
      return { ok: false, end: this.#impossible(`needs more than ${REQUESTS_MAX} requests`) };
    }
    for (;;) {
      if ((await api.budget.take(this.#deadlineAt)) === "late") {
        return { ok: false, end: this.#later(api.budget.waitMs(), api.lastFailure()) };
      }
      this.#start();
      const answer = await api.ask(read, path).finally(api.budget.giveBack);
      if (answer.ok) {
        this.#deps.onRead("ok");
        this.#deadlineAt = now() + this.#deps.policy.inHandMs;
        return answer;
      }
      this.#deps.onRead(answer.failure.kind);
      const end = await this.#settle(read, answer.failure);
      if (end !== undefined) return end;
    }
  }

  /** What follows from a failure; undefined when the request is made again now. */
  async #settle(read: Read, failure: ApiFailure): Promise<Done | undefined> {
    const { api, policy, now, random, signal } = this.#deps;
    if (failure.kind === "gone" && read.mayBeGone) return { ok: true, value: undefined };
    const reason = `read ${read.name}: ${failure.reason}`;
    // The hub stops; nothing is wrong with the API.
    if (signal.aborted) return { ok: false, end: this.#later(0, undefined) };
    if (failure.kind === "unauthorized" && !this.#hasRenewed && api.canRenew) {
      this.#hasRenewed = true;
      return undefined;
    }
    this.#failures += 1;
    if (failure.kind === "gone" || failure.kind === "refused") {
      return { ok: false, end: this.#impossible(reason) };
    }
    api.failed({ ...failure, reason });
    const pause = { firstMs: policy.pauseMsMin, maxMs: policy.pauseMsMax };
    // A limit or a refusal concerns all reads of the store: its budget knows for how long.
    const ownMs = failure.kind === "again" ? pauseAfter(this.#failures, pause, random) : 0;
    const waitMs = Math.max(ownMs, failure.retryAfterMs ?? 0, api.budget.waitMs());
    if (now() + waitMs > this.#deadlineAt) return { ok: false, end: this.#later(waitMs, reason) };
    await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    return undefined;
  }

  #start(): void {
    if (this.#readAt !== undefined) return;
    this.#readAt = new Date(this.#deps.now()).toISOString();
    this.#deps.onStart();
  }

  #later(waitMs: number, reason: string | undefined): Gathered {
    return { kind: "later", waitMs, failures: this.#failures, ...(reason === undefined ? {} : { reason }) };
  }

  #impossible(reason: string): Gathered {
    return { kind: "impossible", reason, failures: this.#failures };
  }
}
