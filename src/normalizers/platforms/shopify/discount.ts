/** Discounts: applications name them, allocations say how much of each falls on which line. */
import { z } from "zod";
import { sumMoney, toMoney } from "../../canonical/money.ts";
import type { discount as canonicalDiscount, discountAllocation } from "../../canonical/order.ts";
import { amount, count, listOf, text } from "../../payload.ts";
import { moneySet, shopMoney } from "./money-set.ts";
import { orAbsent } from "./text.ts";

export const discountApplications = listOf(
  z.object({ type: text, value: amount, value_type: text, code: text, title: text, description: text }),
);
export type DiscountApplications = z.output<typeof discountApplications>;

export const discountCodes = listOf(z.object({ code: text, amount, type: text }));

export const discountAllocations = listOf(
  z.object({ amount, amount_set: moneySet, discount_application_index: count }),
);
type DiscountAllocations = z.output<typeof discountAllocations>;

type Discount = z.infer<typeof canonicalDiscount>;

interface Discounted {
  readonly applications: DiscountApplications;
  readonly codes: z.output<typeof discountCodes>;
  /** The allocations of all lines, shipping included. */
  readonly allocations: readonly NonNullable<DiscountAllocations>[];
  readonly currency: string | undefined;
}

/** All discounts of an order. Bodies before 2018-10 have codes only. */
export function toDiscounts({
  applications,
  codes,
  allocations,
  currency,
}: Discounted): Discount[] | undefined {
  if (applications === undefined && codes === undefined) return undefined;
  const applied = (applications ?? []).map((application, index) => ({
    code: orAbsent(application.code),
    title: orAbsent(application.title ?? application.description),
    type: orAbsent(application.value_type ?? application.type),
    value: application.value ?? undefined,
    amount: allocatedTo(index, allocations, currency),
  }));
  const names = new Set(applied.flatMap(({ code, title }) => [code, title]));
  const others = (codes ?? [])
    .filter(({ code }) => !names.has(orAbsent(code)))
    .map((code) => ({
      code: orAbsent(code.code),
      type: orAbsent(code.type),
      amount: toMoney(code.amount, currency),
    }));
  return [...applied, ...others];
}

export function toAllocations(
  allocations: DiscountAllocations,
  applications: DiscountApplications,
  currency: string | undefined,
): z.infer<typeof discountAllocation>[] | undefined {
  return allocations?.flatMap((allocation) => {
    const money = shopMoney(allocation.amount, allocation.amount_set, currency);
    const application = applications?.[allocation.discount_application_index ?? -1];
    if (money === undefined) return [];
    return [
      {
        code: orAbsent(application?.code),
        title: orAbsent(application?.title ?? application?.description),
        amount: money,
      },
    ];
  });
}

function allocatedTo(
  index: number,
  lines: readonly NonNullable<DiscountAllocations>[],
  currency: string | undefined,
) {
  const amounts = lines
    .flat()
    .filter((allocation) => allocation.discount_application_index === index)
    .map((allocation) => shopMoney(allocation.amount, allocation.amount_set, currency))
    .filter((money) => money !== undefined);
  return sumMoney(amounts);
}
