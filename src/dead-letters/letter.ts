/** What a dead letter says, and how it stands in a message of the DEAD stream. */
import { type JsMsg, type MsgHdrs, millis, type StoredMsg } from "nats";
import { envelope } from "../normalizers/canonical/event.ts";
import { decodeWebhooks, type WebhookDescription } from "../webhook.ts";

export interface DeadLetter {
  /** Position in the DEAD stream; names the letter for `redrive`. */
  readonly sequence: number;
  readonly stage: string;
  readonly reason: string;
  readonly attempts: number;
  readonly at: string;
  readonly bytes: number;
  /** A webhook that could not be processed. */
  readonly webhook?: Omit<WebhookDescription, "headers">;
  /** An event that a subscription did not take. */
  readonly delivery?: DeadDelivery;
}

export interface DeadDelivery {
  readonly subscription: string;
  readonly eventId: string;
  readonly type: string;
  readonly store: string;
  /** The last answer, cut. */
  readonly status?: number;
  readonly response?: string;
}

const REASON_LENGTH_MAX = 1000;
export const HEADER = {
  reason: "Entrepot-Reason",
  attempts: "Entrepot-Attempts",
  subscription: "Entrepot-Subscription",
  status: "Entrepot-Status",
  response: "Entrepot-Response",
  wholeMessageOf: "Entrepot-Whole-Message-Of",
} as const;

/** What the letter in a message of the DEAD stream says. */
export function readLetter({ seq, subject, headers, info, data }: JsMsg): DeadLetter {
  return toDeadLetter({ seq, subject, headers, time: new Date(millis(info.timestampNanos)), data });
}

/** The same for one that was asked for by its sequence. */
export function readStored({ seq, subject, header, time, data }: StoredMsg): DeadLetter {
  return toDeadLetter({ seq, subject, headers: header, time, data });
}

/** A message of the DEAD stream, however it was read. */
interface Kept {
  readonly seq: number;
  readonly subject: string;
  readonly headers: MsgHdrs | undefined;
  readonly time: Date;
  readonly data: Uint8Array;
}

function toDeadLetter(kept: Kept): DeadLetter {
  const { seq, subject, headers, time, data } = kept;
  const common = {
    sequence: seq,
    stage: stageOf(subject),
    reason: decodeURIComponent(headers?.get(HEADER.reason) ?? ""),
    attempts: Number(headers?.get(HEADER.attempts)),
    at: time.toISOString(),
  };
  if (common.stage === "deliver") return { ...common, bytes: data.length, delivery: toDelivery(kept) };
  const [webhook] = decodeWebhooks(data);
  if (webhook === undefined) throw new Error(`dead letter ${seq} holds no webhook`);
  const { body, headers: _headers, ...description } = webhook;
  return { ...common, bytes: body.length, webhook: description };
}

function toDelivery({ headers, data }: Kept): DeadDelivery {
  const { id, type, store } = envelope.parse(JSON.parse(Buffer.from(data).toString("utf8")));
  const text = (name: string) => headers?.get(name) ?? "";
  const status = text(HEADER.status);
  const response = text(HEADER.response);
  return {
    subscription: text(HEADER.subscription),
    eventId: id,
    type,
    store,
    ...(status === "" ? {} : { status: Number(status) }),
    ...(response === "" ? {} : { response: decodeURIComponent(response) }),
  };
}

/** Header values hold no line breaks. Cutting may split a character in two, and half of one cannot be encoded. */
export function encodeText(text: string): string {
  return encodeURIComponent(Buffer.from(text.slice(0, REASON_LENGTH_MAX)).toString());
}

export function stageOf(subject: string): string {
  return subject.split(".").at(-4) ?? "";
}
