import { describe, expect, it } from "vitest";
import { deleted, observed, patched } from "../../../src/normalizers/platform.ts";
import type { EntityObservation } from "../../../src/normalizers/transition/apply.ts";
import { eventsOf, signalEvent } from "../../../src/normalizers/transition/events.ts";
import { type EntityRow, entityRow } from "../../../src/normalizers/transition/row.ts";
import { type Cause, type Transition, transition } from "../../../src/normalizers/transition/transition.ts";
import {
  aCause,
  aCauseNumbered,
  aConsentPatch,
  aCustomerObservation,
  anOrder,
  anOrderDeletion,
  anOrderObservation,
  anOrigin,
  aPaymentPatch,
  aRow,
  aStockObservation,
  at,
  freezeDeep,
} from "../../helpers/factories.ts";

/** Takes an entity through observations, each by a webhook of its own, and tells what came of the last. */
function live(...steps: (EntityObservation | [EntityObservation, Partial<Cause>])[]) {
  let row: EntityRow | undefined;
  let result: Transition = { outcome: "stale" };
  for (const [index, step] of steps.entries()) {
    const [observation, overrides] = Array.isArray(step) ? step : [step, {}];
    result = transition(
      row && freezeDeep(row),
      freezeDeep(observation),
      aCauseNumbered(index + 1, overrides),
    );
    row = rowOf(result) ?? row;
  }
  return {
    row,
    outcome: result.outcome,
    outbox: result.outcome === "changed" ? result.row.outbox : undefined,
    actions: result.outcome === "changed" ? (result.row.outbox?.actions ?? []) : [],
  };
}

function rowOf(result: Transition): EntityRow | undefined {
  return result.outcome === "stale" ? undefined : result.row;
}

const paid = (second: number) => anOrderObservation({ paymentStatus: "paid" }, { version: at(second) });
const seen = (order: Parameters<typeof anOrder>[0], second: number) =>
  anOrderObservation(order, { version: at(second) });

describe("first sight", () => {
  it("of an order placed after the store was connected is `created`", () => {
    const { actions, row } = live(anOrderObservation());
    expect(actions).toEqual(["created"]);
    expect(row?.outbox?.firstSeen).toBeUndefined();
    expect(row).toMatchObject({ sequence: 1, outbox: { changed: [], previous: {} } });
  });

  it("of an order placed before is `updated` with firstSeen", () => {
    const { outbox } = live(anOrderObservation({}, { bornAt: "2025-12-31T23:59:59Z" }));
    expect(outbox).toMatchObject({ actions: ["updated"], firstSeen: true });
  });

  it("in the very second of connecting counts as after, since platforms have one-second clocks", () => {
    const observation = anOrderObservation({}, { bornAt: "2026-01-01T00:00:00Z" });
    expect(live([observation, { connectedAt: "2026-01-01T00:00:00.900Z" }]).actions).toEqual(["created"]);
  });

  it("follows bornAt and not isNew when both are known", () => {
    const { outbox } = live(anOrderObservation({}, { bornAt: "2025-01-01T00:00:00Z", isNew: true }));
    expect(outbox).toMatchObject({ actions: ["updated"], firstSeen: true });
  });

  it.each([
    { isNew: true, actions: ["created"] },
    { isNew: false, actions: ["updated"] },
  ])("follows isNew when bornAt is unknown ($isNew)", ({ isNew, actions }) => {
    expect(live(anOrderObservation({}, { bornAt: undefined, isNew })).actions).toEqual(actions);
  });

  it("of a new order tells every milestone that it has behind it", () => {
    const order = { paymentStatus: "paid", fulfillmentStatus: "fulfilled", status: "cancelled" } as const;
    expect(live(anOrderObservation(order)).actions).toEqual(["created", "paid", "fulfilled", "cancelled"]);
  });

  it("of an old order tells no milestone, and not later either", () => {
    const old = { bornAt: "2025-01-01T00:00:00Z" };
    const first = anOrderObservation({ paymentStatus: "paid" }, old);
    expect(live(first).actions).toEqual(["updated"]);
    expect(live(first, seen({ paymentStatus: "paid", note: "x" }, 1)).actions).toEqual(["updated"]);
    expect(live(first, seen({ paymentStatus: "refunded" }, 1)).actions).toEqual(["updated", "refunded"]);
  });

  it("of an old order tells the milestones that its topic names, and no other", () => {
    const order = { paymentStatus: "paid", fulfillmentStatus: "fulfilled" } as const;
    const observation = anOrderObservation(order, { bornAt: "2025-01-01T00:00:00Z", news: ["paid"] });
    expect(live(observation).outbox).toMatchObject({ actions: ["updated", "paid"], firstSeen: true });
  });

  it("of an old order tells the milestones whose own moment lies after the store was connected", () => {
    const order = { paymentStatus: "paid", paidAt: "2026-01-02T00:00:00Z", status: "cancelled" } as const;
    const old = { bornAt: "2025-01-01T00:00:00Z" };
    expect(live(anOrderObservation(order, old)).actions).toEqual(["updated", "paid"]);
    expect(live(anOrderObservation({ ...order, paidAt: "2025-12-01T00:00:00Z" }, old)).actions).toEqual([
      "updated",
    ]);
  });

  it("does not tell a milestone that its topic names but its state does not show", () => {
    const observation = anOrderObservation({}, { bornAt: "2025-01-01T00:00:00Z", news: ["paid"] });
    expect(live(observation).actions).toEqual(["updated"]);
  });
});

