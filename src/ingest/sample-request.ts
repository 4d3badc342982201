/** A sample webhook as its platform would send it: address, headers, body and signature. */
import type { SampleOptions, Wire } from "../normalizers/wire.ts";
import { addressOf } from "./address.ts";
import { sign } from "./signature/sign.ts";

export interface SampleRequestOptions {
  readonly wire: Wire;
  readonly platform: string;
  readonly store: string;
  /** What the platform calls, which some sign. */
  readonly publicUrl: string;
  readonly topic: string;
  readonly sample: SampleOptions;
  /** For schemes of public keys the private one, as PEM. */
  readonly secret: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** Equal on every retry. */
  readonly deliveryId: string;
  /** Milliseconds; when it is signed. */
  readonly now: number;
  /** Instead of the topic's sample. */
  readonly body?: Uint8Array | string;
}

export interface SampleRequest {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

/** Throws when the secret does not fit the wire's scheme. */
export function sampleRequest(options: SampleRequestOptions): SampleRequest {
  const { wire, platform, store, publicUrl, topic, sample, secret, settings = {}, deliveryId, now } = options;
  const url = addressOf(wire, { publicUrl, platform, store, token: secret, topic });
  const body = Buffer.from(options.body ?? wire.samples.bodies[topic]?.({ ...sample, deliveryId }) ?? "");
  const headers = {
    "content-type": contentTypeOf(wire),
    ...wire.samples.headers(topic, sample, deliveryId),
  };
  const [scheme] = wire.schemes;
  if (scheme === undefined) return { url, headers, body };
  return { url, ...sign({ scheme, secret, body, url, headers, settings, now }) };
}

function contentTypeOf({ payload }: Wire): string {
  if (payload?.kind === "form") return "application/x-www-form-urlencoded";
  return payload?.kind === "jwt" ? "text/plain" : "application/json";
}
