/** What a server holds at a moment, to prove that something changed nothing. */
import type { Broker } from "../../src/nats/connect.ts";

/** Streams with their settings and messages, and the places of all consumers but the ones named. */
export async function snapshot(
  { jsm }: Pick<Broker, "jsm">,
  except: readonly string[] = [],
): Promise<object> {
  const streams: Record<string, unknown> = {};
  for await (const { config, state } of jsm.streams.list()) {
    const { messages, first_seq, last_seq, num_deleted } = state;
    const consumers: Record<string, unknown> = {};
    for await (const info of jsm.consumers.list(config.name)) {
      if (except.includes(info.name)) continue;
      const { delivered, ack_floor, num_ack_pending, num_pending, num_redelivered } = info;
      consumers[info.name] = {
        config: info.config,
        delivered: delivered.stream_seq,
        acknowledged: ack_floor.stream_seq,
        num_ack_pending,
        num_pending,
        num_redelivered,
      };
    }
    streams[config.name] = { config, messages, first_seq, last_seq, num_deleted, consumers };
  }
  return streams;
}