describe("milestones of an order", () => {
  it("are told in the event list after the one carrier", () => {
    expect(live(anOrderObservation(), paid(1)).actions).toEqual(["updated", "paid"]);
  });

  it("that lie between two states are told though the state between was never seen", () => {
    expect(live(anOrderObservation(), seen({ paymentStatus: "refunded" }, 1)).actions).toEqual([
      "updated",
      "paid",
      "refunded",
    ]);
    expect(live(anOrderObservation(), seen({ fulfillmentStatus: "delivered" }, 1)).actions).toEqual([
      "updated",
      "fulfilled",
      "delivered",
    ]);
  });

  it.each([
    ["paymentStatus", "authorized", "authorized"],
    ["paymentStatus", "partially_paid", "partially_paid"],
    ["paymentStatus", "partially_refunded", "partially_refunded"],
    ["fulfillmentStatus", "partially_fulfilled", "partially_fulfilled"],
  ] as const)("%s %s tells %s", (field, value, milestone) => {
    expect(live(anOrderObservation(), seen({ [field]: value }, 1)).actions).toContain(milestone);
  });

  it("are told once, though an edit takes the order back and forth", () => {
    const back = seen({ paymentStatus: "partially_paid", note: "one more mug" }, 2);
    expect(live(anOrderObservation(), paid(1), back).actions).toEqual(["updated"]);
    expect(live(anOrderObservation(), paid(1), back, paid(3)).actions).toEqual(["updated"]);
  });

  it("are told of the step before only as long as the later one was not told", () => {
    const partly = seen({ fulfillmentStatus: "partially_fulfilled" }, 2);
    expect(live(anOrderObservation(), seen({ fulfillmentStatus: "fulfilled" }, 1), partly).actions).toEqual([
      "updated",
    ]);
    const authorized = seen({ paymentStatus: "authorized" }, 2);
    expect(live(anOrderObservation(), paid(1), authorized).actions).toEqual(["updated"]);
  });

  it("include `cancelled` again after the cancellation was taken back", () => {
    const cancelled = (second: number) => seen({ status: "cancelled" }, second);
    expect(live(anOrderObservation(), cancelled(1)).actions).toEqual(["updated", "cancelled"]);
    expect(live(anOrderObservation(), cancelled(1), seen({ status: "open" }, 2)).actions).toEqual([
      "updated",
    ]);
    expect(
      live(anOrderObservation(), cancelled(1), seen({ status: "open" }, 2), cancelled(3)).actions,
    ).toEqual(["updated", "cancelled"]);
  });

  it("include `payment_failed` each time the order's payment turns to failed", () => {
    const failed = (second: number) => seen({ paymentStatus: "failed" }, second);
    expect(live(anOrderObservation(), failed(1)).actions).toEqual(["updated", "payment_failed"]);
    expect(
      live(anOrderObservation(), failed(1), seen({ paymentStatus: "failed", note: "x" }, 2)).actions,
    ).toEqual(["updated"]);
    expect(live(anOrderObservation(), failed(1), seen({}, 2), failed(3)).actions).toEqual([
      "updated",
      "payment_failed",
    ]);
  });

  it("include `payment_failed` for each new failed attempt to get money, not for a failed refund or void", () => {
    const fail = (id: string, second: number, kind: "sale" | "refund" | "void" = "sale") =>
      aPaymentPatch({ id, kind, status: "failed" }, at(second));
    const order = anOrderObservation();
    expect(live(order, fail("1", 1)).actions).toEqual(["updated", "payment_failed"]);
    expect(live(order, fail("1", 1), fail("2", 2)).actions).toEqual(["updated", "payment_failed"]);
    expect(live(order, fail("1", 1, "refund")).actions).toEqual(["updated"]);
    expect(live(order, fail("1", 1, "void")).actions).toEqual(["updated"]);
    expect(live(order, fail("1", 1), aPaymentPatch({ id: "2" }, at(2))).actions).toEqual(["updated"]);
  });

  it("include `address_changed` when the address that was told differs, and not when it is first told", () => {
    const moved = { shippingAddress: { name: "Ada", line1: "Quay 2", city: "Hamburg", country: "DE" } };
    expect(live(anOrderObservation(), seen(moved, 1)).actions).toEqual(["updated", "address_changed"]);
    expect(live(anOrderObservation(), seen({ shippingAddress: null }, 1)).actions).toEqual([
      "updated",
      "address_changed",
    ]);
    const { shippingAddress: _none, ...without } = anOrder();
    const bare = observed("order", { id: "1001", version: at(0), isNew: true, state: without });
    expect(live(bare, seen(moved, 1)).actions).toEqual(["updated"]);
  });
});

