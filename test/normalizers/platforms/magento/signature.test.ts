import { describe, expect, it } from "vitest";
import { magento } from "../../../../src/normalizers/platforms/magento/index.ts";
import { aStore, createTestApp, signedTo } from "../../../helpers/app.ts";
import { checkRequest } from "../../../helpers/verify.ts";
import {
  ASYNC_BODY,
  ASYNC_SECRET,
  ASYNC_SIGNATURE,
  COMMERCE_BODY,
  COMMERCE_SIGNATURE,
  EVENT_BODY,
  EVENT_SIGNATURE,
  PUBLIC_KEY,
} from "./vectors.ts";

const KEY_PATH = "/prod/keys/pub-key-3f5c7a90-0000-4000-8000-000000000001.pem";
const { variants } = magento;

describe("the async-events module's signature", () => {
  const [scheme] = magento.schemes;
  const check = (body: string, signature = ASYNC_SIGNATURE) =>
    checkRequest(scheme, { body, secrets: [ASYNC_SECRET], headers: { "x-magento-signature": signature } });

  it("covers the body", async () => {
    expect(await check(ASYNC_BODY)).toBe("ok");
    expect(await check(ASYNC_BODY.replace("54.5", "4.5"))).toBe("wrong_signature");
  });
});

describe("Adobe Commerce Webhooks' signature", () => {
  const [scheme] = variants["commerce-webhooks"].schemes;
  const check = (body: string) =>
    checkRequest(scheme, {
      body,
      secrets: [PUBLIC_KEY],
      headers: { "x-adobe-commerce-webhook-signature": COMMERCE_SIGNATURE },
    });

  it("is RSA over the base64 text of the body", async () => {
    expect(await check(COMMERCE_BODY)).toBe("ok");
    expect(await check(Buffer.from(COMMERCE_BODY).toString("base64"))).toBe("wrong_signature");
    expect(await check(COMMERCE_BODY.replace("Joust", "Toast"))).toBe("wrong_signature");
  });
});

describe("Adobe I/O Events' signature", () => {
  const [scheme] = variants["io-events"].schemes;
  const asked: string[] = [];
  const fetch = async (url: string) => {
    asked.push(url);
    return url === `https://static.adobeioevents.com${KEY_PATH}`
      ? { status: 200, text: PUBLIC_KEY }
      : undefined;
  };
  const first = { "x-adobe-digital-signature-1": EVENT_SIGNATURE, "x-adobe-public-key1-path": KEY_PATH };
  const check = (headers: Record<string, string>, clientId = "client_id1", body = EVENT_BODY) =>
    checkRequest(scheme, { body, headers, fetch, settings: { clientId } });

  it("is checked with a key from Adobe's host, whichever of the two it is", async () => {
    expect(await check(first)).toBe("ok");
    const second = { "x-adobe-digital-signature-2": EVENT_SIGNATURE, "x-adobe-public-key2-path": KEY_PATH };
    expect(await check({ ...second, ...wrongFirst() })).toBe("ok");
    expect(await check(first, "client_id1", EVENT_BODY.replace("54.5000", "4.5000"))).toBe("wrong_signature");
  });

  it("counts for the client that it was meant for only", async () => {
    expect(await check(first, "another")).toBe("wrong_audience");
    expect(await check(first, "")).toBe("wrong_audience");
  });

  it.each([
    ".evil.com/prod/keys/pub-key-3f5c7a90-0000-4000-8000-000000000001.pem",
    "@evil.com/prod/keys/pub-key-3f5c7a90-0000-4000-8000-000000000001.pem",
    "/prod/keys/../pub-key-3f5c7a90-0000-4000-8000-000000000001.pem",
    "/dev/keys/pub-key-3f5c7a90-0000-4000-8000-000000000001.pem",
    `${KEY_PATH}\n`,
    `${KEY_PATH}?x=1`,
  ])("is refused with a key at %j, which nobody fetches", async (path) => {
    const before = asked.length;
    expect(await check({ ...first, "x-adobe-public-key1-path": path })).not.toBe("ok");
    expect(asked.length).toBe(before);
  });

  it("is asked for by a challenge, which is answered, and by an address of Adobe's only", async () => {
    const { app } = createTestApp({ stores: [aStore({ platform: "magento", variant: "io-events" })] });
    const challenge = await app.request("/webhooks/magento/acme?challenge=8ec8d794");
    expect([challenge.status, await challenge.text()]).toEqual([200, "8ec8d794"]);
    const elsewhere = await app.request("/webhooks/magento/acme", {
      method: "POST",
      body: JSON.stringify({
        validationUrl: "https://csm.adobe.io.evil.com/csm/registrations/validate?id=1",
      }),
    });
    expect(elsewhere.status).toBe(401);
  });

  function wrongFirst() {
    return { ...first, "x-adobe-digital-signature-1": COMMERCE_SIGNATURE };
  }
});

describe("requests that the admin designs", () => {
  it.each(["admin-post", "admin-post-header"] as const)(
    "%s are taken with the secret only",
    async (variant) => {
      const { app, inbox } = createTestApp({
        stores: [aStore({ platform: "magento", variant, secrets: ["s3cret-of-the-path"] })],
      });
      const post = async (secret: string) => {
        const { path, init } = signedTo({ platform: magento, variant, secret, topic: "order.saved" });
        return (await app.request(path, init)).status;
      };
      expect(await post("a-guess")).toBe(401);
      expect(await post("s3cret-of-the-path")).toBe(200);
      expect(inbox.stored()).toMatchObject([{ topic: "order.saved", variant, authenticity: "path" }]);
    },
  );
});
