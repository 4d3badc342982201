/** Published payloads that are a part of a request's body, or of a variant's: which request they belong to. */
import { findPath } from "../../src/ingest/source.ts";

export interface RequestOf {
  readonly variant?: string;
  readonly topic: string;
  readonly body: unknown;
}

/** Of entities of Magento's REST API, the event of the async-events module that sends it. */
const MAGENTO_EVENTS: Readonly<Record<string, string>> = {
  order: "sales.order.updated",
  invoice: "sales.invoice.created",
  shipment: "sales.shipment.created",
  creditmemo: "sales.creditmemo.created",
  product: "catalog.product.updated",
  customer: "customer.updated",
};

/** Undefined for payloads that are whole bodies and have their topic in the file's name. */
export function requestOf(platform: string, file: string, payload: unknown): RequestOf | undefined {
  if (platform !== "magento") return undefined;
  const [, kind, name = "", part] = /^(rest|ioevents)\.([a-z_]+)(\.value)?-\d+\.json$/.exec(file) ?? [];
  if (kind === "rest") {
    const topic = MAGENTO_EVENTS[name];
    return topic === undefined ? undefined : { topic, body: { data: payload } };
  }
  if (kind === undefined) return undefined;
  const value = part === undefined ? findPath(payload, "event.data.value") : payload;
  return { variant: "io-events", topic: `com.adobe.commerce.observer.${name}`, body: { data: { value } } };
}
