import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { createTestApp } from "./helpers/app.ts";

const reference = z.object({ $ref: z.string() });
const operation = z.object({
  summary: z.string().min(1),
  tags: z.array(z.string()).length(1),
  security: z.array(z.unknown()),
  requestBody: z.unknown().optional(),
  responses: z.record(z.string(), z.unknown()),
});
const schema = z.object({
  openapi: z.literal("3.1.0"),
  tags: z.array(z.object({ name: z.string(), description: z.string().min(1) })),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({
    responses: z.record(z.string(), z.unknown()),
    schemas: z.record(z.string(), z.unknown()),
    securitySchemes: z.object({ bearer: z.object({ type: z.literal("http"), scheme: z.literal("bearer") }) }),
  }),
});

const { app } = createTestApp();

async function served(): Promise<Record<string, unknown>> {
  return z.record(z.string(), z.unknown()).parse(await (await app.request("/openapi.json")).json());
}

async function operations() {
  const { paths } = schema.parse(await served());
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, found]) => ({ method, path, ...found })),
  );
}

function refOf(response: unknown): string {
  return reference.parse(response).$ref.split("/").at(-1) ?? "";
}

describe("/openapi.json", () => {
  it("is valid OpenAPI 3.1, and all that it points at is there", async () => {
    const validator = new Validator();
    expect(await validator.validate(await served())).toEqual({ valid: true });
    expect(validator.version).toBe("3.1");
    const document = await served();
    const pointers = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/([^"]+)"/g)];
    expect(pointers.length).toBeGreaterThan(20);
    const { components } = document;
    for (const [, pointer = ""] of pointers) expect(components).toHaveProperty(pointer.split("/"));
  });

  it("lists every route below /api, each with a summary, an area and the token it needs", async () => {
    const all = await operations();
    const existing = app.routes
      .filter(({ method, path }) => method !== "ALL" && path.startsWith("/api/"))
      .map(({ method, path }) => `${method} ${path.replace(/:([a-z]+)/g, "{$1}")}`);
    expect(all.map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort()).toEqual(
      [...new Set(existing)].sort(),
    );
    const { tags } = schema.parse(await served());
    expect(new Set(all.flatMap((each) => each.tags))).toEqual(new Set(tags.map(({ name }) => name)));
    for (const { security } of all) expect(security).toEqual([{ bearer: [] }]);
  });

  it("names the refusals that stand in front of each route, and of no other", async () => {
    for (const { method, path, responses, requestBody } of await operations()) {
      const what = `${method} ${path}`;
      expect(refOf(responses["401"]), what).toBe("Unauthorized");
      expect(refOf(responses["429"]), what).toBe("TooManyAttempts");
      expect(refOf(responses.default), what).toBe("AnyProblem");
      expect("403" in responses, what).toBe(method !== "get");
      expect("413" in responses, what).toBe(requestBody !== undefined);
      expect(
        Object.keys(responses).some((status) => /^2/.test(status)),
        what,
      ).toBe(true);
    }
  });

  it("is made once, since anybody may ask for it", async () => {
    const { app } = createTestApp();
    const make = vi.spyOn(app, "getOpenAPI31Document");
    const answers = [await app.request("/openapi.json"), await app.request("/openapi.json")];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(make).toHaveBeenCalledOnce();
  });

  it("describes all refusals as problem documents", async () => {
    const { components } = schema.parse(await served());
    const problems = z.record(
      z.string(),
      z.object({ content: z.object({ "application/problem+json": z.object({ schema: reference }) }) }),
    );
    const parsed = problems.parse(components.responses);
    expect(Object.keys(parsed)).toHaveLength(5);
    for (const { content } of Object.values(parsed))
      expect(refOf(content["application/problem+json"].schema)).toBe("Problem");
  });
});
