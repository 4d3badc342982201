import { describe, expect, it } from "vitest";
import { problem } from "../src/api.ts";
import { ERRORS, HubError, toProblem } from "../src/errors.ts";

const codes = new Map(Object.entries(ERRORS));

describe("a problem document", () => {
  it.each([...codes])(
    "of %s has its status and text, and fits its schema",
    (code, { status, publicText }) => {
      const known = Object.keys(ERRORS).find((each): each is keyof typeof ERRORS => each === code);
      if (known === undefined) return expect.unreachable();
      const document = toProblem(new HubError(known), "r-1");
      expect(document).toEqual({ type: "about:blank", title: publicText, status, code, requestId: "r-1" });
      expect(problem.strict().parse(document)).toEqual(document);
    },
  );

  it("tells what is explained to the caller, and nothing of detail or cause", () => {
    const error = new HubError("bad_request", {
      explain: "name: needs a to z",
      detail: "a detail for the log",
      cause: new Error("a cause for the log"),
    });
    const document = toProblem(error, "r-1");
    expect(document.detail).toBe("name: needs a to z");
    expect(JSON.stringify(document)).not.toContain("for the log");
  });

  it.each([
    new Error("personal data"),
    new TypeError("personal data"),
    "personal data",
    undefined,
    null,
    { code: "not_found" },
  ])("of an error that is not ours says nothing of what it holds (%s)", (error) => {
    expect(toProblem(error, "r-1")).toEqual({
      type: "about:blank",
      title: ERRORS.internal.publicText,
      status: 500,
      code: "internal",
      requestId: "r-1",
    });
  });
});

describe("an error of ours", () => {
  it("keeps its cause and tells the log the most it knows", () => {
    const cause = new Error("cause");
    expect(new HubError("conflict", { cause }).cause).toBe(cause);
    expect(new HubError("conflict", { detail: "detail", explain: "explain" }).message).toBe("detail");
    expect(new HubError("conflict", { explain: "explain" }).message).toBe("explain");
    expect(new HubError("conflict").message).toBe(ERRORS.conflict.publicText);
    expect(new HubError("conflict").name).toBe("HubError");
  });
});

describe("the table of errors", () => {
  it("says something different for every code, and blames the right side", () => {
    const texts = [...codes.values()].map(({ publicText }) => publicText);
    expect(new Set(texts).size).toBe(texts.length);
    for (const [code, { status }] of codes) {
      const isOurs = ["unavailable", "overloaded", "internal"].includes(code);
      expect(status >= 500, code).toBe(isOurs);
      expect(status, code).toBeGreaterThanOrEqual(400);
    }
  });
});
