import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toMessageId } from "../../src/nats/message-id.ts";
import { entityOfId } from "../../src/publish/renormalize/published.ts";

/** Of an entity whose id holds what the encoding makes special. */
const eventId = fc
  .string({ unit: fc.constantFrom("a", "0", ":", " ", "=", "%", "D", "\r", "\n") })
  .map((entity) => `acme:order:${entity}:1`);

describe("a message id", () => {
  it.each([
    "acme:order:1001:3",
    "acme:order:a b%0Ac=:1",
    "replay:crm:1:acme:order:ä:1",
    "webhook:acme:a%20b",
  ])("stays as it is without line breaks: %s", (id) => {
    expect(toMessageId(id)).toBe(id);
  });

  it("is one header, and another one for every other id", () => {
    const near = [
      "a b",
      "a\nb",
      "a\rb",
      "a\r\nb",
      "a\n\rb",
      "a%0Ab",
      "a%0Db",
      "a%250Ab",
      "a%0A\nb",
      "a\n%0Ab",
    ];
    const made = near.map((entity) => toMessageId(`acme:order:${entity}:1`));
    expect(new Set(made).size).toBe(near.length);
    fc.assert(
      fc.property(eventId, eventId, (one, other) => {
        expect(toMessageId(one)).not.toMatch(/[\r\n]/);
        expect(toMessageId(one) === toMessageId(other)).toBe(one === other);
      }),
    );
  });

  it("begins with what its beginning becomes, and tells its entity", () => {
    fc.assert(
      fc.property(eventId, (id) => {
        const entity = id.slice(0, -2);
        expect(toMessageId(id)).toBe(`${toMessageId(`${entity}:`)}1`);
        expect(entityOfId(toMessageId(id))).toBe(toMessageId(entity));
        expect(entityOfId(id)).toBe(toMessageId(entity));
      }),
    );
  });
});
