/**
 * Schemes of the field as data alone, one for each way to sign that we know, with vectors. Unless `origin` says that a
 * vendor published it, a vector was computed with node:crypto from the vendor's rule, not with our own code.
 */
import { describe, expect, it } from "vitest";
import type { HmacScheme, SignatureScheme, SignedPart } from "../../../src/normalizers/scheme.ts";
import { type Checked, checkRequest } from "../../helpers/verify.ts";

interface Vector extends Checked {
  readonly name: string;
  readonly scheme: SignatureScheme;
  /** The header that carries the signature. */
  readonly header: string;
  readonly secret: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Signed within so many seconds of `now`. */
  readonly tolerance?: number;
  /** The body is not part of what is signed. */
  readonly isBodyFree?: true;
  readonly origin?: string;
}

const SECRET = "test_secret_123";
const T = 1_700_000_000_000;

function hmac(
  header: string,
  encoding: HmacScheme["encoding"],
  rest: Partial<Omit<HmacScheme, "signature">> & { signature?: Partial<HmacScheme["signature"]> } = {},
): HmacScheme {
  const { signature, ...more } = rest;
  return {
    kind: "hmac",
    hash: "sha256",
    encoding,
    signs: ["body"],
    ...more,
    signature: { headers: [header], ...signature },
  };
}

/** A scheme over the body and nothing else. */
function plain(
  name: string,
  header: string,
  encoding: HmacScheme["encoding"],
  [secret, body, value]: readonly [string, string, string],
  rest: Parameters<typeof hmac>[2] = {},
): Vector {
  return { name, header, scheme: hmac(header, encoding, rest), secret, body, headers: { [header]: value } };
}

const dotted: readonly SignedPart[] = ["timestamp", { text: "." }, "body"];
const standard = (key: HmacScheme["key"]): HmacScheme =>
  hmac("webhook-signature", "base64", {
    signature: { list: { separator: " ", assign: ",", key: "v1" } },
    signs: [{ header: "webhook-id" }, { text: "." }, "timestamp", { text: "." }, "body"],
    timestamp: { source: { header: "webhook-timestamp" }, format: "seconds", toleranceSeconds: 300 },
    ...(key ? { key } : {}),
  });

const SHOP_EVENT =
  '{"data":{"payload":[{"entity":"product","operation":"update","primaryKey":"0123456789abcdef0123456789abcdef","updatedFields":["stock"]}],"event":"product.written"},"source":{"url":"https://shop.example","appVersion":"1.0.0","shopId":"shopABC123","eventId":"0123456789abcdef0123456789abcdef"},"timestamp":1700000000}';
const SQUARE_EVENT =
  '{"merchant_id":"MERCHANT1","type":"order.updated","event_id":"11111111-2222-3333-4444-555555555555","created_at":"2026-01-02T03:04:05.678Z","data":{"type":"order","id":"ORDER1","object":{"order_updated":{"order_id":"ORDER1","version":2,"location_id":"LOC1","state":"OPEN"}}}}';
const WALMART_EVENT =
  '{"source":{"eventType":"INVENTORY_OOS","eventTime":"2026-01-02T03:04:05.678Z","eventId":"11111111-2222-3333-4444-555555555555"},"payload":{"partnerId":"10001","sku":"SKU-1"}}';
const square = hmac("x-square-hmacsha256-signature", "base64", { signs: ["url", "body"] });
const shoper = {
  kind: "digest",
  signature: { headers: ["x-webhook-sha1"] },
  hash: "sha1",
  encoding: "hex",
  signs: [{ header: "x-webhook-id" }, { text: ":" }, "secret", { text: ":" }, "body"],
} as const;