describe("milestones of other resources", () => {
  const fulfillment = (status: "open" | "delivered" | "cancelled", second: number) =>
    observed("fulfillment", {
      id: "4",
      version: at(second),
      isNew: true,
      state: { id: "4", orderId: "1001", status },
    });
  const product = (published: boolean, second: number) =>
    observed("product", { id: "2", version: at(second), isNew: true, state: { id: "2", published } });
  const orderReturn = (status: "open" | "declined" | "closed", second: number) =>
    observed("return", { id: "3", version: at(second), isNew: true, state: { id: "3", status } });
  const checkout = (completedAt: string | null, second: number) =>
    observed("checkout", { id: "c", version: at(second), isNew: true, state: { id: "c", completedAt } });

  it("a fulfillment is delivered and cancelled, a return requested and closed", () => {
    expect(live(fulfillment("open", 0), fulfillment("delivered", 1)).actions).toEqual([
      "updated",
      "delivered",
    ]);
    expect(live(fulfillment("open", 0), fulfillment("cancelled", 1)).actions).toEqual([
      "updated",
      "cancelled",
    ]);
    expect(live(orderReturn("open", 0)).actions).toEqual(["requested"]);
    expect(live(orderReturn("open", 0), orderReturn("declined", 1)).actions).toEqual(["updated", "closed"]);
    expect(
      live(orderReturn("open", 0), orderReturn("declined", 1), orderReturn("closed", 2)).actions,
    ).toEqual(["updated"]);
  });

  it("the carrier's word alone makes a fulfillment delivered", () => {
    const shipped = observed("fulfillment", {
      id: "4",
      version: at(1),
      state: { id: "4", orderId: "1001", status: "open", shipmentStatus: "delivered" },
    });
    expect(live(fulfillment("open", 0), shipped).actions).toEqual(["updated", "delivered"]);
  });

  it("a product is published and unpublished, the latter only when it was seen published", () => {
    expect(live(product(true, 0)).actions).toEqual(["created", "published"]);
    expect(live(product(false, 0)).actions).toEqual(["created"]);
    expect(live(product(true, 0), product(false, 1)).actions).toEqual(["updated", "unpublished"]);
    expect(live(product(true, 0), product(false, 1), product(true, 2)).actions).toEqual([
      "updated",
      "published",
    ]);
  });

  it("a checkout has one carrier, `updated`, and is completed once", () => {
    expect(live(checkout(null, 0)).actions).toEqual(["updated"]);
    expect(live(checkout(null, 0), checkout("2026-02-01T13:00:00Z", 1)).actions).toEqual([
      "updated",
      "completed",
    ]);
  });
});

