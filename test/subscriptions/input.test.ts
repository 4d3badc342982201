import { describe, expect, it } from "vitest";
import { createEgress } from "../../src/egress/egress.ts";
import { checkInput, newSubscription, type SubscriptionInput } from "../../src/subscriptions/input.ts";

const HTTP = { events: ["order.*"], deliver: "http", url: "https://crm.example.com/hook" } as const;
const NATS = { events: ["order.*"], deliver: "nats" } as const;
const checks = {
  platforms: [{ id: "shopify" }, { id: "woocommerce" }],
  egress: createEgress({ allow: ["10.0.0.0/8"] }),
  now: () => Date.parse("2026-11-01T12:00:00Z"),
};

/** What is wrong by the schema, as `place: message`, or else beyond it. */
function problemsOf(input: object): string[] {
  const parsed = newSubscription.safeParse({ name: "crm", ...input });
  if (parsed.success) return checkInput(parsed.data, checks);
  return parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("an input that is fine", () => {
  it.each<[string, object]>([
    ["over HTTP", HTTP],
    ["over NATS", NATS],
    ["for every event", { ...NATS, events: ["*"] }],
    [
      "with everything",
      {
        ...HTTP,
        url: "http://10.1.2.3:8080/hook",
        stores: ["acme", "not-connected-yet"],
        platforms: ["shopify"],
        where: { all: [{ path: "order.paymentStatus", equals: "paid" }] },
        startAt: "2026-10-01T12:00:00+02:00",
        enabled: false,
        headers: { Authorization: "Bearer x" },
        secret: `whsec_${"a".repeat(43)}=`,
        ordered: true,
        timeoutMs: 100,
        concurrency: 100,
        ratePerSecond: 0.5,
        retrySeconds: [],
        disableAfterSeconds: 60,
      },
    ],
    ...["now", "beginning", 1].map((startAt): [string, object] => [`from ${startAt}`, { ...NATS, startAt }]),
  ])("%s", (_what, input) => {
    expect(problemsOf(input)).toEqual([]);
  });
});

describe("what is refused", () => {
  it.each<[string, object, string | RegExp]>([
    ["a name in capitals", { ...NATS, name: "CRM" }, /^name: needs a to z/],
    ["a name that is too long", { ...NATS, name: "a".repeat(64) }, /^name: needs a to z/],
    ["no events", { ...NATS, events: [] }, /^events: /],
    [
      "an event that does not exist",
      { ...NATS, events: ["order.*", "order.payed"] },
      "events: there is no event order.payed; did you mean order.paid?",
    ],
    ["a resource that does not exist", { ...NATS, events: ["orders.*"] }, /did you mean order\.\*\?$/],
    ["an event that is none", { ...NATS, events: ["commerce.>"] }, /^events: there is no event commerce\.>/],
    ["a store with a name that none can have", { ...NATS, stores: ["Acme Inc"] }, /^stores\.0: needs names/],
    ["no stores, which is not all", { ...NATS, stores: [] }, /^stores: /],
    [
      "a platform that does not exist",
      { ...NATS, platforms: ["shopifi"] },
      "platforms: shopifi is not one of shopify, woocommerce",
    ],
    [
      "a condition on a path that does not exist",
      { ...NATS, where: { any: [{ path: "order.paymentStaus", equals: "paid" }] } },
      /^where\.any\.0: .*order\.paymentStatus/,
    ],
    [
      "a condition on a path that these events do not have",
      { ...NATS, where: { path: "stock.available", lt: 3 } },
      /^where: /,
    ],
    [
      "a condition of a form that is none",
      { ...NATS, where: { path: "order.id", like: "x" } },
      /^where: there is no like/,
    ],
    [
      "a start that is none",
      { ...NATS, startAt: "yesterday" },
      "startAt: needs now, beginning, a moment such as 2026-11-01T12:00:00Z, or a stream sequence above 0",
    ],
    ["a start at sequence 0", { ...NATS, startAt: 0 }, /^startAt: needs now/],
    [
      "a start in a time zone that is not said",
      { ...NATS, startAt: "2026-10-01T12:00:00" },
      /^startAt: needs now/,
    ],
    [
      "a start that is still to come",
      { ...NATS, startAt: "2026-11-01T12:00:01Z" },
      "startAt: 2026-11-01T12:00:01Z is still to come",
    ],
    ["another way of delivery", { ...NATS, deliver: "mail" }, /^deliver: /],
    ["no way of delivery", { events: ["*"] }, /^deliver: /],
    ["HTTP without a URL", { ...HTTP, url: undefined }, "url: is needed for deliver http"],
    ["a URL that is none", { ...HTTP, url: "crm" }, "url: That is no URL."],
    [
      "a URL of another kind",
      { ...HTTP, url: "ftp://crm.example.com" },
      "url: The URL must begin with http or https.",
    ],
    [
      "a URL with a password",
      { ...HTTP, url: "https://a:b@crm.example.com" },
      /^url: The URL must not hold a user/,
    ],
    [
      "this machine",
      { ...HTTP, url: "http://localhost:8080/api/stores" },
      /^url: The address is not public \(loopback\)/,
    ],
    [
      "the cloud's metadata",
      { ...HTTP, url: "http://169.254.169.254/latest" },
      /^url: The address is not public/,
    ],
    [
      "a private network that is not allowed",
      { ...HTTP, url: "http://192.168.0.1/" },
      /^url: The address is not public/,
    ],
    [
      "a header that the hub sets",
      { ...HTTP, headers: { "Webhook-Id": "1" } },
      "headers: The header Webhook-Id is set by the hub.",
    ],
    [
      "a header with a line break",
      { ...HTTP, headers: { "X-A": "1\r\nHost: x" } },
      /^headers: The value of X-A/,
    ],
    ["a secret that is too short", { ...HTTP, secret: "whsec_c2hvcnQ=" }, /^secret: needs whsec_/],
    ["a timeout of no length", { ...HTTP, timeoutMs: 0 }, /^timeoutMs: /],
    ["more at once than is sane", { ...HTTP, concurrency: 101 }, /^concurrency: /],
    ["a rate of nothing", { ...HTTP, ratePerSecond: 0 }, /^ratePerSecond: /],
    ["a pause of a month", { ...HTTP, retrySeconds: [2_592_000] }, /^retrySeconds\.0: /],
    ["a word that there is not", { ...HTTP, retries: 3 }, /retries/],
  ])("%s", (_what, input, expected) => {
    expect(problemsOf(input)).toEqual([expect.stringMatching(expected)]);
  });

  it.each([
    ["url", "https://crm.example.com"],
    ["headers", {}],
    ["secret", `whsec_${"a".repeat(43)}=`],
    ["ordered", false],
    ["timeoutMs", 1000],
    ["concurrency", 1],
    ["ratePerSecond", 1],
    ["retrySeconds", []],
    ["disableAfterSeconds", 60],
  ])("%s over NATS, where it would mean nothing", (field, value) => {
    expect(problemsOf({ ...NATS, [field]: value })).toEqual([`${field}: only for deliver http`]);
  });

  it("is told all at once", () => {
    const input: SubscriptionInput = { deliver: "http", events: ["order.payed", "x"], platforms: ["y"] };
    expect(checkInput(input, checks).map((problem) => problem.split(":")[0])).toEqual([
      "events",
      "events",
      "platforms",
      "url",
    ]);
  });

  it("never says the value of a header or a secret", () => {
    const secret = "very-secret\n";
    const told = [
      problemsOf({ ...HTTP, headers: { Authorization: secret } }),
      problemsOf({ ...HTTP, secret }),
      problemsOf({ ...HTTP, headers: { "bad name": secret } }),
    ];
    expect(told.flat()).toHaveLength(3);
    expect(JSON.stringify(told)).not.toContain("very-secret");
  });
});
