import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Cidr, contains, parseAddress, parseCidrs } from "../src/cidr.ts";

function parsed(text: string): readonly Cidr[] {
  const result = parseCidrs(text);
  return result.ok ? result.cidrs : expect.unreachable(result.problem);
}

function isWithin(address: string, cidr: string): boolean {
  const given = parseAddress(address) ?? expect.unreachable(address);
  return parsed(cidr).some((network) => contains(network, given));
}

const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
const hextets = fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 });

describe("parseAddress", () => {
  it("reads IPv4 as the number it is", () => {
    fc.assert(
      fc.property(octets, (bytes) => {
        const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
        expect(parseAddress(bytes.join("."))).toEqual({ bits: 32, value: BigInt(value) });
      }),
    );
  });

  it("reads IPv6 as the number it is, whether its zeros are written or not", () => {
    fc.assert(
      fc.property(hextets, fc.nat(8), fc.nat(8), (groups, from, zeros) => {
        const cleared = groups.map((group, i) => (i >= from && i < from + zeros ? 0 : group || 1));
        const long = cleared.map((group) => group.toString(16).padStart(4, "0")).join(":");
        const short = new URL(`http://[${long}]`).hostname.slice(1, -1);
        const value = BigInt(`0x${long.replaceAll(":", "")}`);
        fc.pre(value >> 32n !== 0xffffn);
        for (const text of [long, long.toUpperCase(), short, `${long}%eth0`]) {
          expect(parseAddress(text)).toEqual({ bits: 128, value });
        }
      }),
    );
  });

  it.each(["::ffff:127.0.0.1", "::ffff:7f00:1", "0:0:0:0:0:FFFF:7F00:0001", "0000::ffff:127.0.0.1%1"])(
    "takes %s for the IPv4 address that it is",
    (text) => {
      expect(parseAddress(text)).toEqual(parseAddress("127.0.0.1"));
    },
  );

  it.each(["", "localhost", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "1.2.3.4.5", ":::", "[::1]"])(
    "reads nothing from %j, because no connection goes to such a text",
    (text) => {
      expect(parseAddress(text)).toBeUndefined();
    },
  );
});

describe("parseCidrs", () => {
  it("reads networks and single addresses of both families, with blanks or without", () => {
    expect(
      parsed("10.0.0.0/8, fd00::/8,192.168.1.7 , ::1").map(({ text, prefix }) => [text, prefix]),
    ).toEqual([
      ["10.0.0.0/8", 8],
      ["fd00::/8", 8],
      ["192.168.1.7", 32],
      ["::1", 128],
    ]);
  });

  it.each(["", "  "])("finds none in %j", (text) => {
    expect(parseCidrs(text)).toEqual({ ok: true, cidrs: [] });
  });

  it.each([
    ["10.0.0.0/8,,", '"" is no network such as 10.0.0.0/8 or fd00::/8'],
    ["internal", '"internal" is no network such as 10.0.0.0/8 or fd00::/8'],
    ["10.0/8", '"10.0/8" is no network such as 10.0.0.0/8 or fd00::/8'],
    ["10.0.0.0/8/9", '"10.0.0.0/8/9" is no network such as 10.0.0.0/8 or fd00::/8'],
    ["fe80::%eth0/64", '"fe80::%eth0/64" is no network such as 10.0.0.0/8 or fd00::/8'],
    ["10.0.0.0/33", '"10.0.0.0/33" needs a prefix from 0 to 32'],
    ["10.0.0.0/", '"10.0.0.0/" needs a prefix from 0 to 32'],
    ["10.0.0.0/-1", '"10.0.0.0/-1" needs a prefix from 0 to 32'],
    ["10.0.0.0/8.5", '"10.0.0.0/8.5" needs a prefix from 0 to 32'],
    ["fd00::/129", '"fd00::/129" needs a prefix from 0 to 128'],
    ["10.1.0.0/8", '"10.1.0.0/8" has bits set after its prefix'],
    ["fd00::1/64", '"fd00::1/64" has bits set after its prefix'],
    ["::ffff:10.0.0.0/104", '"::ffff:10.0.0.0/104" is IPv4; write it as IPv4'],
  ])("refuses %s and says why", (text, problem) => {
    expect(parseCidrs(text)).toEqual({ ok: false, problem });
  });
});

describe("contains", () => {
  it.each([
    ["10.0.0.0", "10.0.0.0/8", true],
    ["10.255.255.255", "10.0.0.0/8", true],
    ["11.0.0.0", "10.0.0.0/8", false],
    ["9.255.255.255", "10.0.0.0/8", false],
    ["172.31.255.255", "172.16.0.0/12", true],
    ["172.32.0.0", "172.16.0.0/12", false],
    ["255.255.255.255", "0.0.0.0/0", true],
    ["192.168.1.7", "192.168.1.7/32", true],
    ["192.168.1.6", "192.168.1.7", false],
    ["fdff::1", "fc00::/7", true],
    ["fe00::", "fc00::/7", false],
  ])("%s in %s: %s", (address, cidr, expected) => {
    expect(isWithin(address, cidr)).toBe(expected);
  });

  it("keeps the families apart, so that all of IPv6 does not open IPv4", () => {
    expect(isWithin("10.0.0.1", "::/0")).toBe(false);
    expect(isWithin("::ffff:10.0.0.1", "::/0")).toBe(false);
    expect(isWithin("::a00:1", "0.0.0.0/0")).toBe(false);
  });
});
