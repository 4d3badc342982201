/**
 * What a sender can learn from a refusal, and from the time it takes: checked by what is done, not by the clock. A store that
 * nobody connected is told from one that somebody did (404 and 401), which `SECURITY.md` says; everything else is not.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Compute } from "../../src/ingest/signature/keyed.ts";
import { verifyKeyed } from "../../src/ingest/signature/keyed.ts";
import { computeHmac } from "../../src/ingest/signature/hmac.ts";
import { viewRequest } from "../../src/ingest/request.ts";
import { createKeys } from "../../src/ingest/signature/keys.ts";
import { noFetch } from "../../src/ingest/signature/platform-fetch.ts";
import { createTestApp, NOW, secretBox, signed } from "../helpers/app.ts";
import { HMAC } from "../helpers/wires.ts";

const SRC = join(import.meta.dirname, "../../src");
const BODY = Buffer.from('{"id":1}');
const SECRETS = ["first-secret", "second-secret", "third-secret"];

/** How often an HMAC is made to check a signature, and over how many bytes. */
function work(
  signature: string,
  secrets: readonly string[] = SECRETS,
): { computed: number; bytes: number; ok: boolean } {
  const done = { computed: 0, bytes: 0 };
  const compute: Compute = (hash, key, content) => {
    done.computed += 1;
    for (const part of content) done.bytes += part.length;
    return computeHmac(hash, key, content);
  };
  const header = (name: string) => (name === "x-signature" ? signature : undefined);
  const request = viewRequest({ header, body: BODY });
  const keys = createKeys({ fetch: noFetch, now: () => NOW });
  const { ok } = verifyKeyed(HMAC, { request, secrets, settings: {}, now: NOW, keys, ask: noFetch }, compute);
  return { ...done, ok };
}

describe("a wrong signature", () => {
  const right = computeHmac("sha256", "third-secret", [BODY]);

  it("costs the same work wherever it is wrong", () => {
    const all = { computed: 3, bytes: 3 * BODY.length, ok: false };
    for (let at = 0; at < right.length; at += 1) {
      const wrong = Buffer.from(right);
      wrong[at] = (wrong[at] ?? 0) ^ 1;
      expect(work(wrong.toString("hex")), `byte ${at}`).toEqual(all);
    }
    expect(work("00".repeat(32))).toEqual(all);
    expect(work(right.toString("hex"))).toEqual({ ...all, ok: true });
  });

  it("of another length or spelling is refused before any secret is used", () => {
    for (const signature of ["", "zz", right.toString("hex").slice(2), `${right.toString("hex")}00`])
      expect(work(signature)).toEqual({ computed: 0, bytes: 0, ok: false });
  });
});

describe("a refused request", () => {
  /** What is done for a request: how often the body is asked for, and how many secrets are opened. */
  async function steps(path: string, init = signed({ secret: "wrong" })) {
    const done = { pulls: 0, opened: 0 };
    const test = createTestApp({
      overrides: {
        secretBox: {
          ...secretBox,
          open: (sealed, owner) => {
            done.opened += 1;
            return secretBox.open(sealed, owner);
          },
        },
      },
    });
    const body = new ReadableStream(
      {
        pull: (controller) => {
          done.pulls += 1;
          controller.enqueue(init.body);
          controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const request = new Request(`https://hub.example.com${path}`, {
      method: "POST",
      headers: init.headers,
      body,
      duplex: "half",
    });
    const { status } = await test.app.request(request);
    expect(test.inbox.stored()).toEqual([]);
    return { ...done, status };
  }

  it("at an address that is none costs the same, whatever is wrong with it: nothing is read", async () => {
    const nothing = { pulls: 0, opened: 0, status: 404 };
    for (const path of [
      "/webhooks/shopify/other",
      "/webhooks/nowhere/acme",
      "/webhooks/woocommerce/acme",
      "/webhooks/shopify/acme/more",
      "/webhooks/shopify/constructor",
    ])
      expect(await steps(path), path).toEqual(nothing);
  });

  it("at a store costs the same for each reason that a guess at a secret can have", async () => {
    const all = { pulls: 1, opened: 1, status: 401 };
    expect(await steps("/webhooks/shopify/acme")).toEqual(all);
    expect(
      await steps("/webhooks/shopify/acme", signed({ headers: { "x-shopify-hmac-sha256": undefined } })),
    ).toEqual(all);
    expect(
      await steps("/webhooks/shopify/acme", signed({ headers: { "x-shopify-hmac-sha256": "AAAA" } })),
    ).toEqual(all);
  });

  it("at a shared address is read, too, when nobody connected the shop", async () => {
    expect(await steps("/webhooks/shopify")).toEqual({ pulls: 1, opened: 0, status: 401 });
  });
});

describe("the sources", () => {
  it("compare no secret, signature, token or hash with a plain operator", () => {
    const files = ["ingest", "tokens"].flatMap((dir) =>
      readdirSync(join(SRC, dir), { recursive: true, encoding: "utf8" }).map((name) => join(dir, name)),
    );
    const found = [...files, "auth.ts"]
      .filter((name) => name.endsWith(".ts"))
      .flatMap((name) =>
        readFileSync(join(SRC, name), "utf8")
          .split("\n")
          .filter((line) =>
            /\b(?:secret|signature|token|hash|digest|mac|hmac)s? [!=]==? (?!""|undefined|"body")/i.test(line),
          )
          .map((line) => `${name}: ${line.trim()}`),
      );
    expect(found).toEqual([]);
    const verifiers = [
      "ingest/signature/keyed.ts",
      "ingest/signature/compact.ts",
      "ingest/signature/compare.ts",
      "tokens/actors.ts",
    ];
    for (const name of verifiers)
      expect(readFileSync(join(SRC, name), "utf8"), name).toContain("timingSafeEqual(");
  });
});
