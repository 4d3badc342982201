/** What Wix's API answers about one order of the samples at each stage of its life. */
import type { LifeStage, SampleOptions } from "../../../../src/normalizers/platform.ts";
import { orderOf } from "../../../../src/normalizers/platforms/wix/samples/order.ts";

/** The answer to a read; undefined where the API has none. */
export function answers(stage: LifeStage, options: SampleOptions): (path: string) => unknown {
  const known: Record<string, unknown> = {
    [`/ecom/v1/orders/${options.id}`]: { order: orderOf({ ...options, stage }) },
  };
  return (path) => known[path];
}
