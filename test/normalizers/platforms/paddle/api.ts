/** What Paddle's API answers about one transaction of the samples at each stage of its life. */
import type { LifeStage, SampleOptions } from "../../../../src/normalizers/wire.ts";
import { adjustmentObject } from "../../../../src/normalizers/platforms/paddle/samples/rest.ts";
import { transactionObject } from "../../../../src/normalizers/platforms/paddle/samples/transaction.ts";

const STATUSES: Readonly<Record<LifeStage, string>> = {
  created: "billed",
  paid: "paid",
  partly_shipped: "paid",
  shipped: "completed",
  partly_refunded: "completed",
};

/** The answer to a read; undefined where the API has none. */
export function answers(stage: LifeStage, options: SampleOptions): (path: string) => unknown {
  const known: Record<string, unknown> = {
    [`/transactions/${options.id}?include=customer,address,adjustments`]: {
      data: {
        ...transactionObject(options, STATUSES[stage]),
        customer: {
          id: "ctm_01h8441jn5pcwrfhwh78jqt8hk",
          name: "Ada Byron",
          email: "ada@example.com",
          locale: "en",
        },
        address: {
          id: "add_01h848pep46enq8y372x7maj0p",
          first_line: "1018 1st Street",
          second_line: null,
          city: "Brooklyn",
          region: "NY",
          postal_code: "11215",
          country_code: "US",
        },
        adjustments: stage === "partly_refunded" ? [adjustmentObject(options)] : [],
      },
      meta: { request_id: "b15ec92e-8688-40d4-a04d-f44cbec93355" },
    },
  };
  return (path) => known[path];
}
