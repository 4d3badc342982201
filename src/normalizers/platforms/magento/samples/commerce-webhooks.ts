import type { SampleOptions, Samples } from "../../../platform.ts";
import { sampleCustomer, sampleProduct } from "./catalog.ts";
import { sampleOrderEntity } from "./order.ts";
import { jsonEncode, toPhp } from "./php.ts";

export const commerceWebhooksSamples = {
  headers: (_topic, _options, deliveryId) => ({
    "content-type": "application/json",
    "x-adobe-commerce-request-id": deliveryId,
  }),
  bodies: {
    "observer.sales_order_save_commit_after": (options) =>
      write("observer.sales_order_save_commit_after", { order: sampleOrderEntity(options) }),
    "observer.catalog_product_save_commit_after": (options) =>
      write("observer.catalog_product_save_commit_after", { product: withEntityId(sampleProduct(options)) }),
    "observer.customer_save_commit_after": (options) =>
      write("observer.customer_save_commit_after", { customer: withEntityId(sampleCustomer(options)) }),
  } satisfies Record<string, (options: SampleOptions) => string>,
} as const satisfies Samples;

function write(eventName: string, data: Record<string, unknown>): string {
  return jsonEncode({ eventName, data: toPhp(data) });
}

function withEntityId({ id, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return { entity_id: id, ...rest };
}
