import { describe, expect, it } from "vitest";
import {
  fill,
  fillAddress,
  fillHeader,
  resolveBelow,
  SetupProblem,
} from "../../../src/publish/hydrate/template.ts";

describe("an address", () => {
  it.each([
    ["https://api.example.com/stores/{hash}/v2", { hash: "a/b" }, "https://api.example.com/stores/a%2Fb/v2"],
    ["https://{shop}.example.com", { shop: "acme-1" }, "https://acme-1.example.com/"],
    ["https://{host}/api", { host: "shop.example.com" }, "https://shop.example.com/api"],
    ["{shopUrl}/api", { shopUrl: "https://shop.example.com/store/" }, "https://shop.example.com/store/api"],
    ["{shopUrl}", { shopUrl: "http://127.0.0.1:8080" }, "http://127.0.0.1:8080/"],
  ])("%s is filled", (template, values, expected) => {
    expect(fillAddress(template, values).href).toBe(expected);
  });

  it.each([
    ["https://{shop}.example.com", { shop: "evil.test/" }],
    ["https://{shop}.example.com", { shop: "evil.test#" }],
    ["https://{shop}.example.com", { shop: "a@evil" }],
    ["https://{shop}.example.com", { shop: "evil:80" }],
    ["https://api.example.com/{hash}/x", { hash: ".." }],
    ["{shopUrl}/api", { shopUrl: "ftp://shop.example.com" }],
    ["{shopUrl}/api", { shopUrl: "https://user:pass@shop.example.com" }],
    ["{shopUrl}/api", { shopUrl: "https://shop.example.com/?x=" }],
    ["{shopUrl}/api", { shopUrl: "https://shop.example.com/#" }],
    ["{shopUrl}/api", { shopUrl: "shop.example.com" }],
    ["{shopUrl}/api", {}],
    ["{shopUrl}/api", { shopUrl: "" }],
  ])("%s is refused with %j", (template, values) => {
    expect(() => fillAddress(template, values)).toThrow(SetupProblem);
  });

  it("tells which setting is wrong, not its value", () => {
    expect(() => fillAddress("https://{shop}.example.com", { shop: "a b" })).toThrow(/^shop is no part/);
  });
});

describe("a path below an address", () => {
  const base = new URL("https://api.example.com/v2");

  it("is joined, and a whole address of the same place is taken", () => {
    expect(resolveBelow(base, "/orders?x=1")?.href).toBe("https://api.example.com/v2/orders?x=1");
    expect(resolveBelow(base, "https://api.example.com/v2/orders?page=2")?.href).toBe(
      "https://api.example.com/v2/orders?page=2",
    );
  });

  it.each([
    "https://evil.example.com/v2/orders",
    "http://api.example.com/v2/orders",
    "https://api.example.com/v1/orders",
    "https://u:p@api.example.com/v2/orders",
    "/../v1/orders",
    "/%2e%2e/v1",
    "/orders/..",
    "/orders/.?page=1",
    "https://api.example.com/v2/../v1",
    "/orders/..%2f..%2fv1",
    "orders",
    "@evil.example.com/",
  ])("%s leads elsewhere", (path) => {
    expect(resolveBelow(base, path)).toBeUndefined();
  });
});

describe("values elsewhere", () => {
  it("stand in headers as they are, unless they would make another header", () => {
    expect(fillHeader("Bearer {key}", { key: "k-1" })).toBe("Bearer k-1");
    expect(() => fillHeader("Bearer {key}", { key: "a\r\nhost: evil" })).toThrow(SetupProblem);
    expect(() => fillHeader("Bearer {key}", { key: "ключ" })).toThrow(SetupProblem);
  });

  it("are not filled a second time", () => {
    expect(fill("{a}", { a: "{b}", b: "x" })).toBe("{b}");
  });

  it("are none that an object brings along", () => {
    expect(() => fill("{constructor}", {})).toThrow("constructor is missing");
  });
});
