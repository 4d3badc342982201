import { describe, expect, it } from "vitest";
import { ignored } from "../../src/normalizers/platform.ts";
import { findTopic } from "../../src/normalizers/registry.ts";

const handlers = {
  exact: ignored("the topic itself"),
  order: ignored("orders of any channel"),
  archived: ignored("archived orders of any channel"),
  channel: ignored("anything of a channel"),
  action: ignored("a plain prefix"),
};
const wire = {
  topics: { "shop/order/updated": handlers.exact },
  topicPrefixes: {
    "shop/channel/*/order/": handlers.order,
    "shop/channel/*/order/archived": handlers.archived,
    "shop/channel/": handlers.channel,
    "action.": handlers.action,
  },
};

describe("findTopic", () => {
  it.each([
    ["shop/order/updated", handlers.exact],
    ["shop/channel/1/order/updated", handlers.order],
    ["shop/channel/1/order/archived", handlers.archived],
    ["shop/channel/1/2/order/updated", handlers.channel],
    ["shop/channel//order/updated", handlers.channel],
    ["shop/channel/1/orders", handlers.channel],
    ["action.anything", handlers.action],
    ["shop/order", undefined],
    ["", undefined],
  ])("gives for %j the longest prefix that fits", (topic, handler) => {
    expect(findTopic(wire, topic)).toBe(handler);
  });
});
