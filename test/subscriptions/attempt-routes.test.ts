import { describe, expect, it } from "vitest";
import { problem } from "../../src/api.ts";
import { createTestApp } from "../helpers/app.ts";
import { anAttempt } from "../helpers/subscriptions.ts";

const ATTEMPTS = [
  anAttempt(),
  anAttempt({ outcome: "retry", status: 500, error: "status", nextAt: "2026-11-01T12:05:00.000Z" }),
  anAttempt({ subscription: "erp", eventId: "acme:order:1002:1", entity: "acme:order:1002" }),
  anAttempt({ subscription: "erp", outcome: "dead", error: "timeout", attempt: 10 }),
];

async function page(query = "") {
  const answer = await createTestApp({ attempts: ATTEMPTS }).admin("GET", `/api/attempts${query}`);
  return { status: answer.status, body: await answer.json() };
}

describe("GET /api/attempts", () => {
  it.each<[string, number[]]>([
    ["", [0, 1, 2, 3]],
    ["?subscription=crm", [0, 1]],
    ["?result=failed", [1, 3]],
    ["?subscription=crm&result=ok", [0]],
    ["?event=acme:order:1002:1", [2]],
    ["?entity=acme:order:1001", [0, 1, 3]],
    ["?subscription=nobody", []],
    ["?limit=4", [0, 1, 2, 3]],
  ])("%s gives attempts %j, oldest first", async (query, expected) => {
    const { status, body } = await page(query);
    expect([status, body]).toEqual([200, { attempts: expected.map((at) => ATTEMPTS[at]) }]);
  });

  it("goes on page by page", async () => {
    expect((await page("?limit=3")).body).toMatchObject({ next: 3 });
    expect((await page("?limit=3&after=3")).body).toEqual({ attempts: [ATTEMPTS[3]] });
  });

  it.each([
    ["limit=0", "limit: "],
    ["limit=1001", "limit: "],
    ["after=-1", "after: "],
    ["result=maybe", "result: "],
    ["since=yesterday", "since: "],
  ])("names what is wrong with %s", async (query, detail) => {
    const { status, body } = await page(`?${query}`);
    expect([status, problem.parse(body).detail]).toEqual([400, expect.stringContaining(detail)]);
  });
});