describe("an equal state", () => {
  it("is no event and writes nothing when its version is the same", () => {
    expect(transition(aRow(), anOrderObservation(), aCause())).toEqual({ outcome: "unchanged" });
  });

  it("moves the version forward, so that what arrives late between the two is stale", () => {
    const between = seen({ note: "typo" }, 1);
    const { outcome, row } = live(anOrderObservation(), seen({}, 2));
    expect(outcome).toBe("unchanged");
    expect(row).toMatchObject({
      version: at(2),
      sequence: 1,
      inboxSequence: 1,
      outbox: { actions: ["created"] },
    });
    expect(live(anOrderObservation(), seen({}, 2), between).outcome).toBe("stale");
  });

  it("of one version moves the moment of sending forward, so that what was sent between the two is stale", () => {
    const told = anOrderObservation();
    const steps = [
      [told, { sentAt: at(1) }],
      [told, { sentAt: at(3) }],
    ] satisfies [EntityObservation, Partial<Cause>][];
    expect(live(...steps).outcome).toBe("unchanged");
    expect(live(...steps, [seen({ note: "typo" }, 0), { sentAt: at(2) }]).outcome).toBe("stale");
  });

  it("moves what a patch brought behind it, so that an older patch is stale", () => {
    const told = (state: "subscribed" | "unsubscribed", second: number) =>
      aCustomerObservation({ emailConsent: { state } }, { version: at(second) });
    const { outcome, row } = live(
      told("subscribed", 1),
      aConsentPatch("unsubscribed", at(3)),
      told("unsubscribed", 5),
    );
    expect(outcome).toBe("unchanged");
    expect(
      live(
        told("subscribed", 1),
        aConsentPatch("unsubscribed", at(3)),
        told("unsubscribed", 5),
        aConsentPatch("subscribed", at(4)),
      ),
    ).toMatchObject({ outcome: "stale", row });
  });

  it("is one whose change time alone differs, and its events stay as they were told", () => {
    const first = anOrderObservation({ updatedAt: "2026-02-01T12:00:00Z" });
    const { outcome, row } = live(first, seen({ updatedAt: "2026-02-01T12:00:09Z" }, 9));
    expect(outcome).toBe("unchanged");
    expect(row).toMatchObject({ version: at(9), state: { updatedAt: "2026-02-01T12:00:00Z" } });
  });

  it("tells the quiet fields with the next change", () => {
    const first = anOrderObservation({ updatedAt: "2026-02-01T12:00:00Z" });
    const second = seen({ updatedAt: "2026-02-01T12:00:09Z", note: "gift" }, 9);
    expect(live(first, second).outbox).toMatchObject({
      changed: ["updatedAt", "note"],
      previous: { updatedAt: "2026-02-01T12:00:00Z" },
    });
  });
});

describe("an older observation", () => {
  it("is stale and writes nothing", () => {
    expect(live(paid(5), seen({ note: "late" }, 4))).toMatchObject({ outcome: "stale" });
  });

  it("of a price or stock is stale too", () => {
    expect(
      live(aStockObservation({}, { version: at(5) }), aStockObservation({ available: 9 }, { version: at(4) }))
        .outcome,
    ).toBe("stale");
  });
});

