import { describe, expect, it } from "vitest";
import { createLogger, REDACTED } from "../src/log.ts";

const names = [...new Set(REDACTED.map((path) => path.split(".").at(-1) ?? ""))];

function logged(level: string, write: (log: ReturnType<typeof createLogger>) => void) {
  const lines: Record<string, unknown>[] = [];
  write(createLogger(level, { stream: { write: (line) => void lines.push(JSON.parse(line)) } }));
  return lines;
}

describe("the log", () => {
  it.each(names)("never shows %s, however deep it stands", (name) => {
    const lines = logged("info", (log) => {
      log.info({ [name]: "plain" }, "top");
      log.info({ store: { [name]: "plain" } }, "nested");
      log.info({ request: { store: { [name]: "plain" } } }, "deeper");
      log.info({ stores: [{ [name]: "plain" }] }, "listed");
      log.info({ [name]: ["plain", { value: "plain" }] }, "a list");
      log.child({ [name]: "plain" }).info({}, "child");
    });
    expect(lines).toHaveLength(6);
    expect(JSON.stringify(lines)).not.toContain("plain");
    expect(lines[0]).toMatchObject({ [name]: "[redacted]" });
  });

  it("redacts secrets, credentials, contents and personal data", () => {
    expect(names).toEqual(
      expect.arrayContaining(["secret", "secrets", "token", "authorization", "password", "credentials"]),
    );
    expect(names).toEqual(expect.arrayContaining(["body", "headers", "email", "phone"]));
  });

  it("shows the rest: one JSON object a line, with the time in words", () => {
    const lines = logged("info", (log) => log.info({ store: "acme", bytes: 3 }, "webhook received"));
    expect(lines).toEqual([
      {
        level: 30,
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        store: "acme",
        bytes: 3,
        msg: "webhook received",
      },
    ]);
  });

  it("is silent below its level", () => {
    expect(logged("warn", (log) => log.info("no"))).toEqual([]);
    expect(logged("silent", (log) => log.fatal("no"))).toEqual([]);
  });

  it("tells errors with their causes", () => {
    const lines = logged("info", (log) =>
      log.error({ err: new Error("outer", { cause: new Error("inner") }) }, "failed"),
    );
    expect(JSON.stringify(lines)).toContain("outer");
    expect(JSON.stringify(lines)).toContain("inner");
  });
});
