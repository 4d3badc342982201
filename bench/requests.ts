/**
 * Signed requests: one template, over which each request's id, store and signature are written. All are equally long.
 * Made ahead of the load they stand in one buffer, so that sending one costs no more than a view of it; for a load too
 * large for that they are made when they are sent.
 */
import { createHmac } from "node:crypto";
import { ID_MARKER, orderText } from "./order.ts";
import { productText } from "./product.ts";
import { storeName, storeSecret } from "./stores.ts";

export interface Requests {
  readonly count: number;
  readonly bodyBytes: number;
  readonly at: (index: number) => Buffer;
}

export interface RequestPlan {
  /** Host and port. */
  readonly host: string;
  /** What the webhooks are about is numbered from here on, without gaps. */
  readonly firstId: number;
  readonly count: number;
  /** Requests go to that many stores in turn. */
  readonly stores: number;
  /** The number of the first of these stores; 0 without it. */
  readonly firstStore?: number | undefined;
  /** Orders without it. */
  readonly about?: "orders" | "products" | undefined;
}

const SIGNATURE_MARKER = "A".repeat(44);
const TEXTS = { orders: orderText, products: productText };

/** Builds and signs them; about ten microseconds each. What they tell is of this moment. */
export function buildRequests(plan: RequestPlan): Requests {
  const { count } = plan;
  const { bodyBytes, size, write } = createWriter(plan);
  const bytes = Buffer.allocUnsafe(size * count);
  const at = (index: number) => bytes.subarray(index * size, (index + 1) * size);
  for (let index = 0; index < count; index += 1) write(index, at(index));
  return { count, bodyBytes, at };
}

/** Builds each when it is asked for. */
export function streamRequests(plan: RequestPlan): Requests {
  const { bodyBytes, size, write } = createWriter(plan);
  const at = (index: number) => {
    const bytes = Buffer.allocUnsafe(size);
    write(index, bytes);
    return bytes;
  };
  return { count: plan.count, bodyBytes, at };
}

function createWriter({ host, firstId, stores, firstStore = 0, about = "orders" }: RequestPlan) {
  const body = Buffer.from(TEXTS[about](new Date().toISOString().replace(/\.\d+Z$/, "Z")));
  const template = Buffer.concat([Buffer.from(head(host, `${about}/create`, body.length)), body]);
  const bodyAt = template.length - body.length;
  const ids = findAll(template, ID_MARKER);
  const [nameAt = 0] = findAll(template, storeName(0));
  const [signatureAt = 0] = findAll(template, SIGNATURE_MARKER);
  const write = (index: number, bytes: Buffer) => {
    const store = firstStore + (index % stores);
    const id = String(firstId + index);
    template.copy(bytes);
    for (const at of ids) bytes.write(id, at, "latin1");
    bytes.write(storeName(store), nameAt, "latin1");
    const signed = bytes.subarray(bodyAt);
    const signature = createHmac("sha256", storeSecret(store)).update(signed).digest("base64");
    bytes.write(signature, signatureAt, "latin1");
  };
  return { bodyBytes: body.length, size: template.length, write };
}

function head(host: string, topic: string, bodyBytes: number): string {
  return [
    `POST /webhooks/shopify/${storeName(0)} HTTP/1.1`,
    `Host: ${host}`,
    "User-Agent: Shopify-Captain-Hook",
    "Accept: */*",
    "Accept-Encoding: gzip;q=1.0,deflate;q=0.6,identity;q=0.3",
    "Content-Type: application/json",
    `Content-Length: ${bodyBytes}`,
    `X-Shopify-Topic: ${topic}`,
    `X-Shopify-Hmac-Sha256: ${SIGNATURE_MARKER}`,
    "X-Shopify-Shop-Domain: northwind-goods.myshopify.com",
    "X-Shopify-Api-Version: 2026-07",
    `X-Shopify-Webhook-Id: b54557e4-bdd9-4b37-8a5f-${ID_MARKER}`,
    `X-Shopify-Event-Id: 98880550-7158-44d4-b7cd-${ID_MARKER}`,
    `X-Shopify-Triggered-At: ${new Date().toISOString()}`,
    "",
    "",
  ].join("\r\n");
}

function findAll(bytes: Buffer, marker: string): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(marker); at !== -1; at = bytes.indexOf(marker, at + 1)) found.push(at);
  return found;
}
