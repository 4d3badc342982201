import type { StreamSettings } from "../../src/nats/streams.ts";

const DAY = 86_400;

/** How the streams of a test are declared: one copy of each, kept for a day. */
export const STREAM_SETTINGS: StreamSettings = {
  replicas: 1,
  retentionSeconds: { inbox: DAY, commerce: DAY, dead: DAY, attempts: DAY },
};