const VECTORS: readonly Vector[] = [
  plain("Nuvemshop", "x-linkedstore-hmac-sha256", "hex", [
    "secret",
    '{"store_id":123,"event":"product/created","id":1948209}',
    "24422bada660dd9816d9653d07c1c71da850d2ba231ed6158e7f40e186bf990e",
  ]),
  plain("Lemon Squeezy", "x-signature", "hex", [
    SECRET,
    '{"meta":{"event_name":"order_created"},"data":{"type":"orders","id":"1"}}',
    "ddc356e034135102ab12c26473f353ab6efebebfc0067564c6e07b5391ab0145",
  ]),
  plain("Salla", "x-salla-signature", "hex", [
    SECRET,
    '{"event":"order.created","merchant":1234509876,"created_at":"2022-12-31 12:31:25","data":{"id":789}}',
    "35ee8d640e85961a2fcb2609c5469676a874913bbe340515d8c7ac6e4bc73bed",
  ]),
  plain("Saleor with a secret", "saleor-signature", "hex", [
    SECRET,
    '{"product": {"id": "UHJvZHVjdDo3Ng==", "name": "Coconut Juice"}}',
    "26285139a1983a3f5724a5af72878a112d700448698fa24755fdf82d2025d8b3",
  ]),
  plain("Magento async-events", "x-magento-signature", "hex", [
    "verification-token-1",
    '{"data":{"entity_id":12,"increment_id":"000000012","state":"processing","grand_total":54.5}}',
    "46e717253aaee7e31bbab7bf9ca5034ceb817a09abdca5d55b01451cf23b3c45",
  ]),
  plain("Shoplazza", "x-shoplazza-hmac-sha256", "base64", [
    SECRET,
    '{"id":"11218-00000001","total_price":"16.99"}',
    "ZG0RvoHeF+5lZMds+WKx60cRGJTShAxYZTqNH5p38sE=",
  ]),
  plain("SHOPLINE in base64", "x-shopline-hmac-sha256", "either", [
    SECRET,
    '{"id":"21044142520","financial_status":"paid"}',
    "I/e71EKzvs2xIHeKpejV96+8wC4NmH1qc5m+i3xEtd0=",
  ]),
  plain("SHOPLINE in hexadecimal", "x-shopline-hmac-sha256", "either", [
    SECRET,
    '{"id":"21044142520","financial_status":"paid"}',
    "23f7bbd442b3becdb120778aa5e8d5f7afbcc02e0d987d6a7399be8b7c44b5dd",
  ]),
  plain(
    "Shoptet",
    "shoptet-webhook-signature",
    "hex",
    [
      "8a5e881b19ad6cc0bc986587b22e30be",
      '{"eshopId":222651,"event":"order:create","eventCreated":"2019-01-08T15:13:39+0100","eventInstance":"2018000057"}',
      "309e33c5d15cc963c2c56d3a4fc2c02b40c58ce8",
    ],
    { hash: "sha1" },
  ),
  plain(
    "Printful v2",
    "x-pf-webhook-signature",
    "hex",
    [
      "deadbeef",
      '{"type":"shipment_sent"}',
      "302a097bd20827fa62b8cd5a646991f4935087405842d93d43ac74d5320df68c",
    ],
    { key: { decode: "hex" } },
  ),
  plain(
    "Squarespace",
    "squarespace-signature",
    "hex",
    [
      "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
      '{"id":"n-1","websiteId":"w-1","subscriptionId":"s-1","topic":"order.create","createdOn":"2026-01-02T03:04:05.678Z","data":{"orderId":"o-1"}}',
      "d2c7b7a97a991c1f58f4bc2505a31ba3d4bed62a2718f1fe017204bf88fc254e",
    ],
    { key: { decode: "hex" } },
  ),
  plain(
    "Lightspeed Retail X",
    "x-signature",
    "hex",
    [
      "oauth_client_secret",
      "domain_prefix=demo&payload=%7B%22id%22%3A%22abc%22%7D&retailer_id=r1&type=product.update",
      "signature=e394e98326a41cdc9aa342d6e436bd5033bbd6e402a500e54b11afcdbeb57972,algorithm=HMAC-SHA256",
    ],
    { signature: { list: { separator: ",", assign: "=", key: "signature" } } },
  ),
  plain("Fourthwall", "x-fourthwall-hmac-sha256", "base64", [
    SECRET,
    '{"testMode":false,"id":"weve_1","type":"ORDER_PLACED"}',
    "of7fc/3ISNgYpSB+gdlwGQyH+f0pwtKCpJcT9RS91Ew=",
  ]),
  plain("Jumpseller", "jumpseller-hmac-sha256", "base64", [
    "hooks_token",
    '{"order":{"id":1001,"status":"Paid"}}',
    "Xt04UMM9YdfGp9Vwxcv1xNFZPui8ZL20TOCe59wPA4w=",
  ]),
  plain("Fynd", "x-fp-signature", "hex", [
    "api_secret",
    '{"event":{"name":"order","category":"application","type":"placed","version":"1"}}',
    "935c984e46a7444fbbddb34028845a4117e771386ce663c4a19e827161fcc68d",
  ]),
  plain("Yampi", "x-yampi-hmac-sha256", "base64", [
    SECRET,
    '{"event":"order.paid"}',
    "3V8mYUXcXnZ8IY3xY9di7/OmnC+lhYByzhf99bMLlYo=",
  ]),
  plain("EasyStore", "easystore-hmac-sha256", "hex", [
    SECRET,
    '{"id":1}',
    "702e39de123d6dc29e2b27129ca479653f1b57a79e22a98c6c83728d0223d80f",
  ]),
  plain("AfterShip", "aftership-hmac-sha256", "base64", [
    SECRET,
    '{"event":"tracking_update"}',
    "5WKO2S1pcj62ABDv9m44qMTmkxc4RGzby2hs6umGFsU=",
  ]),
  plain("Walmart", "x-walmart-auth", "either", [
    "walmart-client-secret",
    WALMART_EVENT,
    "6393a6deae8545ff1b7880714226dc66ff14de5ce81866591afe17f56d66b5be",
  ]),
  plain(
    "Lazada",
    "authorization",
    "hex",
    [
      SECRET,
      '{"seller_id":"9999","message_type":0,"data":{"order_status":"unpaid","trade_order_id":"123456","trade_order_line_id":"1234567"},"timestamp":1603766859530,"site":"lazada_th"}',
      "3739b316458e547378548400f7be0103dcdef3dbb8af102e03fbf48caa7aca8c",
    ],
    { signs: [{ text: "139683" }, "body"] },
  ),
  {
    ...plain(
      "TikTok Shop",
      "authorization",
      "hex",
      [
        "123",
        '{"type":1,"tts_notification_id":"7000000000000000001","shop_id":"7000000000000000002","timestamp":1700000000,"data":{"order_id":"570000000000000003","order_status":"UNPAID","is_on_hold_order":false,"update_time":1700000000}}',
        "83096a762f4a314ad6fcbf8fc7770eae5f3677a2e28286c25f110db6a9f51383",
      ],
      { signs: [{ setting: "appKey" }, "body"] },
    ),
    settings: { appKey: "abcdef" },
  },
  {
    ...plain(
      "Shopee",
      "authorization",
      "hex",
      [
        "partner_key_abc",
        '{"data":{"items":[],"ordersn":"2112132KAD867D","status":"READY_TO_SHIP","update_time":1639390316},"shop_id":30011,"code":3,"timestamp":1639390316}',
        "f97c6407ded35c09cf2410a038bf0ea135b9a6962d803d8deec395eb81e56d35",
      ],
      { signs: ["url", { text: "|" }, "body"] },
    ),
    url: "https://hub.example.com/hooks/shopee",
  },
  {
    name: "Square",
    header: "x-square-hmacsha256-signature",
    scheme: square,
    secret: "square-signature-key",
    url: "https://hooks.example.com/square/acct-1",
    body: SQUARE_EVENT,
    headers: { "x-square-hmacsha256-signature": "TXlgnIJuSh77kLanyr4XgCipvx5kfsWPnN0HMXalTGM=" },
  },
  {
    name: "Square's own",
    origin: "the tests of the vendor's SDK",
    header: "x-square-hmacsha256-signature",
    scheme: square,
    secret: "signature-key",
    url: "https://webhook.site/webhooks",
    body: '{"data":{"type":"webhooks","id":"fake_id"}}',
    headers: { "x-square-hmacsha256-signature": "W3FlCNk5IA3ZQ2LHTWoajvzfaDu/OwY2tNHIHC3IUOA=" },
  },
  {
    ...plain(
      "Shopware",
      "shopware-shop-signature",
      "hex",
      [
        "shop-secret-0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab",
        SHOP_EVENT,
        "76a046dbc26d2c90c7669c9badb6b5cd19f6dd9a0052bc435731bdd0f24da1d7",
      ],
      { timestamp: { source: { json: "timestamp" }, format: "seconds", toleranceSeconds: 300 } },
    ),
    now: T,
    tolerance: 300,
  },
  {
    ...plain(
      "Shopware's registration",
      "shopware-app-signature",
      "hex",
      ["app-secret", "", "77d1ded792075b42e87ad452afaa488678951f9b49999d52227fc134c6408f8d"],
      { signs: ["query"] },
    ),
    url: "https://hub.example.com/?shop-id=shopABC123&shop-url=https://shop.example&timestamp=1700000000",
    isBodyFree: true,
  },
  {
    name: "BigCommerce",
    header: "webhook-signature",
    scheme: standard(undefined),
    secret: "bc-client-secret-0123456789abcdef",
    now: T,
    tolerance: 300,
    body: '{"scope":"store/order/created","store_id":"1001","data":{"type":"order","id":42},"hash":"0123456789abcdef0123456789abcdef01234567","created_at":1700000000,"producer":"stores/abc123"}',
    headers: {
      "webhook-id": "msg_bc_0001",
      "webhook-timestamp": "1700000000",
      "webhook-signature": "v1,OsiuVkDIZe/+94W9dtU2nLa24jf4eAWh/5Zkiw8XXH4=",
    },
  },
  {
    name: "Etsy",
    header: "webhook-signature",
    scheme: standard({ prefix: "whsec_", decode: "base64" }),
    secret: "whsec_ZXRzeS13ZWJob29rLXNlY3JldC0yNGIh",
    now: T,
    tolerance: 300,
    body: '{"event_type":"order.paid","resource_url":"https://openapi.etsy.com/v3/application/shops/12345/receipts/54321","shop_id":12345}',
    headers: {
      "webhook-id": "msg_etsy_0001",
      "webhook-timestamp": "1700000000",
      "webhook-signature": "v1,eHDYVuypkhbhxzFx6Ky2zS5Jcg2uITm0kjBGERxq9GE=",
    },
  },
  {
    name: "Medusa and Vendure through a bridge",
    header: "webhook-signature",
    scheme: standard({ prefix: "whsec_", decode: "base64" }),
    secret: "whsec_dGVzdF9zZWNyZXRfMTIz",
    now: 1_736_937_000_000,
    tolerance: 300,
    body: '{"name":"order.placed","data":{"id":"order_01"}}',
    headers: {
      "webhook-id": "msg_1",
      "webhook-timestamp": "1736937000",
      "webhook-signature": "v1,zK4NOxZqSKTiu+5x4r4KNQ09A02VrpeUYWqmDAKhDEw=",
    },
  },
  {
    ...plain(
      "Stripe",
      "stripe-signature",
      "hex",
      [
        "whsec_test_secret",
        '{"id":"evt_1","object":"event","type":"charge.refunded","created":1700000000,"livemode":false}',
        "t=1700000000,v1=1c64d313df7c15c5110dfd9746eb4426da2152a6b559eb51eeefa29f6eb3b3b5",
      ],
      {
        signature: { list: { separator: ",", assign: "=", key: "v1" } },
        signs: dotted,
        timestamp: { source: { field: "t" }, format: "seconds", toleranceSeconds: 300 },
      },
    ),
    now: T,
    tolerance: 300,
  },
  {
    ...plain(
      "Shippo",
      "shippo-auth-signature",
      "hex",
      [
        SECRET,
        '{"event":"track_updated"}',
        "t=1700000000,v1=ae88a95908e54986db04e56ec01b4046eae7e079966371cfb114e1b777f5a7a6",
      ],
      {
        signature: { list: { separator: ",", assign: "=", key: "v1" } },
        signs: dotted,
        timestamp: { source: { field: "t" }, format: "seconds", toleranceSeconds: 300 },
      },
    ),
    now: T,
    tolerance: 300,
  },
  {
    ...plain(
      "Paddle",
      "paddle-signature",
      "hex",
      [
        "VALID_SECRET",
        '{"data": ["1", "2"]}',
        "ts=1698796800;h1=a300428748dce5c70e4da19bffd60769591ea969c99dea3105d0ec9612cf43f9",
      ],
      {
        signature: { list: { separator: ";", assign: "=", key: "h1" } },
        signs: ["timestamp", { text: ":" }, "body"],
        timestamp: { source: { field: "ts" }, format: "seconds", toleranceSeconds: 5 },
      },
    ),
    now: 1_698_796_800_000,
    tolerance: 5,
    origin: "the tests of the vendor's SDK",
  },
  {
    name: "Spree",
    header: "x-spree-webhook-signature",
    scheme: hmac("x-spree-webhook-signature", "hex", {
      signs: dotted,
      timestamp: {
        source: { header: "x-spree-webhook-timestamp" },
        format: "seconds",
        toleranceSeconds: 300,
      },
    }),
    secret: "a1b2c3d4",
    now: 1_736_937_000_000,
    tolerance: 300,
    body: '{"id":"550e8400-e29b-41d4-a716-446655440000","name":"order.completed"}',
    headers: {
      "x-spree-webhook-timestamp": "1736937000",
      "x-spree-webhook-signature": "f61ce2e0ecf3a7c523d592b0d6f6d421c08a59cf2c5d30aa0a5d1c8b3baddd5d",
    },
  },
  {
    name: "a bridge with milliseconds",
    header: "x-openlinker-signature",
    scheme: hmac("x-openlinker-signature", "hex", {
      signature: { prefix: "sha256=" },
      signs: dotted,
      timestamp: {
        source: { header: "x-openlinker-timestamp" },
        format: "milliseconds",
        toleranceSeconds: 300,
      },
    }),
    secret: "ps-bridge-secret",
    now: 1_766_000_000_000,
    tolerance: 300,
    body: '{"schemaVersion":1,"eventId":"0f1c6a52-8a2f-4a52-9d52-0c6b9f0b8a11","eventType":"order.status_changed","occurredAt":"2025-12-17T19:33:20Z","object":{"type":"order","externalId":"42"}}',
    headers: {
      "x-openlinker-timestamp": "1766000000000",
      "x-openlinker-signature": "sha256=fea2da18edf8e7f363abb43115438332f99959ea1c153b2f31f9ee2bec8d91e8",
    },
  },
  {
    ...plain(
      "Ecwid",
      "x-ecwid-webhook-signature",
      "base64",
      [
        "ecwid-client-secret",
        '{"eventId":"11111111-2222-3333-4444-555555555555","eventCreated":1700000000}',
        "P/KfuGQmjkJu9NPjDw5iz+fWpl6ExRyPbq3h4jGawZM=",
      ],
      { signs: [{ json: "eventCreated" }, { text: "." }, { json: "eventId" }] },
    ),
    isBodyFree: true,
  },
  {
    name: "Walmart WM_SEC",
    header: "wm_sec.signature",
    scheme: hmac("wm_sec.signature", "base64", {
      signs: [{ text: "POST\n" }, "path", { text: "\n" }, "timestamp", { text: "\n" }, "body-sha256"],
      timestamp: { source: { header: "wm_sec.timestamp" }, format: "seconds", toleranceSeconds: 300 },
    }),
    secret: "walmart-client-secret",
    url: "https://hub.example.com/hooks/walmart/acct-1?env=prod",
    now: T,
    tolerance: 300,
    body: WALMART_EVENT,
    headers: {
      "wm_sec.timestamp": "1700000000",
      "wm_sec.signature": "ix8bjuVphAndMJ91BQRpyZn1XGx8U7foHTT3NR+HGUE=",
    },
  },
  {
    name: "Lightspeed eCom",
    header: "x-signature",
    scheme: {
      kind: "digest",
      signature: { headers: ["x-signature"] },
      hash: "md5",
      encoding: "hex",
      signs: ["body", "secret"],
    },
    secret: "app_secret",
    body: '{"order":{"id":1}}',
    headers: { "x-signature": "7e21b1a4d770705e68d99970db6c5f8b" },
  },
  {
    name: "Shoper, own shop",
    header: "x-webhook-sha1",
    scheme: shoper,
    secret: "webhook_secret",
    body: '{"order_id":"5"}',
    headers: { "x-webhook-id": "12", "x-webhook-sha1": "6819603e040d306ca0185d33d78af07d5999ef0c" },
  },
  {
    name: "Shoper, app store",
    header: "x-webhook-sha1",
    scheme: {
      ...shoper,
      key: {
        derive: {
          hash: "sha512",
          signs: [{ header: "x-shop-license" }, { text: ":" }, { setting: "webhookSecret" }],
        },
      },
    },
    secret: "appstore_secret",
    settings: { webhookSecret: "webhookSecretKey" },
    body: '{"order_id":"5"}',
    headers: {
      "x-webhook-id": "12",
      "x-shop-license": "license123",
      "x-webhook-sha1": "3619187d2e049a8d3b3dda996562c327f20b4939",
    },
  },
];

