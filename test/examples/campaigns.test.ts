import type { EventOf } from "entrepot/client";
import { describe, expect, it } from "vitest";
import { createCampaigns } from "../../examples/marketing/campaigns.ts";
import { parseEvent } from "../../src/events.ts";
import { anEvent } from "../helpers/event.ts";

type CheckoutType = "checkout.updated" | "checkout.completed";

function aCheckout(type: CheckoutType, checkout: object = {}): EventOf<CheckoutType> {
  const state = { id: "5", email: "ada@example.com", acceptsMarketing: true, ...checkout };
  const event = parseEvent(
    anEvent(1, { type, subject: "5", data: { checkout: state, changed: [], previous: {} } }),
  );
  if (event.type !== "checkout.updated" && event.type !== "checkout.completed") throw new Error(event.type);
  return event;
}

describe("a checkout that was left", () => {
  it("is reminded of once, after so long without a change", () => {
    const clock = { now: 0 };
    const { handle, remind } = createCampaigns(60_000, () => clock.now);
    handle(aCheckout("checkout.updated"));
    clock.now = 40_000;
    handle(aCheckout("checkout.updated"));
    clock.now = 90_000;
    expect(remind()).toEqual([]);
    clock.now = 100_000;
    expect(remind()).toHaveLength(1);
    expect(remind()).toEqual([]);
  });

  it("is no matter when it was finished, or when the buyer wants no mail", () => {
    const { handle, remind } = createCampaigns(0, () => 0);
    handle(aCheckout("checkout.updated"));
    handle(aCheckout("checkout.completed"));
    handle(aCheckout("checkout.updated", { acceptsMarketing: false }));
    expect(remind()).toEqual([]);
  });
});
