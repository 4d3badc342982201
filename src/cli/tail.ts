import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type CanonicalEvent, envelope } from "../normalizers/canonical/event.ts";
import { visibleOnOneLine } from "../visible.ts";
import { createApi } from "./api.ts";
import { UsageError, type Verb } from "./usage.ts";

const OPTIONS = {
  store: { type: "string" },
  type: { type: "string" },
  entity: { type: "string" },
  after: { type: "string" },
  json: { type: "boolean" },
} as const;

const RECONNECT_MS = 1000;

export const tail: Verb = {
  usage: "tail [--store NAME] [--type order.paid] [--entity ID] [--after CURSOR] [--json]",
  summary: "Show canonical events as they come",
  run: async ({ args, env, print, signal }) => {
    const { values } = parseArgs({ args, options: OPTIONS, allowPositionals: false });
    const { json, after, ...filter } = values;
    const api = createApi(env);
    const show = (event: CanonicalEvent) => print(json ? JSON.stringify(event) : toLine(event));
    let cursor = after;
    let isConnected = false;
    while (!signal.aborted) {
      try {
        const query = new URLSearchParams({ ...filter, ...(cursor === undefined ? {} : { after: cursor }) });
        const response = await api.open(`/api/events/live?${query}`, signal);
        isConnected = true;
        for await (const { id, data } of messagesOf(response)) {
          cursor = id;
          show(envelope.parse(JSON.parse(data)));
        }
      } catch (error) {
        if (error instanceof UsageError && !isConnected) throw error;
      }
      // The hub went away: come back where we were as soon as it is there again.
      await sleep(RECONNECT_MS, undefined, { signal }).catch(() => undefined);
    }
  },
};

async function* messagesOf(response: Response): AsyncGenerator<{ id: string; data: string }> {
  let buffered = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    buffered += decoder.decode(chunk, { stream: true });
    const blocks = buffered.split("\n\n");
    buffered = blocks.pop() ?? "";
    for (const block of blocks) {
      const id = field(block, "id");
      const data = field(block, "data");
      if (id !== undefined && data !== undefined) yield { id, data };
    }
  }
}

function field(block: string, name: string): string | undefined {
  return block
    .split("\n")
    .find((line) => line.startsWith(`${name}:`))
    ?.slice(name.length + 1)
    .trim();
}

/** `10:24:07 acme order.paid 820982911946154508 #2 paymentStatus, totals.paid` */
function toLine(event: CanonicalEvent): string {
  const { changed } = event.data;
  const what =
    Array.isArray(changed) && changed.length > 0 ? changed.join(", ") : event.firstseen ? "first seen" : "";
  const sequence = event.sequence === undefined ? "" : `#${event.sequence}`;
  const { time, store, type, subject = "" } = event;
  return visibleOnOneLine([time, store, type.padEnd(24), subject, sequence, what].join("  ").trimEnd());
}
