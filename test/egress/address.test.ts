import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ADDRESS_CLASSES, networks, refusalOf } from "../../src/egress/address.ts";

const CASES = [
  ["127.0.0.1", "loopback"],
  ["127.255.255.255", "loopback"],
  ["::1", "loopback"],
  ["0.0.0.0", "unspecified"],
  ["0.1.2.3", "unspecified"],
  ["::", "unspecified"],
  ["10.0.0.0", "private"],
  ["10.255.255.255", "private"],
  ["172.16.0.0", "private"],
  ["172.31.255.255", "private"],
  ["192.168.0.0", "private"],
  ["192.168.255.255", "private"],
  ["169.254.0.1", "link_local"],
  ["fe80::1", "link_local"],
  ["febf::1%eth0", "link_local"],
  ["fc00::1", "unique_local"],
  ["fdff::1", "unique_local"],
  ["100.64.0.0", "shared"],
  ["100.127.255.255", "shared"],
  ["224.0.0.1", "multicast"],
  ["239.255.255.255", "multicast"],
  ["ff02::1", "multicast"],
  ["255.255.255.255", "broadcast"],
  ["192.0.2.1", "documentation"],
  ["198.51.100.1", "documentation"],
  ["203.0.113.1", "documentation"],
  ["2001:db8::1", "documentation"],
  ["3fff::1", "documentation"],
  ["198.18.0.0", "benchmark"],
  ["198.19.255.255", "benchmark"],
  ["2001:2::1", "benchmark"],
  ["240.0.0.1", "reserved"],
  ["255.255.255.254", "reserved"],
  ["192.0.0.1", "reserved"],
  ["192.88.99.1", "reserved"],
  ["169.254.169.254", "metadata"],
  ["169.254.170.2", "metadata"],
  ["100.100.100.200", "metadata"],
  ["168.63.129.16", "metadata"],
  ["fd00:ec2::254", "metadata"],
  // IPv4 inside IPv6: mapped, compatible, translated, NAT64, a network's own NAT64, 6to4, Teredo.
  ["::ffff:127.0.0.1", "loopback"],
  ["::ffff:a9fe:a9fe", "metadata"],
  ["::127.0.0.1", "reserved"],
  ["::ffff:0:127.0.0.1", "reserved"],
  ["64:ff9b::127.0.0.1", "loopback"],
  ["64:ff9b::a9fe:a9fe", "metadata"],
  ["64:ff9b::c0a8:1", "private"],
  ["64:ff9b:1::8.8.8.8", "reserved"],
  ["2002:7f00:1::", "reserved"],
  ["2001:0:4136:e378:8000:63bf:80ff:fffe", "reserved"],
  // Outside of what is given out, and what is no address.
  ["fec0::1", "reserved"],
  ["100::1", "reserved"],
  ["5f00::1", "reserved"],
  ["4000::1", "reserved"],
  ["localhost", "reserved"],
  ["", "reserved"],
] as const;

const PUBLIC = [
  "1.1.1.1",
  "8.8.8.8",
  "11.0.0.0",
  "100.63.255.255",
  "100.128.0.0",
  "172.15.255.255",
  "172.32.0.0",
];
const PUBLIC_V6 = [
  "2606:4700:4700::1111",
  "2a00:1450::1",
  "64:ff9b::8.8.8.8",
  "::ffff:8.8.8.8",
  "2001:4860::8888",
];

describe("what the hub does not connect to", () => {
  it.each(CASES)("%s is %s", (address, expected) => {
    expect(refusalOf(address, [])).toBe(expected);
  });

  it("has an example of every class", () => {
    expect(new Set(CASES.map(([, name]) => name))).toEqual(new Set(ADDRESS_CLASSES));
  });

  it.each([...PUBLIC, ...PUBLIC_V6])("is not %s, which is public", (address) => {
    expect(refusalOf(address, [])).toBeUndefined();
  });

  it("is the same for an IPv4 address and for the ways to write it in IPv6", () => {
    const octet = fc.nat(255);
    fc.assert(
      fc.property(octet, octet, octet, octet, (...bytes) => {
        const plain = bytes.join(".");
        const hex = Buffer.from(bytes).toString("hex");
        const mapped = `::ffff:${hex.slice(0, 4)}:${hex.slice(4)}`;
        expect(refusalOf(mapped, [])).toBe(refusalOf(plain, []));
        expect(refusalOf(`64:ff9b::${plain}`, [])).toBe(refusalOf(plain, []));
      }),
    );
  });
});

describe("what the operator opens", () => {
  it.each([
    ["10.1.2.3", "10.0.0.0/8"],
    ["::ffff:10.1.2.3", "10.0.0.0/8"],
    ["64:ff9b::10.1.2.3", "10.0.0.0/8"],
    ["64:ff9b::10.1.2.3", "64:ff9b::/96"],
    ["127.0.0.1", "10.0.0.0/8, 127.0.0.1"],
    ["::1", "::1/128"],
    ["fd12::1", "fd00::/8"],
    ["2002:7f00:1::", "2002::/16"],
  ])("includes %s with %s", (address, allow) => {
    expect(refusalOf(address, networks(allow))).toBeUndefined();
  });

  it.each([
    ["10.1.2.3", "10.0.0.0/16", "private"],
    ["192.168.0.1", "10.0.0.0/8", "private"],
    ["10.1.2.3", "::/0", "private"],
    ["::1", "127.0.0.0/8", "loopback"],
    ["::127.0.0.1", "127.0.0.0/8", "reserved"],
  ])("does not include %s with %s", (address, allow, expected) => {
    expect(refusalOf(address, networks(allow))).toBe(expected);
  });

  it("includes a machine's metadata only by its very address, never by a network around it", () => {
    for (const [address, around] of [
      ["169.254.169.254", "169.254.0.0/16, 0.0.0.0/0"],
      ["::ffff:169.254.169.254", "169.254.169.254/31"],
      ["100.100.100.200", "100.64.0.0/10"],
      ["64:ff9b::a9fe:a9fe", "64:ff9b::/96"],
      ["fd00:ec2::254", "fd00::/8"],
    ] as const) {
      expect(refusalOf(address, networks(around))).toBe("metadata");
    }
    expect(refusalOf("169.254.169.254", networks("169.254.169.254"))).toBeUndefined();
    expect(refusalOf("fd00:ec2::254", networks("fd00:ec2::254/128"))).toBeUndefined();
  });
});
