/** The topics that end in reading an order. */
import { z } from "zod";
import type { Refund } from "../../canonical/shipping.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { orNull, versionFrom } from "../../fields.ts";
import { hydrated } from "../../hydration.ts";
import { id, idOrNone, listOf, text } from "../../payload.ts";
import { type MapContext, type Observation, observed, patched } from "../../platform.ts";
import { envelope } from "./envelope.ts";
import { patchFulfillment } from "./fulfillment.ts";
import { money, toSquareMoney } from "./money.ts";
import { toOrderStatus, toRefundState } from "./order-status.ts";
import { patchPayment, paymentPayload } from "./payment.ts";
import { readOrder } from "./read-order.ts";

const thin = z.object({ order_id: id, state: text, created_at: text, updated_at: text });
const refund = z.object({
  id,
  order_id: idOrNone,
  payment_id: idOrNone,
  amount_money: money,
  status: text,
  reason: text,
  created_at: text,
  updated_at: text,
});
type RefundPayload = z.output<typeof refund>;

/** A sale at the till has no `order.created`; whoever sees its id for the first time takes it for new by its birth. */
export const orderCreated = hydrated(envelope({ order_created: thin }), ({ data }, context) =>
  readOrder(
    { orderId: data.object.order_created.order_id },
    { isNew: true, partial: () => patchState(data.object.order_created, context) },
  ),
);

export const orderUpdated = hydrated(envelope({ order_updated: thin }), ({ data }, context) =>
  readOrder(
    { orderId: data.object.order_updated.order_id },
    { isNew: false, partial: () => patchState(data.object.order_updated, context) },
  ),
);

export const fulfillmentUpdated = hydrated(
  envelope({
    order_fulfillment_updated: thin.extend({
      fulfillment_update: listOf(z.object({ fulfillment_uid: idOrNone, new_state: text })),
    }),
  }),
  ({ data }, context) => {
    const told = data.object.order_fulfillment_updated;
    const version = versionFrom(context, told.updated_at);
    return readOrder(
      { orderId: told.order_id },
      {
        isNew: false,
        partial: () => [
          ...patchState(told, context),
          ...(told.fulfillment_update ?? []).flatMap(({ fulfillment_uid: uid, new_state }) =>
            uid ? patchFulfillment(told.order_id, uid, new_state, version) : [],
          ),
        ],
      },
    );
  },
);

/** The payment itself is told in full; whether its order is paid is not. */
export const paymentChanged = hydrated(paymentPayload, ({ data }, context) => {
  const { payment } = data.object;
  const { order_id: orderId } = payment;
  if (!orderId) return { observations: [] };
  return readOrder(
    { orderId },
    {
      isNew: false,
      also: () => [patchPayment(payment, orderId, context)],
      partial: () => [patchPayment(payment, orderId, context)],
    },
  );
});

/**
 * The order that a refund names may be one that was made for the return, so the sale is found through the payment:
 * https://developer.squareup.com/docs/refunds-api/overview
 */
export const refundChanged = hydrated(envelope({ refund }), ({ data }, context) => {
  const { refund: told } = data.object;
  const partial = () => (told.order_id ? observeRefund(told, told.order_id, context) : []);
  if (!told.payment_id) return { observations: partial() };
  return readOrder(
    { paymentId: told.payment_id },
    { isNew: false, also: (orderId) => observeRefund(told, orderId, context), partial },
  );
});

export const invoiceChanged = hydrated(
  envelope({ invoice: z.object({ order_id: idOrNone }) }),
  ({ data }) => {
    const { order_id: orderId } = data.object.invoice;
    return orderId ? readOrder({ orderId }, { isNew: false, partial: () => [] }) : { observations: [] };
  },
);

function patchState(told: z.output<typeof thin>, context: MapContext): Observation[] {
  const status = toOrderStatus(told.state);
  if (status === undefined) return [];
  const entity = { id: told.order_id, version: versionFrom(context, told.updated_at, told.created_at) };
  return [
    patched("order", { ...entity, path: "platformStatus", value: told.state }),
    patched("order", { ...entity, path: "status", value: status }),
  ];
}

function observeRefund(told: RefundPayload, orderId: string, context: MapContext): Observation[] {
  const version = versionFrom(context, told.updated_at, told.created_at);
  const status = toRefundState(told.status);
  const amount = toSquareMoney(told.amount_money);
  const state: Refund = {
    id: told.id,
    orderId,
    createdAt: toTimestamp(told.created_at),
    amount,
    reason: orNull(told.reason),
    payments: [{ status, amount, parentId: told.payment_id }],
    extra: {
      ...(told.status ? { status: told.status } : {}),
      ...(told.order_id && told.order_id !== orderId ? { order_id: told.order_id } : {}),
    },
  };
  const value = {
    id: told.id,
    kind: "refund",
    status,
    platformStatus: told.status ?? undefined,
    amount,
    parentId: told.payment_id,
    createdAt: state.createdAt,
  };
  return [
    observed("refund", {
      id: told.id,
      version,
      state,
      bornAt: state.createdAt,
      isNew: context.topic === "refund.created",
    }),
    patched("order", { id: orderId, path: "payments", key: told.id, version, value }),
  ];
}
