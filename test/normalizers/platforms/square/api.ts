/** What Square's API answers about one order of the samples at each stage of its life. */
import { squareMoney } from "../../../../src/normalizers/platforms/square/samples/envelope.ts";
import type { LifeStage, SampleOptions } from "../../../../src/normalizers/wire.ts";

/** The answer to a read; undefined where the API has none. */
export function answers(stage: LifeStage, options: SampleOptions): (path: string) => unknown {
  const known: Record<string, unknown> = {
    [`/v2/orders/${options.id}`]: { order: orderAt(stage, options) },
    [`/v2/payments/${options.id}-payment`]: { payment: paymentAt(stage, options) },
    "/v2/catalog/search": { objects: [itemAt(options)], latest_time: options.at },
  };
  return (path) => known[path];
}

function isPaid(stage: LifeStage): boolean {
  return stage !== "created";
}

function orderAt(stage: LifeStage, options: SampleOptions) {
  const done = stage === "shipped" || stage === "partly_refunded";
  const total = squareMoney(options);
  const none = { ...total, amount: 0 };
  return {
    id: options.id,
    location_id: "S8GWD5R9QB376",
    state: done ? "COMPLETED" : "OPEN",
    version: 2,
    created_at: options.at,
    updated_at: options.at,
    ...(done ? { closed_at: options.at } : {}),
    source: { name: "Square Online" },
    customer_id: "QPTXM8PQNX3Q726ZYHPMNP46XC",
    reference_id: "web-1017",
    line_items: [
      {
        uid: "mug",
        catalog_object_id: "FGQ5JJWT2PYTHF35CKZ2DSKP",
        name: "Mug",
        variation_name: "Blue",
        quantity: "2",
        item_type: "ITEM",
        base_price_money: squareMoney(options, "0.5"),
        total_money: total,
        total_tax_money: none,
        total_discount_money: none,
      },
    ],
    fulfillments: [
      part("first", options.at, stage !== "created" && stage !== "paid"),
      part("second", options.at, done),
    ],
    ...(isPaid(stage)
      ? {
          tenders: [
            { id: `${options.id}-payment`, payment_id: `${options.id}-payment`, amount_money: total },
          ],
        }
      : {}),
    total_money: total,
    total_tax_money: none,
    total_discount_money: none,
    total_tip_money: none,
    total_service_charge_money: none,
    net_amount_due_money: isPaid(stage) ? none : total,
  };
}

function part(uid: string, at: string, isSent: boolean) {
  return {
    uid,
    type: "SHIPMENT",
    state: isSent ? "COMPLETED" : "PROPOSED",
    line_item_application: "ENTRY_LIST",
    entries: [{ uid: `${uid}-mug`, line_item_uid: "mug", quantity: "1" }],
    shipment_details: {
      recipient: {
        display_name: "Ada Byron",
        email_address: "ada@example.com",
        phone_number: "+12125550123",
        address: {
          address_line_1: "1018 1st Street",
          locality: "Brooklyn",
          administrative_district_level_1: "NY",
          postal_code: "11215",
          country: "US",
        },
      },
      placed_at: at,
      ...(isSent ? { carrier: "UPS", tracking_number: `1Z-${uid}` } : {}),
    },
  };
}

function paymentAt(stage: LifeStage, options: SampleOptions) {
  return {
    id: `${options.id}-payment`,
    order_id: options.id,
    amount_money: squareMoney(options),
    total_money: squareMoney(options),
    ...(stage === "partly_refunded" ? { refunded_money: squareMoney(options, "0.4") } : {}),
    status: "COMPLETED",
    source_type: "CARD",
    created_at: options.at,
    updated_at: options.at,
  };
}

function itemAt(options: SampleOptions) {
  return {
    type: "ITEM",
    id: "LXYPY4ZSZDAPWFFAUA2CBKPJ",
    updated_at: options.at,
    version: 1767323045000,
    is_deleted: false,
    item_data: {
      name: "Mug",
      description_html: "<p>Holds tea.</p>",
      product_type: "REGULAR",
      is_taxable: true,
      is_archived: false,
      categories: [{ id: "SSCFOWCPWJUGCVP2XTOUWOYY" }],
      variations: [
        {
          type: "ITEM_VARIATION",
          id: "FGQ5JJWT2PYTHF35CKZ2DSKP",
          updated_at: options.at,
          item_variation_data: {
            item_id: "LXYPY4ZSZDAPWFFAUA2CBKPJ",
            name: "Blue",
            sku: "MUG-BLUE",
            upc: "012345678905",
            ordinal: 0,
            pricing_type: "FIXED_PRICING",
            price_money: { amount: 1250, currency: "USD" },
          },
        },
      ],
    },
  };
}
