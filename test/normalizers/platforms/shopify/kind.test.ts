/** A signed body is not read as another thing because somebody changed the topic, which nobody signs. */
import { describe, expect, it } from "vitest";
import { normalize } from "../../../../src/normalizers/normalize.ts";
import { sampleBody, wireFor } from "../../../helpers/app.ts";
import { aWebhook } from "../../../helpers/factories.ts";

const wire = wireFor("shopify");
const read = (topic: string, text: string) => normalize(aWebhook({ topic, body: Buffer.from(text) }), {});

describe("an order's body", () => {
  const order = sampleBody(wire, "orders/create");
  const topics = Object.entries(wire.topics).filter(([, { kind }]) => kind === "mapped");

  it("is read under the topics of orders only, and not as one of their parts", () => {
    expect(order).toContain("gid://shopify/Order/");
    for (const [topic] of topics) {
      const { kind } = read(topic, order);
      if (topic.startsWith("orders/")) expect(kind, topic).toBe("observed");
      else expect(kind, topic).toBe("unreadable");
    }
  });

  it("is refused with a word that names the kind and nothing of the body", () => {
    expect(read("products/update", order)).toEqual({
      kind: "unreadable",
      problem: "admin_graphql_api_id: the body is of the kind Order, which the topic is not about",
    });
  });
});

describe("a customer's body", () => {
  const customer = sampleBody(wire, "customers/create");

  it.each(["customers/merge", "customers/data_request", "customers/redact"])(
    "is not read under %s, whose bodies name customers and are none",
    (topic) => {
      expect(customer).toContain("gid://shopify/Customer/");
      expect(read(topic, customer).kind).toBe("unreadable");
    },
  );

  it("is read under the topics of customers, and under those of a part of one", () => {
    for (const topic of ["customers/update", "customers/delete", "customers_marketing_consent/update"]) {
      expect(read(topic, customer).kind, topic).toBe("observed");
    }
  });
});

describe("a body of a kind that is not known, or without one", () => {
  it.each(["gid://shopify/SomethingNew/1", "no gid", "", 7, null])("is read as before: %j", (gid) => {
    const body = JSON.stringify({ id: 1, admin_graphql_api_id: gid });
    expect(read("products/delete", body).kind).toBe("observed");
  });
});
