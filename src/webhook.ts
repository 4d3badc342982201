/**
 * A verified webhook and its form in the inbox: one JSON line that describes one or more webhooks, then their bodies as
 * received, one after the other. Several travel in one message under load, because storing costs per message.
 */
import { z } from "zod";
import { AUTHENTICITY, VIA } from "./normalizers/canonical/event.ts";

const description = z.object({
  id: z.string(),
  platform: z.string(),
  store: z.string(),
  /** The platform's variant that the store used; absent for the platform's own wire. */
  variant: z.string().optional(),
  topic: z.string(),
  /** Equal on every retry of one delivery. */
  dedupeKey: z.string(),
  receivedAt: z.string(),
  /** When the platform says it sent this, in its own spelling; empty when it does not say. */
  sentAt: z.string(),
  via: z.enum(VIA),
  authenticity: z.enum(AUTHENTICITY),
  /** Allow-listed request headers, names in lower case. */
  headers: z.record(z.string(), z.string()),
});
const line = z.array(description.extend({ bytes: z.number().int().nonnegative() }));

export type WebhookDescription = z.infer<typeof description>;

export interface Webhook extends WebhookDescription {
  readonly body: Uint8Array;
}

export type ReadWebhooks =
  | { readonly ok: true; readonly webhooks: readonly Webhook[] }
  | { readonly ok: false; readonly problem: string };

const NEWLINE = 10;

/** The message for these webhooks. */
export function encodeWebhooks(webhooks: readonly Webhook[]): Buffer {
  const descriptions = webhooks.map(({ body, ...rest }) => ({ ...rest, bytes: body.length }));
  return Buffer.concat([
    Buffer.from(`${JSON.stringify(descriptions)}\n`),
    ...webhooks.map(({ body }) => body),
  ]);
}

/** The webhooks of a message; throws when it is none. The bodies share the message's memory. */
export function decodeWebhooks(message: Uint8Array): Webhook[] {
  const buffer = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  const end = buffer.indexOf(NEWLINE);
  if (end === -1) throw new Error("the message has no line that describes its webhooks");
  let offset = end + 1;
  return line.parse(JSON.parse(buffer.toString("utf8", 0, end))).map(({ bytes, ...rest }) => {
    const body = buffer.subarray(offset, offset + bytes);
    if (body.length !== bytes) throw new Error("the message is shorter than its webhooks");
    offset += bytes;
    return { ...rest, body };
  });
}

/** The same without a throw, for messages that nobody vouches for. Problems name no content. */
export function readWebhooks(message: Uint8Array): ReadWebhooks {
  try {
    const webhooks = decodeWebhooks(message);
    return webhooks.length > 0 ? { ok: true, webhooks } : { ok: false, problem: "it holds no webhook" };
  } catch (error) {
    const isOurs = error instanceof Error && error.message.startsWith("the message ");
    return { ok: false, problem: isOurs ? error.message : "its first line does not describe webhooks" };
  }
}

/** `acme=3,other=1`: how many webhooks of which store a message holds. Whatever is no such count is left out. */
export function readStores(text: string): (readonly [store: string, count: number])[] {
  return text.split(",").flatMap((part) => {
    const [, store = "", count = ""] = /^([^=]+)=(\d{1,4})$/.exec(part) ?? [];
    return store === "" ? [] : [[store, Number(count)] as const];
  });
}
