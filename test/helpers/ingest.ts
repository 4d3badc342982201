/** What the tests of the ingest routes ask and look at. */
import { expect } from "vitest";
import { z } from "zod";
import { problem } from "../../src/api.ts";
import type { Appended, Inbox } from "../../src/ingest/inbox/inbox.ts";
import { ADMIN_TOKEN, createTestApp, type TestApp } from "./app.ts";

export const ACME = "/webhooks/shopify/acme";

export function appWithInbox(append: Inbox["append"]): TestApp {
  return createTestApp({
    overrides: { inbox: { refusal: () => undefined, append, drain: async () => undefined } },
  });
}

/** Without the id that differs from request to request. */
export async function problemOf(response: Response) {
  const { requestId, ...rest } = problem.parse(await response.json());
  expect(requestId).not.toBe("");
  return rest;
}

export function headersOf(response: Response): Record<string, string> {
  return Object.fromEntries([...response.headers].filter(([name]) => name !== "x-request-id"));
}

export async function post(
  test: TestApp,
  init: RequestInit,
  path = ACME,
): Promise<readonly [test: TestApp, response: Response]> {
  return [test, await test.app.request(path, init)];
}

export function failing(result: Appended): TestApp {
  return appWithInbox(async () => result);
}

export function manyHeaders(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, number) => [`x-more-${number}`, "1"]));
}

export async function rejections({ app }: TestApp): Promise<Record<string, unknown>[]> {
  const response = await app.request("/api/rejections", {
    headers: { Authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  expect(response.status).toBe(200);
  return z.object({ rejections: z.array(z.record(z.string(), z.unknown())) }).parse(await response.json())
    .rejections;
}
