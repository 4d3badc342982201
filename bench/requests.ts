/**
 * Signed requests, made ahead of the load: one template, over which each request's id, store and signature are written.
 * All are equally long and stand in one buffer, so that sending one costs no more than a view of it.
 */
import { createHmac } from "node:crypto";
import { ID_MARKER, orderText } from "./order.ts";
import { storeName, storeSecret } from "./stores.ts";

export interface Requests {
  readonly count: number;
  readonly bodyBytes: number;
  readonly at: (index: number) => Buffer;
}

interface RequestPlan {
  /** Host and port. */
  readonly host: string;
  /** Orders are numbered from here on, without gaps. */
  readonly firstId: number;
  readonly count: number;
  /** Requests go to that many stores in turn. */
  readonly stores: number;
}

const SIGNATURE_MARKER = "A".repeat(44);

/** Builds and signs them; about ten microseconds each. The orders are of this moment. */
export function buildRequests({ host, firstId, count, stores }: RequestPlan): Requests {
  const body = Buffer.from(orderText(new Date().toISOString().replace(/\.\d+Z$/, "Z")));
  const template = Buffer.concat([Buffer.from(head(host, body.length)), body]);
  const bodyAt = template.length - body.length;
  const ids = findAll(template, ID_MARKER);
  const [nameAt = 0] = findAll(template, storeName(0));
  const [signatureAt = 0] = findAll(template, SIGNATURE_MARKER);
  const size = template.length;
  const bytes = Buffer.allocUnsafe(size * count);
  for (let index = 0; index < count; index += 1) {
    const from = index * size;
    const store = index % stores;
    const id = String(firstId + index);
    template.copy(bytes, from);
    for (const at of ids) bytes.write(id, from + at, "latin1");
    bytes.write(storeName(store), from + nameAt, "latin1");
    const signed = bytes.subarray(from + bodyAt, from + size);
    const signature = createHmac("sha256", storeSecret(store)).update(signed).digest("base64");
    bytes.write(signature, from + signatureAt, "latin1");
  }
  return {
    count,
    bodyBytes: body.length,
    at: (index) => bytes.subarray(index * size, (index + 1) * size),
  };
}

function head(host: string, bodyBytes: number): string {
  return [
    `POST /webhooks/shopify/${storeName(0)} HTTP/1.1`,
    `Host: ${host}`,
    "User-Agent: Shopify-Captain-Hook",
    "Accept: */*",
    "Accept-Encoding: gzip;q=1.0,deflate;q=0.6,identity;q=0.3",
    "Content-Type: application/json",
    `Content-Length: ${bodyBytes}`,
    "X-Shopify-Topic: orders/create",
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
