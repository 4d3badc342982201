/** How far the moment in a signature may be from now: the platform's figure, or the store's own. */
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Platform } from "../../src/normalizers/platform.ts";
import type { PublicKeyScheme } from "../../src/normalizers/scheme.ts";
import { NOW, SECRET } from "../helpers/app.ts";
import { anRsaPair } from "../helpers/key-pairs.ts";
import { sign } from "../../src/ingest/signature/sign.ts";
import { aPlatform, appOf, HMAC } from "../helpers/wires.ts";

const timestamp = {
  source: { header: "x-time" },
  format: "seconds",
  toleranceSeconds: 300,
} as const;
const timed = aPlatform({ schemes: [{ ...HMAC, timestamp, signs: ["timestamp", "body"] }] });
const BODY = JSON.stringify({ type: "sold", id: "1" });
const options = (seconds?: number) =>
  seconds === undefined ? {} : { options: { timestampToleranceSeconds: seconds } };

/** The answer to a request that was signed so many seconds from now. */
async function answerTo(ageSeconds: number, tolerance?: number): Promise<number> {
  const { app } = appOf(timed, { secrets: [SECRET], ...options(tolerance) });
  const time = String(NOW / 1000 - ageSeconds);
  const signature = createHmac("sha256", SECRET).update(time).update(BODY).digest("hex");
  const headers = { "x-time": time, "x-signature": signature };
  return (await app.request("/webhooks/fair/acme", { method: "POST", body: BODY, headers })).status;
}

describe("the tolerance", () => {
  it.each([
    [undefined, 300],
    [30, 30],
    [900, 900],
  ])(
    "of the store %s allows %i seconds into the past and the future, and no more",
    async (store, seconds) => {
      expect(await answerTo(seconds, store)).toBe(200);
      expect(await answerTo(-seconds, store)).toBe(200);
      expect(await answerTo(seconds + 1, store)).toBe(401);
      expect(await answerTo(-seconds - 1, store)).toBe(401);
    },
  );

  it("counts for public keys as well", async () => {
    const pair = anRsaPair();
    const scheme: PublicKeyScheme = {
      kind: "rsa",
      signatures: [{ signature: { headers: ["x-signature"] }, keys: { kind: "secret" } }],
      hash: "sha256",
      encoding: "base64",
      signs: ["timestamp", "body"],
      timestamp,
    };
    const { headers, body } = sign({
      scheme,
      secret: pair.privateKey,
      body: Buffer.from(BODY),
      now: NOW - 60_000,
    });
    const status = async (tolerance: number) => {
      const { app } = appOf(aPlatform({ schemes: [scheme] }), {
        secrets: [pair.publicKey],
        ...options(tolerance),
      });
      const init = { method: "POST", headers, body: new Uint8Array(body) };
      return (await app.request("/webhooks/fair/acme", init)).status;
    };
    expect([await status(60), await status(59)]).toEqual([200, 401]);
  });
});

describe("a new store", () => {
  const add = async (platform: Platform, seconds: number) => {
    const body = { platform: "fair", name: "fresh", secrets: ["s"], ...options(seconds) };
    const answer = await appOf(platform).admin("POST", "/api/stores", body);
    return { status: answer.status, text: await answer.text() };
  };

  it("may have a tolerance from 5 seconds to an hour, which is shown", async () => {
    for (const seconds of [5, 3600]) {
      const { status, text } = await add(timed, seconds);
      expect(status).toBe(201);
      expect(JSON.parse(text)).toMatchObject({ options: { timestampToleranceSeconds: seconds } });
    }
    for (const seconds of [4, 3601, 5.5]) expect((await add(timed, seconds)).status).toBe(400);
  });

  it("has none where nothing is signed that could be too old", async () => {
    const { status, text } = await add(aPlatform(), 60);
    expect(status).toBe(400);
    expect(text).toContain("options.timestampToleranceSeconds: this platform signs no moment");
  });
});
