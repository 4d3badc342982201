/** Which reads complete a webhook about an order. All topics of one order read the same, so that they can share the answers. */
import type { Answers, Hydration, Read } from "../../hydration.ts";
import type { MapResult } from "../../platform.ts";
import { addressAnswer, placeIds } from "./address.ts";
import type { Shop } from "./envelope.ts";
import { orderAnswer, orderCarriersAnswer, type OrderRow } from "./order-answers.ts";
import { listPath, onePath } from "./webservice.ts";

/** How the order is found: by its id, or by a thing of it that the webhook names. */
export type OrderLink =
  | { readonly orderId: string }
  | { readonly owner: Read; readonly key: string; readonly find: (answer: unknown) => string | undefined };

export function planOrder(
  link: OrderLink,
  shop: Shop,
  rest: {
    map: (orderId: string | undefined, answers: Answers, readAt: string) => MapResult;
    partial: () => MapResult;
  },
): Hydration {
  const idIn = (answers: Answers) => ("orderId" in link ? link.orderId : link.find(answers[link.owner.name]));
  return {
    key: "orderId" in link ? `order:${link.orderId}` : link.key,
    reads: (answers) => {
      const orderId = idIn(answers);
      const owner = "owner" in link ? [link.owner] : [];
      return orderId === undefined ? owner : [...owner, ...readsOf(orderId, answers, shop)];
    },
    map: (answers, readAt) => rest.map(idIn(answers), answers, readAt),
    partial: rest.partial,
  };
}

/** https://devdocs.prestashop-project.org/8/webservice/resources/orders/ */
function readsOf(orderId: string, answers: Answers, shop: Shop): Read[] {
  const order = orderAnswer.safeParse(answers.order);
  const first = { name: "order", path: onePath("orders", orderId, shop), mayBeGone: true };
  return order.success ? [first, ...partsOf(order.data, shop), ...namesOf(answers, shop)] : [first];
}

function partsOf(order: OrderRow, shop: Shop): Read[] {
  const ofOrder = (name: string, resource: string): Read => ({
    name,
    path: listPath(resource, { id_order: [order.id] }, shop),
  });
  const one = (name: string, resource: string, id: string | null | undefined): Read[] =>
    id == null ? [] : [{ name, path: onePath(resource, id, shop), mayBeGone: true }];
  const isBillingElsewhere = order.id_address_invoice !== order.id_address_delivery;
  return [
    ofOrder("details", "order_details"),
    ofOrder("histories", "order_histories"),
    ofOrder("shipments", "order_carriers"),
    ofOrder("slips", "order_slip"),
    {
      name: "payments",
      path: listPath("order_payments", { order_reference: [order.reference ?? ""] }, shop),
    },
    { name: "orderStates", path: listPath("order_states", {}, shop) },
    ...one("customer", "customers", order.id_customer),
    ...one("deliveryAddress", "addresses", order.id_address_delivery),
    ...(isBillingElsewhere ? one("invoiceAddress", "addresses", order.id_address_invoice) : []),
    ...one("currency", "currencies", order.id_currency),
  ];
}

/** What the parts only number. */
function namesOf(answers: Answers, shop: Shop): Read[] {
  const addresses = [answers.deliveryAddress, answers.invoiceAddress].map(
    (answer) => addressAnswer.safeParse(answer).data,
  );
  const { countries, regions } = placeIds(addresses);
  const shipments = orderCarriersAnswer.safeParse(answers.shipments).data ?? [];
  const carriers = [...new Set(shipments.map((row) => row.id_carrier).filter((id) => id != null))].sort();
  const list = (name: string, resource: string, ids: readonly string[]): Read[] =>
    ids.length === 0 ? [] : [{ name, path: listPath(resource, { id: ids }, shop) }];
  return [
    ...list("countries", "countries", countries),
    ...list("regions", "states", regions),
    ...list("carriers", "carriers", carriers),
  ];
}
