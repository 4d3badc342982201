/** What notifications about orders, shipments, payments and claims make the hub read: it all ends at the order. */
import { z } from "zod";
import { toTimestamp, toVersion } from "../../canonical/time.ts";
import { apiPath, type Answers, type Hydration, mapAnswer, type Read } from "../../hydration.ts";
import { idOrNone } from "../../payload.ts";
import { type MapResult, type Observation, observed } from "../../platform.ts";
import { changedAt, orderAnswer, toOrder } from "./order.ts";
import { itemsAnswer, readShipment, shipmentAnswer, toFulfillment } from "./shipment.ts";

/** Which order the first answer leads to, and from where. */
export interface Start {
  readonly key: string;
  readonly first: readonly Read[];
  readonly orderIdIn: (answers: Answers) => string | undefined;
  readonly sellerId: string;
  /** What the notification alone may say. */
  readonly told: readonly Observation[];
}

const shippingOf = z.object({ shipping: z.object({ id: idOrNone }) });
const settled = z.object({
  order: orderAnswer,
  shipment: shipmentAnswer.optional(),
  items: itemsAnswer.nullish().transform((items) => items ?? []),
});

/** A forged id of another seller's order is answered with 403 or 404; it must neither stop the store's reads nor be told. */
export const ABOUT_ONE = { mayBeGone: true, mayBeForbidden: true } as const;

export function readOrderFrom({ key, first, orderIdIn, sellerId, told }: Start): Hydration {
  return {
    key,
    reads: (known) => {
      const orderId = orderIdIn(known);
      const shippingId = shippingOf.safeParse(known.order).data?.shipping.id;
      return [
        ...first,
        ...(orderId ? [{ name: "order", path: apiPath`/orders/${orderId}`, ...ABOUT_ONE }] : []),
        ...(shippingId && !("shipment" in known) ? readShipment(shippingId) : []),
      ];
    },
    map: (known, readAt) => mapOrder(known, sellerId, readAt),
    partial: () => ({ ok: true, observations: [...told] }),
  };
}

function mapOrder(known: Answers, sellerId: string, readAt: string): MapResult {
  if (known.order === undefined) {
    return {
      ok: false,
      problem: "the seller may not read the order: it is somebody else's, or there is none",
    };
  }
  return mapAnswer("order", known, settled, ({ order, shipment, items }) => {
    if (order.seller?.id && order.seller.id !== sellerId) return [];
    const version = toVersion(changedAt(order)) ?? toVersion(readAt) ?? "";
    return [
      observed("order", {
        id: order.id,
        version,
        bornAt: toTimestamp(order.date_created),
        state: toOrder(order, shipment),
      }),
      ...(shipment === undefined
        ? []
        : [
            observed("fulfillment", {
              id: shipment.id,
              version: toVersion(toTimestamp(shipment.last_updated)) ?? toVersion(readAt) ?? "",
              bornAt: toTimestamp(shipment.date_created),
              state: toFulfillment(shipment, items, order.id),
            }),
          ]),
    ];
  });
}
