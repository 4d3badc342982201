/** Builds the requests of samples, posts them and tells what the hub answered. */
import { randomUUID } from "node:crypto";
import { type SampleRequest, sampleRequest } from "../ingest/sample-request.ts";
import { toTimestamp } from "../normalizers/canonical/time.ts";
import type { LifeStage, SampleOptions, Wire } from "../normalizers/wire.ts";
import { UsageError } from "./usage.ts";

export interface Destination {
  readonly platform: string;
  readonly wire: Wire;
  readonly store: string;
  readonly secret: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Where the hub is reached. */
  readonly url: string;
  /** What the platform would call, which some sign. */
  readonly publicUrl: string;
}

export interface Step {
  readonly topic: string;
  readonly stage?: LifeStage | undefined;
}

interface Play {
  readonly steps: readonly Step[];
  readonly copies: number;
  readonly sample: SampleOptions;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface Sent extends Answer {
  readonly topic: string;
  readonly id: string;
}

/** How many of the requests were refused. */
export async function play(
  to: Destination,
  { steps, copies, sample }: Play,
  show: (sent: Sent) => void,
): Promise<number> {
  let failed = 0;
  for (const [position, { topic, stage }] of steps.entries()) {
    const request = build(to, topic, { ...sample, at: later(sample.at, position), stage });
    for (let copy = 0; copy < copies; copy += 1) {
      const answer = await post(request);
      if (answer.status !== 200) failed += 1;
      show({ topic, id: sample.id, ...answer });
    }
  }
  return failed;
}

/** Signed for the public address, posted to where the hub is reached from here. */
function build(to: Destination, topic: string, sample: SampleOptions): SampleRequest {
  try {
    const request = sampleRequest({ ...to, topic, sample, deliveryId: randomUUID(), now: Date.now() });
    return { ...request, url: `${to.url}${request.url.slice(to.publicUrl.length)}` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`This cannot be signed with that secret: ${reason}.`);
  }
}

/** Each step of a life a second after the one before, so that platforms without finer times keep their order. */
function later(at: string, seconds: number): string {
  if (seconds === 0) return at;
  return new Date(Date.parse(toTimestamp(at) ?? at) + seconds * 1000).toISOString().replace(/\.\d+Z$/, "Z");
}

async function post({ url, headers, body }: SampleRequest): Promise<Answer> {
  const response = await fetch(url, { method: "POST", headers, body: new Uint8Array(body) }).catch(() => {
    throw new UsageError(
      `No hub answers at ${new URL(url).origin}: start one with "npm start", or set ENTREPOT_URL.`,
    );
  });
  return { status: response.status, text: await response.text() };
}
