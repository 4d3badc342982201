import { describe, expect, it } from "vitest";
import { fromLocalTime } from "../../../src/normalizers/canonical/local-time.ts";

describe("a local time", () => {
  it.each([
    ["2026-07-05 16:40:18", "Europe/Paris", "2026-07-05T14:40:18Z"],
    ["2026-12-05 16:40:18", "Europe/Paris", "2026-12-05T15:40:18Z"],
    ["2026-01-01 00:30:00", "Asia/Kolkata", "2025-12-31T19:00:00Z"],
    ["2026-03-08 12:00:00", "America/New_York", "2026-03-08T16:00:00Z"],
    ["2026-06-01T12:00", "UTC", "2026-06-01T12:00:00Z"],
  ])("%s of %s is %s", (text, zone, expected) => {
    expect(fromLocalTime(text, zone)).toBe(expected);
  });

  it("that the end of summer time repeats is the first one, unless the second lies before the given moment", () => {
    const read = (notAfter?: string) => fromLocalTime("2026-10-25 02:30:00", "Europe/Paris", notAfter);
    expect(read()).toBe("2026-10-25T00:30:00Z");
    expect(read("2026-10-25T00:40:00Z")).toBe("2026-10-25T00:30:00Z");
    expect(read("2026-10-25T01:30:00Z")).toBe("2026-10-25T01:30:00Z");
  });

  it("that the start of summer time leaves out is read as if it had not begun", () => {
    expect(fromLocalTime("2026-03-29 02:30:00", "Europe/Paris")).toBe("2026-03-29T01:30:00Z");
  });

  it.each([
    ["0000-00-00 00:00:00", "UTC"],
    ["2026-02-30 00:00:00", "UTC"],
    ["2026-02-03 25:00:00", "UTC"],
    ["yesterday", "UTC"],
    ["2026-02-03 12:00:00", "Mars/Olympus"],
  ])("%s of %s is none", (text, zone) => {
    expect(fromLocalTime(text, zone)).toBeUndefined();
  });
});