describe("equal versions with different states", () => {
  const unpaid: EntityObservation = anOrderObservation();
  const pays: EntityObservation = paid(0);

  it("are taken in order of the moment of sending, whatever the order of arrival", () => {
    expect(live([unpaid, { sentAt: at(1) }], [pays, { sentAt: at(2) }]).actions).toEqual(["updated", "paid"]);
    expect(live([pays, { sentAt: at(2) }], [unpaid, { sentAt: at(1) }]).outcome).toBe("stale");
  });

  it("are taken in order of arrival when the platform does not say when it sent them", () => {
    expect(live(unpaid, pays).actions).toEqual(["updated", "paid"]);
    expect(live(pays, unpaid).actions).toEqual(["updated"]);
    expect(live([unpaid, { sentAt: at(1) }], pays).actions).toEqual(["updated", "paid"]);
  });

  it("are not told again when the earlier one is delivered again after a crash", () => {
    const first = aCauseNumbered(1);
    const row = live(unpaid, pays).row;
    expect(transition(row, unpaid, first)).toEqual({ outcome: "stale" });
    expect(transition(row, pays, aCauseNumbered(2))).toEqual({ outcome: "unchanged" });
  });

  it("are taken in order of arrival though a patch came between", () => {
    const { row } = live(unpaid, aPaymentPatch({ id: "1" }, at(1)));
    const late = transition(row, pays, aCauseNumbered(3));
    expect(rowOf(late)?.state.paymentStatus).toBe("paid");
    const between = transition(row, pays, {
      ...aCauseNumbered(1),
      webhookId: `${aCauseNumbered(1).webhookId}5`,
    });
    expect(rowOf(between)?.state.paymentStatus).toBe("paid");
  });
});

describe("a deletion", () => {
  it("is told once, with the last known state", () => {
    const { row, actions } = live(paid(1), anOrderDeletion(at(2)));
    expect(actions).toEqual(["deleted"]);
    expect(row).toMatchObject({ deleted: true, version: at(2), state: anOrder({ paymentStatus: "paid" }) });
    expect(live(paid(1), anOrderDeletion(at(2)), anOrderDeletion(at(2))).outcome).toBe("unchanged");
  });

  it("counts though its time lies before the last change, since it may be the hub's", () => {
    expect(live(paid(5), anOrderDeletion(at(4)))).toMatchObject({
      actions: ["deleted"],
      row: { version: at(5), deleted: true },
    });
  });

  it("of an entity that was never seen leaves a tombstone and says that little is known", () => {
    const { row, outbox } = live(anOrderDeletion(at(3)));
    expect(outbox).toMatchObject({ actions: ["deleted"], firstSeen: true, partial: true });
    expect(row).toMatchObject({ deleted: true, state: { id: "1001" }, sequence: 1 });
    expect(live(anOrderDeletion(at(3)), paid(2)).outcome).toBe("stale");
  });

  it("of an entity that only patches told of says that little is known", () => {
    const { outbox } = live(aPaymentPatch({}, at(1)), anOrderDeletion(at(2)));
    expect(outbox).toMatchObject({ actions: ["deleted"], partial: true });
  });

  it("makes older states and all patches stale", () => {
    expect(live(paid(1), anOrderDeletion(at(3)), seen({ note: "late" }, 2)).outcome).toBe("stale");
    expect(live(paid(1), anOrderDeletion(at(3)), aPaymentPatch({}, at(2))).outcome).toBe("stale");
    expect(live(paid(1), anOrderDeletion(at(3)), aPaymentPatch({}, at(4))).outcome).toBe("stale");
  });

  it("heard of again later moves the version forward, so that what arrives late between the two is stale", () => {
    const twice = [paid(1), anOrderDeletion(at(3)), anOrderDeletion(at(6))];
    expect(live(...twice)).toMatchObject({ outcome: "unchanged", row: { version: at(6), sequence: 3 } });
    expect(live(...twice, seen({ note: "late" }, 5)).outcome).toBe("stale");
  });

  it("of a resource that keeps silent about deletions is remembered without an event", () => {
    const price = (second: number) =>
      observed("price", {
        id: "8",
        version: at(second),
        isNew: true,
        state: { variantId: "8", price: { amount: "10.00", currency: "EUR" } },
      });
    const gone = deleted("price", "8", at(2));
    expect(live(price(1), gone)).toMatchObject({
      outcome: "unchanged",
      row: { deleted: true, sequence: 1, version: at(2) },
    });
    expect(live(price(1), gone).row?.outbox).toBeUndefined();
    expect(live(price(1), gone, price(1)).outcome).toBe("stale");
    expect(live(gone)).toMatchObject({ outcome: "unchanged", row: { deleted: true, sequence: 0 } });
    expect(live(gone, price(3))).toMatchObject({ actions: ["changed"], row: { sequence: 1 } });
  });
});

