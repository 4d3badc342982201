/** The options of `subscription add` and `subscription set` as what the admin API takes. */
import { UsageError } from "./usage.ts";

export const SUBSCRIPTION_OPTIONS = {
  events: { type: "string", multiple: true },
  store: { type: "string", multiple: true },
  platform: { type: "string", multiple: true },
  where: { type: "string" },
  "start-at": { type: "string" },
  deliver: { type: "string" },
  url: { type: "string" },
  header: { type: "string", multiple: true },
  ordered: { type: "boolean" },
  "timeout-ms": { type: "string" },
  concurrency: { type: "string" },
  rate: { type: "string" },
  "retry-seconds": { type: "string" },
  "disable-after-seconds": { type: "string" },
  disabled: { type: "boolean" },
  json: { type: "boolean" },
} as const;

type Values = {
  readonly [Name in keyof typeof SUBSCRIPTION_OPTIONS]?: (typeof SUBSCRIPTION_OPTIONS)[Name] extends {
    readonly multiple: true;
  }
    ? string[] | undefined
    : (typeof SUBSCRIPTION_OPTIONS)[Name] extends { readonly type: "boolean" }
      ? boolean | undefined
      : string | undefined;
};

export function toInput(values: Values): Record<string, unknown> {
  const events = (values.events ?? []).flatMap((list) => list.split(","));
  if (events.length === 0)
    throw new UsageError("--events needs names such as order.* or order.paid,stock.changed.");
  const given = {
    events,
    stores: values.store,
    platforms: values.platform,
    where: values.where === undefined ? undefined : parseWhere(values.where),
    startAt: values["start-at"] === undefined ? undefined : toStartAt(values["start-at"]),
    deliver: values.deliver ?? (values.url === undefined ? "nats" : "http"),
    url: values.url,
    headers: values.header && Object.fromEntries(values.header.map(toHeader)),
    ordered: values.ordered,
    timeoutMs: toNumber("timeout-ms", values["timeout-ms"]),
    concurrency: toNumber("concurrency", values.concurrency),
    ratePerSecond: toNumber("rate", values.rate),
    retrySeconds: values["retry-seconds"]
      ?.split(",")
      .map((seconds) => toNumber("retry-seconds", seconds, "numbers such as 5,300,1800")),
    disableAfterSeconds: toNumber("disable-after-seconds", values["disable-after-seconds"]),
    enabled: values.disabled ? false : undefined,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function parseWhere(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`--where needs JSON such as '{"path":"order.paymentStatus","equals":"paid"}'.`);
  }
}

/** A sequence is a number; everything else is checked by the hub. */
function toStartAt(text: string): string | number {
  return /^\d+$/.test(text) ? Number(text) : text;
}

function toHeader(text: string): [string, string] {
  const [, name, value] = /^([^:]+):\s*(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new UsageError("--header needs 'Name: value'.");
  return [name.trim(), value];
}

function toNumber(option: string, text: string | undefined, needed = "a number"): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number)) throw new UsageError(`--${option} needs ${needed}.`);
  return number;
}
