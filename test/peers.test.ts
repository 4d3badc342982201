/** What only all processes of a hub together can answer. */
import { describe, expect, it } from "vitest";
import { createAuthFailures } from "../src/auth-failures.ts";
import { createRejections, type Rejection } from "../src/ingest/rejections.ts";
import { createMetrics } from "../src/metrics.ts";
import { createPeers, type Switchboard } from "../src/peers.ts";
import { createScrape } from "../src/scrape.ts";
import { eventually } from "./helpers/eventually.ts";

/** Two processes that reach each other. */
function aPair(): [Switchboard, Switchboard] {
  const a: Switchboard = createPeers({
    gather: async (topic) => [await b.read(topic)],
    tell: (topic, message) => b.hear(topic, message),
  });
  const b: Switchboard = createPeers({
    gather: async (topic) => [await a.read(topic)],
    tell: (topic, message) => a.hear(topic, message),
  });
  return [a, b];
}

function aRejection(at: string): Rejection {
  return { at, requestId: at, platform: "shopify", store: "acme", reason: "wrong_signature" };
}

describe("rejections", () => {
  it("are those of all processes, newest first, and no more than 500", async () => {
    const [here, there] = aPair().map(createRejections);
    const moment = (second: number) => new Date(second * 1000).toISOString();
    for (let second = 0; second < 600; second += 1) {
      (second % 2 === 0 ? here : there)?.add(aRejection(moment(second)));
    }
    const listed = (await here?.list()) ?? [];
    expect(listed).toHaveLength(500);
    expect(listed.slice(0, 3).map(({ at }) => at)).toEqual([moment(599), moment(598), moment(597)]);
    expect(await there?.list()).toEqual(listed);
  });
});

describe("failed authentications", () => {
  it("count for all processes together", () => {
    const [here, there] = aPair().map(createAuthFailures);
    const address = "192.0.2.1";
    for (let attempt = 0; attempt < 10; attempt += 1) {
      here?.add(address, 1000);
      there?.add(address, 1000);
    }
    expect(here?.secondsToWait(address, 2000)).toBe(59);
    expect(there?.secondsToWait(address, 2000)).toBe(59);
    expect(here?.secondsToWait("192.0.2.2", 2000)).toBe(0);
  });
});

describe("/metrics", () => {
  const figures = (text: string) => text.split("\n").filter((line) => /^entrepot_nats_connected/.test(line));

  it("tells the figures of all workers, each under its number", async () => {
    const scrapes = aPair().map((peers, index) => {
      const metrics = createMetrics({ worker: index + 1 });
      metrics.connected.set(index);
      metrics.requests.inc({ platform: "shopify", outcome: "stored" }, 10 + index);
      metrics.answerSeconds.observe({ platform: "shopify" }, 0.01);
      return createScrape(metrics.registry, peers);
    });
    for (const scrape of scrapes) {
      const text = await scrape.text();
      expect(figures(text).sort()).toEqual([
        'entrepot_nats_connected{worker="1"} 0',
        'entrepot_nats_connected{worker="2"} 1',
      ]);
      expect(text).toContain(
        'entrepot_webhook_requests_total{platform="shopify",outcome="stored",worker="2"} 11',
      );
      expect(text).toContain('entrepot_webhook_answer_seconds_count{platform="shopify",worker="1"} 1');
      expect(text.match(/^# TYPE entrepot_webhook_requests_total counter$/gm)).toHaveLength(1);
    }
  });

  it("has no such label where there is one process", async () => {
    const metrics = createMetrics();
    metrics.connected.set(1);
    expect(figures(await createScrape(metrics.registry, createPeers()).text())).toEqual([
      "entrepot_nats_connected 1",
    ]);
  });

  it("tells of the process, too, and how long its event loop took since it was asked last", async () => {
    const scrape = createScrape(createMetrics({ defaults: true }).registry, createPeers());
    await eventually(async () => {
      const text = await scrape.text();
      expect(text).toMatch(/^process_start_time_seconds \d/m);
      expect(text).toMatch(/^nodejs_eventloop_lag_mean_seconds 0\.\d/m);
    });
  });
});