describe("an entity that comes back", () => {
  it("by a newer state is told as updated", () => {
    const { actions, row } = live(anOrderObservation(), anOrderDeletion(at(2)), paid(3));
    expect(actions).toEqual(["updated", "paid"]);
    expect(row?.deleted).toBeUndefined();
  });

  it("unchanged is told all the same", () => {
    expect(live(anOrderObservation(), anOrderDeletion(at(2)), seen({}, 3)).actions).toEqual(["updated"]);
  });

  it("because the platform says so counts though its version is older than the deletion's", () => {
    const restored = anOrderObservation({}, { version: at(2), restored: true });
    const { actions, row } = live(anOrderObservation(), anOrderDeletion(at(9)), restored);
    expect(actions).toEqual(["updated"]);
    expect(row).toMatchObject({ version: at(2) });
    expect(
      live(anOrderObservation(), anOrderDeletion(at(9)), restored, seen({ note: "x" }, 3)).actions,
    ).toEqual(["updated"]);
  });

  it("stays when the deletion that was told is delivered again", () => {
    const life = [anOrderObservation(), anOrderDeletion(at(2)), seen({}, 3)];
    expect(live(...life, anOrderDeletion(at(2))).outcome).toBe("stale");
    const restored = anOrderObservation({}, { version: at(1), restored: true });
    expect(live(anOrderObservation(), anOrderDeletion(at(2)), restored, anOrderDeletion(at(2))).outcome).toBe(
      "stale",
    );
  });

  it("stays away when the restoration that was told is delivered again after another deletion", () => {
    const restored = anOrderObservation({}, { version: at(1), restored: true });
    const { row } = live(anOrderObservation(), anOrderDeletion(at(2)), restored, anOrderDeletion(at(4)));
    expect(transition(row, restored, aCauseNumbered(3))).toEqual({ outcome: "stale" });
    expect(transition(row, restored, aCauseNumbered(5)).outcome).toBe("changed");
  });

  it("can be deleted again", () => {
    const life = [anOrderObservation(), anOrderDeletion(at(2)), seen({}, 3), anOrderDeletion(at(4))];
    expect(live(...life)).toMatchObject({ actions: ["deleted"], row: { deleted: true } });
  });
});

