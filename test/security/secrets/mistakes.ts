/** Mistakes of every kind at the admin API, each with a secret in the wrong place. */
import { expect } from "vitest";
import type { TalkativeHub } from "./hub.ts";
import { STORES } from "./stores.ts";

type Slip = (name: string) => string;
type Mistake = readonly [method: string, path: string, body: unknown];

export async function makeMistakes({ ask, secret, secrets, endpoint }: TalkativeHub): Promise<void> {
  const slip: Slip = (name) => secret(`slip: ${name}`);
  const token = ["POST", "/api/tokens", { name: "t", scope: slip("scope") }] as const;
  const all = [...withStores(slip), ...withSubscriptions(slip, endpoint.url), token];
  for (const [method, path, body] of all) {
    const { status, text } = await ask(method, path, { body });
    expect(status, `${method} ${path} ${text}`).toBeGreaterThanOrEqual(400);
    expect(status, `${method} ${path} ${text}`).toBeLessThan(500);
  }
  for (const as of [slip("guessed token"), `${secrets.get("admin token")}x`])
    expect((await ask("GET", "/api/stores", { as })).status).toBe(401);
}

function withStores(slip: Slip): Mistake[] {
  const one = { platform: "shopify", name: "one" };
  const bodies: readonly unknown[] = [
    { ...one, name: "BAD NAME", secrets: [slip("bad name")] },
    { ...one, secrets: slip("no list") },
    { ...one, secret: slip("unknown field") },
    { ...one, platform: "nowhere", secrets: [slip("unknown platform")] },
    { ...one, secrets: [slip("long").repeat(40)] },
    { ...one, platform: "mercado-libre", secrets: [`/${slip("token")}`] },
    { ...one, name: STORES[0], secrets: [slip("name taken")] },
    { ...one, platform: "bigcommerce", secrets: ["x"], credentials: { wrong: slip("unknown credential") } },
    `{"platform":"shopify","name":"one","secrets":["${slip("cut JSON")}"`,
    slip("no JSON"),
  ];
  return [
    ...bodies.map((body): Mistake => ["POST", "/api/stores", body]),
    ["PUT", "/api/stores/none/credentials", { credentials: { accessToken: slip("no store") } }],
    ["POST", "/api/stores/none/rotate", { secrets: [slip("rotate nothing")] }],
  ];
}

function withSubscriptions(slip: Slip, url: string): Mistake[] {
  const http = { name: "x", events: ["*"], deliver: "http", url };
  const overNats = { events: ["*"], deliver: "nats", headers: { "X-K": slip("header over NATS") } };
  const bodies: readonly unknown[] = [
    { ...http, secret: slip("no whsec") },
    { ...http, headers: { "X-K": `${slip("header")}\n` } },
    { ...http, url: `http://u:${slip("password in a URL")}@127.0.0.1/` },
  ];
  return [
    ...bodies.map((body): Mistake => ["POST", "/api/subscriptions", body]),
    ["PUT", "/api/subscriptions/x", overNats],
  ];
}
