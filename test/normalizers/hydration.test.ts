import { describe, expect, it } from "vitest";
import { z } from "zod";
import { apiPath, encodePart, encodeValue, hydrated, mapAnswer } from "../../src/normalizers/hydration.ts";
import { deleted, type MapContext } from "../../src/normalizers/platform.ts";

const CONTEXT: MapContext = {
  topic: "order.changed",
  at: "2026-11-01T12:00:00Z",
  receivedAt: "2026-11-01T12:00:01Z",
  headers: {},
  options: {},
};
const payload = z.object({ id: z.coerce.string() });

describe("a hydrated topic", () => {
  it("plans its reads from the payload", () => {
    const handler = hydrated(payload, ({ id }) => ({
      key: `order:${id}`,
      reads: () => [{ name: "order", path: apiPath`/orders/${id}` }],
      map: () => ({ ok: true, observations: [] }),
      partial: () => ({ ok: true, observations: [] }),
    }));
    const plan = handler.plan({ id: 42 }, CONTEXT);
    if (!plan.ok || !("hydration" in plan)) throw new Error("no hydration was planned");
    expect(plan.hydration.key).toBe("order:42");
    expect(plan.hydration.reads({})).toEqual([{ name: "order", path: "/orders/42" }]);
  });

  it("gives observations at once where the webhook says enough", () => {
    const observations = [deleted("order", "42", "v1")];
    const handler = hydrated(payload, () => ({ observations }));
    expect(handler.plan({ id: 42 }, CONTEXT)).toEqual({ ok: true, observations });
  });

  it("names what does not fit in a payload, without its values", () => {
    const handler = hydrated(z.object({ id: z.number() }), () => ({ observations: [] }));
    const plan = handler.plan({ id: "private@example.com" }, CONTEXT);
    expect(plan).toMatchObject({ ok: false, problem: expect.stringMatching(/^id: /) });
    expect(JSON.stringify(plan)).not.toContain("private");
  });
});

describe("mapAnswer", () => {
  it("maps an answer that fits", () => {
    const observations = [deleted("order", "42", "v1")];
    expect(mapAnswer("order", { id: 42 }, payload, () => observations)).toEqual({ ok: true, observations });
  });

  it("names the answer that does not fit", () => {
    expect(mapAnswer("order", [], payload, () => [])).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/^answer order: /),
    });
  });
});

describe("apiPath", () => {
  it("encodes values, so that none leaves its segment", () => {
    expect(apiPath`/orders/${"../admin?x=1"}/lines?page=${2}`).toBe(
      "/orders/..%2Fadmin%3Fx%3D1/lines?page=2",
    );
    expect(apiPath`/orders`).toBe("/orders");
  });

  it("stays where it is, whatever a value holds", () => {
    for (const id of ["..", ".", "%2e%2e", "\ud800", "a\udc00b", "\\..\\"]) {
      const { pathname } = new URL(apiPath`/orders/${id}/lines`, "https://api.example");
      expect(pathname, id).toMatch(/^\/orders\/[^/]+\/lines$/);
    }
    expect(apiPath`/orders/${"1.5"}`).toBe("/orders/1.5");
  });

  it("leaves dots in a query as they are, since they lead nowhere there", () => {
    expect(apiPath`/orders?number=${".."}&page=${"\ud800"}`).toBe("/orders?number=..&page=%EF%BF%BD");
    expect([encodeValue(".."), encodePart("..")]).toEqual(["..", "%252E%252E"]);
  });
});
