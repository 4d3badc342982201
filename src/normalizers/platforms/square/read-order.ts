/** The reads behind every topic about an order: the order, then the payments that its tenders name. */
import { z } from "zod";
import { type Answers, apiPath, type Hydration, mapAnswer, type Read } from "../../hydration.ts";
import { idOrNone, listOf } from "../../payload.ts";
import { describeIssues, type MapResult, type Observation } from "../../platform.ts";
import { observeOrder, orderAnswer } from "./order.ts";
import { paymentAnswer, type PaymentPayload } from "./payment.ts";

const tenders = z.object({ order: z.object({ tenders: listOf(z.object({ payment_id: idOrNone })) }) });
const owner = z.object({ payment: z.object({ order_id: idOrNone }) });

/** Which order: by its id, or by a payment of it. */
export type OrderOf = { readonly orderId: string } | { readonly paymentId: string };

interface About {
  readonly isNew: boolean;
  /** Told beside the order; gets the order's id. */
  readonly also?: (orderId: string) => Observation[];
  readonly partial: () => Observation[];
}

export function readOrder(of: OrderOf, { isNew, also, partial }: About): Hydration {
  return {
    key: "orderId" in of ? `order:${of.orderId}` : `order-of-payment:${of.paymentId}`,
    reads: (answers) => readsOf(of, answers),
    map: (answers, readAt) => {
      const payments = paymentsOf(answers);
      if ("problem" in payments) return { ok: false, problem: payments.problem };
      return mapAnswer("order", answers.order, orderAnswer, (answer) => [
        ...observeOrder(answer, payments.list, { readAt, isNew }),
        ...(also?.(answer.order.id) ?? []),
      ]);
    },
    partial: (): MapResult => ({ ok: true, observations: partial() }),
  };
}

function readsOf(of: OrderOf, answers: Answers): Read[] {
  const orderId = "orderId" in of ? of.orderId : orderOfPayment(answers[nameOf(of.paymentId)]);
  const told = tenders.safeParse(answers.order).data?.order.tenders ?? [];
  const payments = new Set([
    ...("paymentId" in of ? [of.paymentId] : []),
    ...told.flatMap(({ payment_id }) => (payment_id ? [payment_id] : [])),
  ]);
  return [
    ...(orderId ? [{ name: "order", path: apiPath`/v2/orders/${orderId}` }] : []),
    ...[...payments].map((each) => ({ name: nameOf(each), path: apiPath`/v2/payments/${each}` })),
  ];
}

function orderOfPayment(answer: unknown): string | undefined {
  return owner.safeParse(answer).data?.payment.order_id ?? undefined;
}

function nameOf(paymentId: string): string {
  return `payment ${paymentId}`;
}

function paymentsOf(answers: Answers): { list: PaymentPayload[] } | { problem: string } {
  const list: PaymentPayload[] = [];
  for (const [name, answer] of Object.entries(answers)) {
    if (!name.startsWith("payment ")) continue;
    const parsed = paymentAnswer.safeParse(answer);
    if (!parsed.success) return { problem: `answer payment: ${describeIssues(parsed.error.issues)}` };
    list.push(parsed.data.payment);
  }
  return { list };
}
