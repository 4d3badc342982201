import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { paddle } from "../../../../src/normalizers/platforms/paddle/index.ts";
import {
  isCart,
  meaningOf,
  toAdjustmentState,
  toPaymentState,
} from "../../../../src/normalizers/platforms/paddle/transaction-status.ts";
import { checkRequest } from "../../../helpers/verify.ts";

describe("the signature of Paddle", () => {
  const [scheme] = paddle.schemes;
  // PaddleHQ/paddle-node-sdk, src/__tests__/notifications/webhooks-validator.node.test.ts.
  const body = '{"data": ["1", "2"]}';
  const h1 = "a300428748dce5c70e4da19bffd60769591ea969c99dea3105d0ec9612cf43f9";
  const check = (header: string, now = 1_698_796_800_000) =>
    checkRequest(scheme, { body, headers: { "paddle-signature": header }, secrets: ["VALID_SECRET"], now });

  it("is that of the vendor's SDK", async () => {
    expect(await check(`ts=1698796800;h1=${h1}`)).toBe("ok");
    expect(await check(`ts=1698796801;h1=${h1}`)).toBe("wrong_signature");
  });

  it("may be one of several while the secret is rotated", async () => {
    const other = createHmac("sha256", "old").update(`1698796800:${body}`).digest("hex");
    expect(await check(`ts=1698796800;h1=${other};h1=${h1};h2=${other}`)).toBe("ok");
    expect(await check(`ts=1698796800;h2=${h1}`)).toBe("malformed_signature");
  });

  it("counts for half a minute", async () => {
    expect(await check(`ts=1698796800;h1=${h1}`, 1_698_796_830_000)).toBe("ok");
    expect(await check(`ts=1698796800;h1=${h1}`, 1_698_796_831_000)).toBe("stale_timestamp");
  });
});

describe("words of Paddle", () => {
  it.each([
    ["billed", "open", "pending"],
    ["paid", "open", "paid"],
    ["completed", "completed", "paid"],
    ["canceled", "cancelled", "voided"],
    ["past_due", "open", "pending"],
    ["frozen", "unknown", "unknown"],
    ["constructor", "unknown", "unknown"],
    [undefined, "unknown", "unknown"],
  ])("a transaction %s is %s and %s", (word, status, payment) => {
    expect(meaningOf(word)).toMatchObject({ status, payment });
  });

  it.each([
    ["draft", null, true],
    ["ready", null, true],
    ["canceled", null, true],
    ["canceled", "2023-08-22T07:45:54.783994Z", false],
    ["billed", "2023-08-22T07:45:54.783994Z", false],
    ["paid", null, false],
  ])("a transaction %s, billed %s: only a cart is %s", (status, billedAt, cart) => {
    expect(isCart(status, billedAt)).toBe(cart);
  });

  it.each([
    ["captured", "sale", "succeeded"],
    ["authorized", "authorization", "succeeded"],
    ["authorized_flagged", "authorization", "pending"],
    ["canceled", "void", "succeeded"],
    ["error", "sale", "failed"],
    ["action_required", "sale", "pending"],
    ["pending_no_action_required", "sale", "pending"],
    ["created", "sale", "pending"],
    ["evaporated", "sale", "unknown"],
  ])("a payment %s is %s %s", (word, kind, status) => {
    expect(toPaymentState(word)).toEqual({ kind, status });
  });

  it.each([
    ["pending_approval", "pending"],
    ["approved", "succeeded"],
    ["rejected", "failed"],
    ["reversed", "failed"],
    ["lost", "unknown"],
  ])("an adjustment %s is %s", (word, status) => expect(toAdjustmentState(word)).toBe(status));
});
