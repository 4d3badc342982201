import { z } from "zod";
import { toMoney } from "../../canonical/money.ts";
import type { Payment } from "../../canonical/order.ts";
import { toTimestamp } from "../../canonical/time.ts";
import { amount, id, text } from "../../payload.ts";
import { type Observation, patched } from "../../platform.ts";
import { type Seen, stamps, toCurrency, versionOf } from "./values.ts";

export const invoicePayload = z.object({
  entity_id: id,
  increment_id: text,
  order_id: id,
  state: text,
  ...stamps,
  grand_total: amount,
  order_currency_code: text,
});
export type InvoicePayload = z.output<typeof invoicePayload>;

/** Constants of magento/magento2, app/code/Magento/Sales/Model/Order/Invoice.php: 1 open, 2 paid, 3 canceled. */
const STATES: Readonly<Record<string, Pick<Payment, "kind" | "status">>> = {
  1: { kind: "sale", status: "pending" },
  2: { kind: "sale", status: "succeeded" },
  // The claim was taken back; no payment failed.
  3: { kind: "void", status: "succeeded" },
};

/** An invoice is a claim on the buyer and, once it is paid, a payment of the order. */
export function observeInvoice(body: InvoicePayload, seen: Seen): Observation[] {
  const known = body.state != null && Object.hasOwn(STATES, body.state) ? STATES[body.state] : undefined;
  const { kind, status } = known ?? { kind: "sale" as const, status: "unknown" as const };
  const value: Payment = {
    id: body.entity_id,
    kind,
    platformKind: "invoice",
    status,
    ...(body.state == null ? {} : { platformStatus: body.state }),
    amount: toMoney(body.grand_total, toCurrency(body.order_currency_code)),
    createdAt: toTimestamp(body.created_at),
  };
  return [
    patched("order", {
      id: body.order_id,
      version: versionOf(body, seen),
      path: "payments",
      key: body.entity_id,
      value,
    }),
  ];
}
