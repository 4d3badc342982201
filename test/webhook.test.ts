import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AUTHENTICITY, VIA } from "../src/normalizers/canonical/event.ts";
import { decodeWebhooks, encodeWebhooks, type Webhook } from "../src/webhook.ts";
import { aWebhook } from "./helpers/factories.ts";

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string(),
  fc.constantFrom("", "\n", "\r\n", "\0", "\ud800"),
);
const webhook: fc.Arbitrary<Webhook> = fc.record({
  id: text,
  platform: text,
  store: text,
  topic: text,
  dedupeKey: text,
  receivedAt: text,
  sentAt: text,
  via: fc.constantFrom(...VIA),
  authenticity: fc.constantFrom(...AUTHENTICITY),
  headers: fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/), text, {
    maxKeys: 4,
    noNullPrototype: true,
  }),
  body: fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.array(fc.constantFrom(10, 13, 0, 91, 255)).map((bytes) => Uint8Array.from(bytes)),
  ),
});
const webhooks = fc.array(webhook, { maxLength: 5 });

const comparable = (list: readonly Webhook[]) =>
  list.map(({ body, ...rest }) => ({ ...rest, body: Buffer.from(body).toString("hex") }));

describe("webhooks in an inbox message", () => {
  it("come out as they went in, bodies to the byte", () => {
    fc.assert(
      fc.property(webhooks, (list) => {
        expect(comparable(decodeWebhooks(encodeWebhooks(list)))).toEqual(comparable(list));
      }),
    );
  });

  it("come out of a view into a larger buffer too", () => {
    fc.assert(
      fc.property(webhooks, fc.nat(9), (list, before) => {
        const message = encodeWebhooks(list);
        const larger = new Uint8Array(before + message.length + 7).fill(10);
        larger.set(message, before);
        const view = larger.subarray(before, before + message.length);
        expect(comparable(decodeWebhooks(view))).toEqual(comparable(list));
      }),
    );
  });

  it("are refused when the message was cut anywhere", () => {
    fc.assert(
      fc.property(webhooks, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (list, part) => {
        const message = encodeWebhooks(list);
        expect(() => decodeWebhooks(message.subarray(0, Math.floor(part * message.length)))).toThrow();
      }),
    );
    const message = encodeWebhooks([aWebhook(), aWebhook({ body: Buffer.from("a\nb\n") })]);
    for (let length = 0; length < message.length; length += 1) {
      expect(() => decodeWebhooks(message.subarray(0, length))).toThrow();
    }
  });

  it("are refused when the message comes from somewhere else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        fc.pre(Buffer.from(bytes).toString("latin1").trimStart().startsWith("[") === false);
        expect(() => decodeWebhooks(bytes)).toThrow();
      }),
    );
  });

  it.each([
    "",
    "\n",
    "{}\n",
    "null\n",
    '"[]"\n',
    "[{}]\n",
    "[null]\n",
    '{"id":1001}',
    '{"id":1001}\n{"id":1002}\n',
    `${JSON.stringify([{ ...aWebhook(), body: undefined, bytes: -1 }])}\n`,
    `${JSON.stringify([{ ...aWebhook(), body: undefined, bytes: 0.5 }])}\n`,
    `${JSON.stringify([{ ...aWebhook(), body: undefined }])}\n`,
    `${JSON.stringify([{ ...aWebhook({ via: "webhook" }), via: "mail", body: undefined, bytes: 0 }])}\n`,
  ])("are refused when the first line does not describe them (%j)", (message) => {
    expect(() => decodeWebhooks(Buffer.from(message))).toThrow();
  });
});