describe("a patch", () => {
  it("of consent is told as consent_changed with the path that changed", () => {
    expect(live(aCustomerObservation(), aConsentPatch("subscribed", at(1))).outbox).toMatchObject({
      actions: ["updated", "consent_changed"],
      changed: ["emailConsent"],
      previous: {},
    });
  });

  it("before the whole state is told as partial, and the state afterwards as created with both", () => {
    const patch = aConsentPatch("subscribed", at(5));
    expect(live(patch).outbox).toMatchObject({
      actions: ["updated", "consent_changed"],
      firstSeen: true,
      partial: true,
    });
    const { outbox, row } = live(patch, aCustomerObservation());
    expect(outbox?.partial).toBeUndefined();
    expect(outbox?.actions).toEqual(["created"]);
    expect(row?.state).toMatchObject({ email: "ada@example.com", emailConsent: { state: "subscribed" } });
  });

  it("before the whole state tells its milestone once, and not again with the state", () => {
    const failed = aPaymentPatch({ status: "failed" }, at(1));
    expect(live(failed).actions).toEqual(["updated", "payment_failed"]);
    expect(live(failed, anOrderObservation()).actions).toEqual(["created"]);
  });

  it("on top of a patch stays partial as long as the whole state is unknown", () => {
    const { outbox } = live(aPaymentPatch({ id: "1" }, at(1)), aPaymentPatch({ id: "2" }, at(2)));
    expect(outbox).toMatchObject({ actions: ["updated"], partial: true });
    expect(outbox?.firstSeen).toBeUndefined();
  });

  it("that is older than the whole state which tells the field is stale, a newer one is not", () => {
    const told = aCustomerObservation({ emailConsent: { state: "unsubscribed" } }, { version: at(5) });
    expect(live(told, aConsentPatch("subscribed", at(4))).outcome).toBe("stale");
    expect(live(told, aConsentPatch("subscribed", at(6))).actions).toEqual(["updated", "consent_changed"]);
  });

  it("that is newer than a state which arrives late stays, an older one gives way", () => {
    const told = (second: number) =>
      aCustomerObservation({ emailConsent: { state: "unsubscribed" } }, { version: at(second) });
    expect(live(told(1), aConsentPatch("subscribed", at(6)), told(5)).row?.state).toMatchObject({
      emailConsent: { state: "subscribed" },
    });
    expect(live(told(1), aConsentPatch("subscribed", at(6)), told(7)).row?.state).toMatchObject({
      emailConsent: { state: "unsubscribed" },
    });
  });

  it("survives whole states that do not tell the field, however new they are", () => {
    const { row } = live(
      aCustomerObservation(),
      aConsentPatch("subscribed", at(1)),
      aCustomerObservation({ email: "countess@example.com" }, { version: at(9) }),
    );
    expect(row?.state).toMatchObject({
      email: "countess@example.com",
      emailConsent: { state: "subscribed" },
    });
  });

  it("of a list element is merged by id, in the order of ids, whatever the order of arrival", () => {
    const patches = ["9", "10", "100"].map((id, index) => aPaymentPatch({ id }, at(index + 1)));
    const ids = (row: EntityRow | undefined) => row?.state.payments;
    const forth = ids(live(anOrderObservation(), ...patches).row);
    expect(ids(live(anOrderObservation(), ...patches.toReversed()).row)).toEqual(forth);
    expect(forth).toMatchObject([{ id: "9" }, { id: "10" }, { id: "100" }]);
  });

  it("of a list element replaces the element only when it is newer", () => {
    const pending = aPaymentPatch({ id: "1", status: "pending" }, at(1));
    const done = aPaymentPatch({ id: "1", status: "succeeded" }, at(2));
    expect(live(anOrderObservation(), pending, done).row?.state.payments).toMatchObject([
      { id: "1", status: "succeeded" },
    ]);
    expect(live(anOrderObservation(), done, pending).outcome).toBe("stale");
  });

  it("does not make the whole state look newer than it is", () => {
    const { actions } = live(anOrderObservation(), aPaymentPatch({}, at(9)), paid(5));
    expect(actions).toEqual(["updated", "paid"]);
  });

  it("that says what is known already is no event, and moves its own version forward", () => {
    const known = [
      aCustomerObservation(),
      aConsentPatch("subscribed", at(1)),
      aConsentPatch("subscribed", at(5)),
    ];
    expect(live(...known)).toMatchObject({
      outcome: "unchanged",
      row: { version: at(0), parts: { emailConsent: at(5) } },
    });
    expect(live(...known, aConsentPatch("unsubscribed", at(3))).outcome).toBe("stale");
  });

  it("keeps what it does not know absent, not null", () => {
    const patch = patched("customer", { id: "7", path: "smsConsent", version: at(1), value: null });
    expect(live(patch).row?.state).toEqual({ id: "7", smsConsent: null });
  });
});

