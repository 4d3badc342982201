/**
 * What the hub's account offers to the accounts of subscribers, and what one of those takes of it. Every subject has a
 * fixed number of tokens before its end, so that none of them can be read as one of another consumer.
 */
import type { AccessibleConsumer } from "../../subscriptions/access.ts";

/** Where the JetStream API stands in a subscriber's account; `$JS.API` itself is taken in every account. */
export const API_PREFIX = "hub.API";

/** A request that subscribers may make of the hub's account. */
export interface Service {
  readonly name: string;
  /** In the hub's account. */
  readonly subject: string;
  /** In the subscriber's account, where it differs. */
  readonly localSubject?: string;
  readonly responseType: "Singleton" | "Stream";
}

/** The services of one stream, for any consumer of it: each is open to accounts that hold a token for a consumer. */
export function exportedServices(stream: string): Service[] {
  return servicesOf({ stream, name: "*" });
}

/** The services that a subscriber needs for one consumer of its own: fetch, ask how it stands, acknowledge. */
export function servicesOf({ stream, name }: AccessibleConsumer): Service[] {
  const next = `CONSUMER.MSG.NEXT.${stream}.${name}`;
  const info = `CONSUMER.INFO.${stream}.${name}`;
  const of = `${stream} ${name}`;
  return [
    {
      name: `next ${of}`,
      subject: `$JS.API.${next}`,
      localSubject: `${API_PREFIX}.${next}`,
      responseType: "Stream",
    },
    {
      name: `info ${of}`,
      subject: `$JS.API.${info}`,
      localSubject: `${API_PREFIX}.${info}`,
      responseType: "Singleton",
    },
    { name: `ack ${of}`, subject: `$JS.ACK.${stream}.${name}.*.*.*.*.*`, responseType: "Singleton" },
    {
      name: `ack-domain ${of}`,
      subject: `$JS.ACK.*.*.${stream}.${name}.*.*.*.*.>`,
      responseType: "Singleton",
    },
  ];
}
