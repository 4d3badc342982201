/**
 * Requests that are good, but not for this: another store's, another topic's, or again. What a platform's proof covers is
 * computed from its declaration, tried out wire by wire, and stands in `SECURITY.md`.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { normalize } from "../../src/normalizers/normalize.ts";
import { aStore, createTestApp, type Signing, sampleBody, signedTo } from "../helpers/app.ts";
import { aWebhook } from "../helpers/factories.ts";
import { secretFor } from "../helpers/secrets.ts";
import { examplesOf, signatureHeadersOf, WIRES, type WireRow } from "../helpers/wires.ts";
import { coverageOf, coverageTable } from "./coverage.ts";

const TIMEOUT_MS = 60_000;
const TOPICS_TRIED = 2;

/** An app with two stores of the wire, `acme` and `other`, and requests to them. */
function open(row: WireRow, own = "own") {
  const { platform, variant, wire } = row;
  const settings = examplesOf(platform);
  const common = { platform: platform.id, settings, ...(variant === undefined ? {} : { variant }) };
  const store = (name: string, secret: string) =>
    aStore({ ...common, name, secrets: [secretFor(wire, secret).stored] });
  const test = createTestApp({ stores: [store("acme", own), store("other", "others")] });
  const sign = (signing: Signing = {}) =>
    signedTo({ platform, variant, settings, secret: secretFor(wire, own).signing, ...signing });
  const post = async (path: string, init: RequestInit) => (await test.app.request(path, init)).status;
  return { ...test, sign, post };
}

/** The request of one with the headers of another, but for the proof. */
function mix(
  row: WireRow,
  body: ReturnType<typeof signedTo>,
  headers: ReturnType<typeof signedTo>,
): RequestInit {
  const proofs = row.wire.schemes.flatMap(signatureHeadersOf);
  const others = Object.entries(headers.init.headers).filter(([name]) => !proofs.includes(name));
  return { ...body.init, headers: { ...body.init.headers, ...Object.fromEntries(others) } };
}

// Pairs of keys are made where a wire needs them.
describe.each(WIRES)("$name", { timeout: TIMEOUT_MS }, (row) => {
  const { wire, platform, variant } = row;
  const covers = coverageOf(wire);
  const topics = Object.keys(wire.samples.bodies);

  it("takes no request of one store for another with a secret of its own", async () => {
    const { sign, post, inbox } = open(row);
    const { path, init } = sign();
    expect([401, 404]).toContain(await post(path.replace("/acme", "/other"), init));
    // The token in an address is a secret, too.
    expect([401, 404]).toContain(await post(sign({ store: "other" }).path, init));
    expect(inbox.stored()).toEqual([]);
  });

  it("knows a request that comes again", async () => {
    const { sign, post, inbox } = open(row);
    const { path, init } = sign();
    expect(await post(path, init)).toBe(200);
    const stored = inbox.stored().length;
    expect(await post(path, init)).toBe(200);
    expect(inbox.stored()).toHaveLength(stored);
  });

  it.runIf(covers.delivery === "yes")("knows it also under another id, since the id is covered", async () => {
    const { sign, post, inbox } = open(row);
    const first = sign({ deliveryId: "11111111-1111-4111-8111-111111111111" });
    const second = sign({ deliveryId: "22222222-2222-4222-8222-222222222222" });
    expect(await post(first.path, first.init)).toBe(200);
    const stored = inbox.stored().length;
    await post(first.path, mix(row, first, second));
    expect(inbox.stored()).toHaveLength(stored);
  });

  /** What is stored of the body of one topic with the headers of another. */
  const tellMixed = async () => {
    const { sign, post, inbox } = open(row);
    const [own = "", other = ""] = topics;
    const first = sign({ topic: own });
    const second = sign({ topic: other });
    const status = await post(second.path, mix(row, first, second));
    return { own, status, told: inbox.stored().map(({ topic }) => topic) };
  };

  it.runIf(topics.length > 1 && covers.topic === "yes")(
    "reads the topic from what is proved alone",
    async () => {
      const { own, status, told } = await tellMixed();
      expect([status, told]).toEqual([200, [own]]);
    },
  );

  it.runIf(topics.length > 1 && covers.topic === "no" && covers.body === "yes")(
    "takes a request with another topic where only the body is proved",
    async () => {
      expect((await tellMixed()).status).toBe(200);
    },
  );

  it.runIf(covers.topic === "no")(
    "says nothing of what is not in the body when it is sent under another topic",
    () => {
      for (const own of topics.slice(0, TOPICS_TRIED)) {
        const text = sampleBody(wire, own);
        for (const topic of topics.filter((name) => name !== own)) {
          const webhook = aWebhook({ platform: platform.id, topic, body: Buffer.from(text) });
          const result = normalize({ ...webhook, ...(variant === undefined ? {} : { variant }) }, {});
          const observed = result.kind === "observed" ? result.observations : [];
          const ids = observed.flatMap((each) => (each.kind === "signal" ? [] : [each.id]));
          expect({ own, topic, unknown: ids.flatMap((id) => madeUp(id, text)) }).toEqual({
            own,
            topic,
            unknown: [],
          });
        }
      }
    },
    TIMEOUT_MS,
  );
});

/** Numbers in an id that are not in the body. An id may be made of several of the body's, and of words such as `default`. */
function madeUp(id: string, text: string): string[] {
  const parts = id.split(/[^A-Za-z0-9]+/).filter((part) => /\d/.test(part));
  return parts.filter((part) => !text.includes(part) && !decoded(text).includes(part));
}

/** Global ids are base64 at some platforms. */
function decoded(text: string): string {
  return [...text.matchAll(/[A-Za-z0-9+/]{8,}={0,2}/g)]
    .map(([word]) => Buffer.from(word, "base64").toString("latin1"))
    .join(" ");
}

describe("a shared secret of an app", () => {
  const shops = [
    aStore({ name: "acme", externalId: "northwind-goods.myshopify.com" }),
    aStore({ name: "other", externalId: "other.myshopify.com" }),
  ];

  it("does not let one shop's request pass as another's where the request names its shop", async () => {
    const { app, inbox } = createTestApp({ stores: shops });
    const { init } = signedTo();
    expect((await app.request("/webhooks/shopify/other", init)).status).toBe(401);
    expect(inbox.stored()).toEqual([]);
    expect((await app.request("/webhooks/shopify/acme", init)).status).toBe(200);
  });

  it("lets it pass where the name is not signed and changed: SECURITY.md says so", async () => {
    const { app } = createTestApp({ stores: shops });
    const { init } = signedTo({ headers: { "x-shopify-shop-domain": "other.myshopify.com" } });
    expect((await app.request("/webhooks/shopify/other", init)).status).toBe(200);
    expect(WIRES.find(({ name }) => name === "shopify")).toSatisfy(
      (row: WireRow) => coverageOf(row.wire).shop === "no",
    );
  });
});

describe("SECURITY.md", () => {
  it("says what each proof covers", () => {
    const text = readFileSync(join(import.meta.dirname, "../../SECURITY.md"), "utf8");
    const [, shown] = /<!-- proofs -->\n([\s\S]*?)<!-- \/proofs -->/.exec(text) ?? [];
    expect(shown).toBe(coverageTable(WIRES));
  });
});