describe("stock", () => {
  const count = (available: number | null, second: number) =>
    aStockObservation({ available }, { version: at(second) });

  it("tells how much was added or taken", () => {
    expect(live(count(3, 0), count(1, 1)).outbox).toMatchObject({
      actions: ["changed"],
      delta: -2,
      previous: { available: 3 },
    });
  });

  it("tells no delta on first sight and where one of the two is not counted", () => {
    expect(live(count(3, 0)).outbox?.delta).toBeUndefined();
    expect(live(count(3, 0), count(null, 1)).outbox?.delta).toBeUndefined();
    expect(live(count(null, 0), count(3, 1)).outbox?.delta).toBeUndefined();
  });

  it.each([
    [3, 0, "out"],
    [3, -1, "out"],
    [0, 2, "back"],
    [-1, 1, "back"],
  ])("from %i to %i tells %s", (before, now, milestone) => {
    expect(live(count(before, 0), count(now, 1)).actions).toEqual(["changed", milestone]);
  });

  it.each([
    [3, 1],
    [0, -1],
    [null, 3],
  ])("from %j to %j tells neither out nor back", (before, now) => {
    expect(live(count(before, 0), count(now, 1)).actions).toEqual(["changed"]);
  });

  it("that may be ordered when empty is never out", () => {
    const backorder = aStockObservation({ available: 0, status: "backorder" }, { version: at(1) });
    expect(live(count(3, 0), backorder).actions).toEqual(["changed"]);
  });

  it("that is not counted is out and back by its status", () => {
    const status = (word: "in_stock" | "out_of_stock", second: number) =>
      aStockObservation({ available: null, status: word }, { version: at(second) });
    expect(live(status("in_stock", 0), status("out_of_stock", 1)).actions).toEqual(["changed", "out"]);
    expect(live(status("out_of_stock", 0), status("in_stock", 1)).actions).toEqual(["changed", "back"]);
  });

  it("is not changed by learning which variant it belongs to", () => {
    const named = aStockObservation({ variantId: "8", sku: "MUG" }, { version: at(1) });
    expect(live(count(3, 0), named).outcome).toBe("unchanged");
  });
});

describe("events", () => {
  const order = anOrderObservation({ paymentStatus: "paid" });

  it("are written from the row: ids by sequence, one content for all of a transition", () => {
    const events = eventsOf(
      aRow([anOrderObservation(), seen({ paymentStatus: "refunded" }, 1)]),
      "order",
      "1001",
      anOrigin(),
    );
    expect(events.map(({ id, type, sequence }) => [id, type, sequence])).toEqual([
      ["acme:order:1001:2", "order.updated", 2],
      ["acme:order:1001:3", "order.paid", 3],
      ["acme:order:1001:4", "order.refunded", 4],
    ]);
    for (const event of events) expect(event.data).toBe(events[0]?.data);
    expect(events[0]).toMatchObject({
      specversion: "1.0",
      source: "/stores/acme",
      subject: "1001",
      time: "2026-02-01T12:00:01Z",
      datacontenttype: "application/json",
      dataschema: "https://hub.example.com/schemas/v1/order.json",
      platform: "shopify",
      store: "acme",
      detectedat: "2026-02-01T12:30:00.123Z",
      via: "webhook",
      causationid: aCauseNumbered(2).webhookId,
      authenticity: "signature",
      data: {
        order: { paymentStatus: "refunded" },
        changed: ["paymentStatus"],
        previous: { paymentStatus: "pending" },
      },
    });
  });

  it("carry the hub's time where the version is no moment", () => {
    const counted = { ...order, version: "000000000042" };
    expect(live(counted).outbox?.time).toBe("2026-02-01T12:30:00.123Z");
  });

  it("are the same bytes from the row as it was stored", () => {
    const row = aRow([order]);
    const stored = entityRow.parse(JSON.parse(JSON.stringify(row)));
    const write = (from: EntityRow) => JSON.stringify(eventsOf(from, "order", "1001", anOrigin()));
    expect(write(stored)).toBe(write(row));
  });

  it("do not exist for a row without outbox", () => {
    const { outbox: _none, ...row } = aRow([order]);
    expect(eventsOf(row, "order", "1001", anOrigin())).toEqual([]);
  });

  it("of a signal have the same id on every retry of the platform, and no sequence", () => {
    const signal = { type: "app.uninstalled", data: { shop: "acme.example.com" } } as const;
    const write = (cause: Cause) =>
      signalEvent(signal, { ...cause, dedupeKey: "b54557e4", at: "2026-02-01T12:00:00Z" }, anOrigin());
    const event = write(aCauseNumbered(1));
    expect(event).toMatchObject({ type: "app.uninstalled", data: { app: signal.data } });
    expect(event).not.toHaveProperty("sequence");
    expect(event).not.toHaveProperty("subject");
    expect(write(aCauseNumbered(2)).id).toBe(event.id);
  });
});
