/**
 * Several hub processes that work off one inbox in a world of memory, one step at a time. Every port call is two steps,
 * one before and one after its effect; a seed decides which step comes next, and a plan which of them go wrong.
 */
import type { CanonicalEvent } from "../../src/normalizers/canonical/event.ts";
import { isResource } from "../../src/normalizers/canonical/resources.ts";
import { eventsOf } from "../../src/normalizers/transition/events.ts";
import { type EntityRow, entityRow } from "../../src/normalizers/transition/row.ts";
import { createMemoryEntities } from "../../src/publish/entities-memory.ts";
import { findPlatform } from "../../src/normalizers/registry.ts";
import { type Processed, type ProcessDeps, processWebhook } from "../../src/publish/process.ts";
import { mulberry32 } from "../helpers/random.ts";
import { aKnownStore, noThin } from "../helpers/thin.ts";
import { createRowCache } from "../../src/publish/row-cache.ts";
import { createTurns } from "../../src/turns.ts";
import type { Webhook } from "../../src/webhook.ts";

/**
 * What goes wrong instead of a step: `kill` ends the process, `lose` cuts its connection (nobody knows what of all that
 * is under way took effect), `expire` gives one of its messages to somebody else although it is still at work.
 */
export type Fault = "kill" | "lose" | "expire";

export interface Plan {
  readonly webhooks: readonly Webhook[];
  readonly processes: number;
  readonly seed: number;
  /** By number of the step. */
  readonly faults?: ReadonlyMap<number, Fault>;
  /** How many messages back the stream recognizes an id. */
  readonly dedupeWindow?: number;
  /** How many messages a process has in hand at once. */
  readonly inHandMax?: number;
  readonly cacheBytes?: number;
  /** A message is handed out only when no other is in hand anywhere. */
  readonly oneAtATime?: boolean;
}

export interface Outcome {
  readonly rows: ReadonlyMap<string, EntityRow>;
  /** What the stream stored, in order. */
  readonly stream: readonly CanonicalEvent[];
  /** Events of every row that was ever written: what has to be in the stream. */
  readonly owed: ReadonlyMap<string, string>;
  /** What each inbox message became, by its sequence. */
  readonly outcomes: ReadonlyMap<number, Processed>;
  readonly unsettled: number;
  readonly steps: number;
}

const PUBLIC_URL = "https://hub.example.com";
const STEPS_MAX = 50_000;

interface Message {
  readonly sequence: number;
  readonly webhook: Webhook;
  acked: boolean;
}

interface Step {
  readonly owner: HubProcess;
  readonly isSend: boolean;
  readonly go: () => void;
  readonly fail: (error: Error) => void;
}

interface HubProcess {
  readonly deps: ProcessDeps;
  readonly inHand: Set<Message>;
}

export async function simulate(plan: Plan): Promise<Outcome> {
  return new Simulation(plan).run();
}

