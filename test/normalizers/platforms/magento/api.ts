/** What a Magento shop's REST API answers about one order and what belongs to it, at each stage of the order's life. */
import type { LifeStage, SampleOptions } from "../../../../src/normalizers/wire.ts";
import {
  sampleCart,
  sampleCustomer,
  sampleProduct,
} from "../../../../src/normalizers/platforms/magento/samples/catalog.ts";
import {
  sampleCreditmemo,
  sampleInvoice,
  sampleShipment,
} from "../../../../src/normalizers/platforms/magento/samples/documents.ts";
import { sampleOrderEntity } from "../../../../src/normalizers/platforms/magento/samples/order.ts";

/** By the path of a read below `/V1`, with its query; undefined where the API answers 404. */
export function answers(stage: LifeStage, options: SampleOptions): (path: string) => unknown {
  const at = { ...options, stage };
  const documents: Readonly<Record<string, (options: SampleOptions) => unknown>> = {
    invoices: sampleInvoice,
    shipments: sampleShipment,
    creditmemos: sampleCreditmemo,
    products: sampleProduct,
  };
  const single: Readonly<Record<string, (options: SampleOptions) => unknown>> = {
    orders: sampleOrderEntity,
    customers: sampleCustomer,
    carts: sampleCart,
    products: sampleProduct,
  };
  return (path) => {
    const { pathname, searchParams } = new URL(path, "https://shop.example");
    const [collection = "", id] = pathname
      .replace(/^.*\/V1\//, "/")
      .split("/")
      .filter((part) => part !== "");
    if (id === undefined) {
      const found = documents[collection]?.(at);
      const isMeant = searchParams.has("searchCriteria[filter_groups][0][filters][0][value]");
      return found === undefined || !isMeant ? undefined : { items: [found], total_count: 1 };
    }
    const known = collection === "products" ? "HB 22/A" : options.id;
    return decodeURIComponent(id) === known ? single[collection]?.(at) : undefined;
  };
}