const check = ({ scheme, secret, ...rest }: Vector, changes: Checked = {}) =>
  checkRequest(scheme, { secrets: [secret], ...rest, ...changes });

describe.each(VECTORS)("$name", (vector) => {
  it("is accepted", async () => {
    expect(await check(vector)).toBe("ok");
  });

  it("is refused with another secret, with none, and without its signature", async () => {
    const other = `${vector.secret.slice(0, -1)}${vector.secret.endsWith("0") ? "1" : "0"}`;
    expect(await check(vector, { secrets: [other] })).toBe("wrong_signature");
    expect(await check(vector, { secrets: [] })).toBe("no_secret");
    expect(await check(vector, { headers: { ...vector.headers, [vector.header]: undefined } })).toBe(
      "missing_signature",
    );
  });

  it.skipIf(vector.isBodyFree)("is refused whichever byte of its body is another", async () => {
    const bytes = Buffer.from(vector.body ?? "");
    for (const at of bytes.keys()) {
      const body = Buffer.from(bytes);
      body[at] = (body[at] ?? 0) ^ 1;
      expect(await check(vector, { body })).not.toBe("ok");
    }
  });

  it.skipIf(vector.tolerance === undefined)("is refused when it is too old or too new", async () => {
    const { now = 0, tolerance = 0 } = vector;
    for (const sign of [1, -1]) {
      expect(await check(vector, { now: now + sign * tolerance * 1000 })).toBe("ok");
      expect(await check(vector, { now: now + sign * (tolerance * 1000 + 1) })).toBe("stale_timestamp");
    }
  });
});