class Simulation {
  readonly #plan: Plan;
  readonly #random: () => number;
  readonly #texts = new Map<string, { text: string; revision: number }>();
  readonly #entities = createMemoryEntities(this.#texts);
  readonly #stream: CanonicalEvent[] = [];
  readonly #owed = new Map<string, string>();
  readonly #outcomes = new Map<number, Processed>();
  readonly #messages: Message[];
  #waiting: Message[];
  #processes: HubProcess[];
  #ready: Step[] = [];

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#random = mulberry32(plan.seed);
    this.#messages = plan.webhooks.map((webhook, index) => ({ sequence: index + 1, webhook, acked: false }));
    this.#waiting = [...this.#messages];
    this.#processes = Array.from({ length: plan.processes }, () => this.#start());
  }

  async run(): Promise<Outcome> {
    let steps = 0;
    while (this.#messages.some(({ acked }) => !acked) && steps < STEPS_MAX) {
      this.#next(this.#plan.faults?.get(steps));
      steps += 1;
      // All that follows from a step without another port call happens before the next one.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return {
      rows: new Map([...this.#texts].flatMap(([key, { text }]) => toRow(key, text))),
      stream: this.#stream,
      owed: this.#owed,
      outcomes: this.#outcomes,
      unsettled: this.#messages.filter(({ acked }) => !acked).length,
      steps,
    };
  }

  #next(fault: Fault | undefined): void {
    const free = this.#processes.filter(({ inHand }) => inHand.size < (this.#plan.inHandMax ?? 2));
    const step = this.#pick(this.#ready.filter((candidate) => this.#mayGo(candidate)));
    const process = this.#pick(free);
    const isBusy = this.#plan.oneAtATime && this.#processes.some(({ inHand }) => inHand.size > 0);
    const message = isBusy ? undefined : this.#waiting[0];
    if (message && process && (step === undefined || this.#random() < 0.3)) {
      this.#waiting.shift();
      this.#deliver(message, process);
    } else if (step && fault === "kill") this.#kill(step.owner);
    else if (step && fault === "lose") this.#cut(step.owner);
    else if (step) {
      if (fault === "expire") this.#expire(step.owner);
      this.#ready = this.#ready.filter((other) => other !== step);
      step.go();
    }
  }

  /** One connection keeps the order of what is sent over it. */
  #mayGo(step: Step): boolean {
    return !step.isSend || this.#ready.find((other) => other.isSend && other.owner === step.owner) === step;
  }

  #deliver(message: Message, owner: HubProcess): void {
    if (message.acked) return;
    owner.inHand.add(message);
    void this.#work(message, owner);
  }

  /** What the worker does with a message. */
  async #work(message: Message, owner: HubProcess): Promise<void> {
    try {
      const processed = await processWebhook(
        message.webhook,
        { inboxSequence: message.sequence },
        owner.deps,
      );
      await this.#call(owner, false, () => {
        if (!this.#outcomes.has(message.sequence)) this.#outcomes.set(message.sequence, processed);
      });
      await this.#call(owner, false, () => {
        message.acked = true;
      });
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
      if (!message.acked) this.#waiting.push(message);
    }
    owner.inHand.delete(message);
  }

  #kill(owner: HubProcess): void {
    this.#ready = this.#ready.filter((step) => step.owner !== owner);
    this.#waiting.push(...[...owner.inHand].filter((message) => !message.acked));
    this.#processes = this.#processes.map((process) => (process === owner ? this.#start() : process));
  }

  #cut(owner: HubProcess): void {
    const lost = this.#ready.filter((step) => step.owner === owner);
    this.#ready = this.#ready.filter((step) => step.owner !== owner);
    for (const step of lost) step.fail(new Lost());
  }

  #expire(owner: HubProcess): void {
    const message = this.#pick([...owner.inHand]);
    if (message && !message.acked) this.#waiting.push(message);
  }

  #start(): HubProcess {
    const call = <T>(effect: () => T | Promise<T>, isSend = false) => this.#call(owner, isSend, effect);
    const owner: HubProcess = {
      inHand: new Set(),
      deps: {
        entities: {
          load: (key) => call(() => this.#entities.load(key)),
          save: (key, text, revision) => call(() => this.#save(key, text, revision)),
        },
        publisher: { publish: (event) => call(() => this.#publish(event), true) },
        cache: createRowCache(this.#plan.cacheBytes ?? 1_000_000),
        turns: createTurns(),
        isSettled: (sequence) =>
          call(() => this.#messages.slice(0, sequence).every((message) => message.acked)),
        onConflict: () => undefined,
        onRepublish: () => undefined,
        publicUrl: PUBLIC_URL,
        findPlatform,
        findStore: () => aKnownStore(),
        thin: noThin(),
        deadLetter: async () => undefined,
      },
    };
    return owner;
  }

  async #call<T>(owner: HubProcess, isSend: boolean, effect: () => T | Promise<T>): Promise<T> {
    await this.#step(owner, isSend);
    const result = await effect();
    await this.#step(owner, false);
    return result;
  }

  #step(owner: HubProcess, isSend: boolean): Promise<void> {
    return new Promise((go, fail) => {
      // A dead process waits for ever.
      if (this.#processes.includes(owner)) this.#ready.push({ owner, isSend, go, fail });
    });
  }

  async #save(key: string, text: string, revision: number): Promise<number | "conflict"> {
    const saved = await this.#entities.save(key, text, revision);
    if (saved !== "conflict") for (const [, row] of toRow(key, text)) this.#owe(key, row);
    return saved;
  }

  #owe(key: string, row: EntityRow): void {
    const [store = "", resource = "", token = ""] = key.split(".");
    if (!isResource(resource)) return;
    const id = decodeURIComponent(token.replaceAll("=", "%"));
    const origin = { platform: this.#plan.webhooks[0]?.platform ?? "", store, publicUrl: PUBLIC_URL };
    for (const event of eventsOf(row, resource, id, origin)) {
      const text = JSON.stringify(event);
      const known = this.#owed.get(event.id);
      // A newer version of an equal state is written with the outbox as it was.
      if (known !== undefined && known !== text) throw new Error(`two events with the id ${event.id}`);
      this.#owed.set(event.id, text);
    }
  }

  #publish(event: CanonicalEvent): void {
    const { dedupeWindow = Number.POSITIVE_INFINITY } = this.#plan;
    const recent = this.#stream.slice(-Math.min(dedupeWindow, this.#stream.length));
    if (dedupeWindow === 0 || !recent.some(({ id }) => id === event.id)) this.#stream.push(event);
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.#random() * items.length)];
  }
}

class Lost extends Error {}

function toRow(key: string, text: string): [string, EntityRow][] {
  return key.includes(".reference.") ? [] : [[key, entityRow.parse(JSON.parse(text))]];
}
