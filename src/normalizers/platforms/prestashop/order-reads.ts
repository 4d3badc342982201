/** Which reads complete a webhook about an order. All topics of one order read the same, so that they can share the answers. */
import type { Answers, Read } from "../../hydration.ts";
import { addressAnswer, placeIds } from "./address.ts";
import type { Shop } from "./envelope.ts";
import { orderAnswer, orderCarriersAnswer, type OrderRow } from "./order-answers.ts";
import { readList } from "./plan.ts";
import { listPath, onePath } from "./webservice.ts";

/** https://devdocs.prestashop-project.org/8/webservice/resources/orders/ */
export function readsOfOrder(orderId: string, answers: Answers, shop: Shop): Read[] {
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
  return [
    ...readList("countries", "countries", countries, shop),
    ...readList("regions", "states", regions, shop),
    ...readList("carriers", "carriers", carriers, shop),
  ];
}
