import { describe, expect, it } from "vitest";
import { createAuthFailures } from "../src/auth-failures.ts";
import { createPeers } from "../src/peers.ts";

const NOW = Date.parse("2026-11-01T12:00:00Z");

function failed(times: number, address: string, at = NOW, failures = createAuthFailures(createPeers())) {
  for (let time = 0; time < times; time += 1) failures.add(address, at);
  return failures;
}

describe("failed authentications", () => {
  it("make their address wait after twenty within a minute, for the rest of that minute", () => {
    const failures = failed(19, "192.0.2.1");
    expect(failures.secondsToWait("192.0.2.1", NOW)).toBe(0);
    failures.add("192.0.2.1", NOW + 10_000);
    expect(failures.secondsToWait("192.0.2.1", NOW + 10_000)).toBe(50);
    expect(failures.secondsToWait("192.0.2.1", NOW + 59_001)).toBe(1);
    expect(failures.secondsToWait("192.0.2.1", NOW + 60_000)).toBe(0);
  });

  it("are forgotten with their minute", () => {
    const failures = failed(19, "192.0.2.1");
    failures.add("192.0.2.1", NOW + 60_000);
    expect(failures.secondsToWait("192.0.2.1", NOW + 60_000)).toBe(0);
  });

  it("of one address are not another's", () => {
    expect(failed(20, "192.0.2.1").secondsToWait("192.0.2.2", NOW)).toBe(0);
    expect(failed(20, "::ffff:192.0.2.1").secondsToWait("::ffff:192.0.2.2", NOW)).toBe(0);
    expect(failed(20, "2001:db8:0:1::1").secondsToWait("2001:db8:0:2::1", NOW)).toBe(0);
    expect(failed(20, "2001:db8::1:2:3:4:5").secondsToWait("2001:db8::2:3:4:5", NOW)).toBe(0);
  });

  it.each([
    ["2001:db8:1:2::1", "2001:db8:1:2:ffff:1:2:3"],
    ["2001:db8::1", "2001:db8:0:0:9::"],
    ["::1", "::2"],
  ])("of one IPv6 network are counted together: %s and %s", (one, other) => {
    expect(failed(20, one).secondsToWait(other, NOW)).toBeGreaterThan(0);
  });

  it("keep no more addresses than fit, and forget the quiet ones first", () => {
    const failures = failed(20, "quiet");
    for (let number = 0; number < 9999; number += 1) failures.add(`10.0.${number >> 8}.${number & 255}`, NOW);
    expect(failures.secondsToWait("quiet", NOW)).toBe(60);
    for (let number = 0; number < 10_000; number += 1)
      failures.add(`10.1.${number >> 8}.${number & 255}`, NOW);
    expect(failures.secondsToWait("quiet", NOW)).toBe(0);
  });
});
