import { describe, expect, it } from "vitest";
import { createNames } from "../../src/nats/names.ts";
import type { AccessOffer } from "../../src/subscriptions/access.ts";
import type { Subscription } from "../../src/subscriptions/subscription.ts";
import { issuedView, subscriptionView, toView } from "../../src/subscriptions/view.ts";
import { secretBox } from "../helpers/app.ts";
import { aSubscription, createMemoryAccess } from "../helpers/subscriptions.ts";

const names = createNames("");

function view(
  subscription: Subscription,
  { offer, stores = ["acme"] }: { offer?: AccessOffer; stores?: string[] } = {},
) {
  return toView(subscription, {
    access: createMemoryAccess(() => 0, offer),
    names,
    isStore: (name) => stores.includes(name),
  });
}

function overNats(overrides: Partial<Subscription> = {}): Subscription {
  const { endpoint: _endpoint, ...plain } = aSubscription(secretBox, { name: "erp" });
  const consumers = [
    { stream: "COMMERCE", name: "erp_1", filter: "commerce.*.*.order.*", from: 1 },
    { stream: "COMMERCE", name: "erp_2", filter: "commerce.*.*.stock.out", from: 1 },
    { stream: "DIRECT", name: "erp_3", filter: "direct.erp", from: 1 },
  ];
  return { ...plain, deliver: "nats", events: ["order.*", "stock.out"], consumers, ...overrides };
}

describe("an HTTP subscription", () => {
  const { endpoint, ...plain } = aSubscription(secretBox);
  if (endpoint === undefined) throw new Error("no endpoint");
  const headers = { Authorization: secretBox.seal("Bearer x", "subscription:crm") };
  const secrets = [{ sealed: "v1.sealed", createdAt: "c", expiresAt: "e" }, ...endpoint.secrets];
  const shown = view({ ...plain, endpoint: { ...endpoint, headers, secrets, ratePerSecond: 5 } });

  it("is shown with its endpoint, names of headers and ages of secrets", () => {
    expect(subscriptionView.strict().parse(shown)).toEqual({
      name: "crm",
      state: "active",
      events: ["order.*"],
      startAt: "now",
      createdAt: "2026-11-01T10:00:00.000Z",
      updatedAt: "2026-11-01T10:00:00.000Z",
      deliver: "http",
      url: "https://crm.example.com/hook",
      headers: ["Authorization"],
      ordered: false,
      timeoutMs: 15_000,
      concurrency: 8,
      ratePerSecond: 5,
      retrySeconds: [5, 300],
      disableAfterSeconds: 432_000,
      secrets: [{ createdAt: "c", expiresAt: "e" }, { createdAt: "2026-11-01T10:00:00.000Z" }],
    });
  });

  it("holds nothing that is sealed", () => {
    expect(JSON.stringify(shown)).not.toContain("v1.");
  });
});

describe("a NATS subscription", () => {
  it("is shown with all that a client needs, and which consumers are whole", () => {
    const user = { key: "UKEY", createdAt: "c", expiresAt: "e" };
    const access = {
      account: "AKEY",
      sealedSeed: "v1.seed",
      users: [user],
      revoked: [{ key: "UOLD", at: "a" }],
    };
    const shown = view(overNats({ access }));
    expect(issuedView.strict().parse(shown)).toMatchObject({
      servers: ["nats://hub.example.com:4222"],
      apiPrefix: "hub.API",
      stream: "COMMERCE",
      consumers: [
        { stream: "COMMERCE", name: "erp_1", filter: "commerce.*.*.order.*", whole: true },
        { stream: "COMMERCE", name: "erp_2", filter: "commerce.*.*.stock.out", whole: false },
        { stream: "DIRECT", name: "erp_3", filter: "direct.erp", whole: false },
      ],
      users: [{ createdAt: "c", expiresAt: "e" }],
    });
    expect(JSON.stringify(shown)).not.toMatch(/v1\.|AKEY|UKEY|UOLD/);
    expect(shown.needed).toBeUndefined();
  });

  it("says what the operator has to do where the hub gives no credentials", () => {
    expect(view(overNats(), { offer: { kind: "operator", needed: () => ["an account"] } })).toMatchObject({
      needed: ["an account"],
    });
  });

  it("says that its content filter is the client's to apply", () => {
    const where = { path: "order.currency", equals: "EUR" };
    expect(view(overNats({ where })).notes).toEqual([
      expect.stringContaining("applied by the client library"),
    ]);
    expect(view({ ...aSubscription(secretBox), where }).notes).toBeUndefined();
  });
});

it("a store that is not connected is noted", () => {
  const stores = ["acme", "akme"];
  expect(view(aSubscription(secretBox, { stores })).notes).toEqual(["no store named akme is connected"]);
});
