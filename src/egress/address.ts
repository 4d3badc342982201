/**
 * Which addresses an endpoint may have. An endpoint's URL comes from a user, and the hub stands where it can reach things
 * that this user cannot; so only what is public is reached, unless the operator opens a network.
 */
import { type Address, type Cidr, contains, parseAddress, parseCidrs } from "../cidr.ts";

export const ADDRESS_CLASSES = [
  /** Hands out the machine's credentials in a cloud. */
  "metadata",
  "unspecified",
  "loopback",
  "private",
  "link_local",
  "unique_local",
  /** Behind a carrier's NAT. */
  "shared",
  "multicast",
  "broadcast",
  "documentation",
  "benchmark",
  "reserved",
] as const;
export type AddressClass = (typeof ADDRESS_CLASSES)[number];

/**
 * By the IANA registries of special-purpose addresses; the first class that fits counts. 6to4 (2002::/16) and Teredo
 * (2001::/32) hide IPv4 addresses and are abandoned, so they are refused as a whole, as is a network's own NAT64
 * (64:ff9b:1::/48), which leads wherever that network wants.
 */
const SPECIAL = [
  among("metadata", "169.254.169.254, 169.254.170.2, 169.254.170.23, 100.100.100.200, 168.63.129.16"),
  among("metadata", "192.0.0.192, fd00:ec2::254, fd00:ec2::23, fd20:ce::254, fe80::a9fe:a9fe"),
  among("unspecified", "0.0.0.0/8, ::"),
  among("loopback", "127.0.0.0/8, ::1"),
  among("private", "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16"),
  among("link_local", "169.254.0.0/16, fe80::/10"),
  among("unique_local", "fc00::/7"),
  among("shared", "100.64.0.0/10"),
  among("multicast", "224.0.0.0/4, ff00::/8"),
  among("broadcast", "255.255.255.255"),
  among("documentation", "192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24, 2001:db8::/32, 3fff::/20"),
  among("benchmark", "198.18.0.0/15, 2001:2::/48"),
  among("reserved", "192.0.0.0/24, 192.88.99.0/24, 240.0.0.0/4, 2001::/23, 2002::/16"),
];
/** All of IPv6 that is given out to the public so far; what lies outside is reserved or local. */
const GLOBAL_V6 = networks("2000::/3");
/** An IPv4 address in its last 32 bits: how a network without IPv4 reaches the rest of the world. */
const NAT64 = networks("64:ff9b::/96");

/**
 * The class that keeps the hub from connecting to the address, or undefined when it may. Opening a network does not open
 * the credentials of its machines: a metadata address must be named itself.
 */
export function refusalOf(text: string, allow: readonly Cidr[]): AddressClass | undefined {
  const address = parseAddress(text);
  if (address === undefined) return "reserved";
  for (const meant of [address, ...embedded(address)]) {
    const found = classOf(meant);
    const opening = found === "metadata" ? allow.filter(isSingle) : allow;
    const isOpen = isAmong(meant, opening) || isAmong(address, opening);
    if (found !== undefined && !isOpen) return found;
  }
  return undefined;
}

/** Whether the operator has opened this address. */
export function isOpened(text: string, allow: readonly Cidr[]): boolean {
  const address = parseAddress(text);
  return address !== undefined && isAmong(address, allow);
}

function classOf(address: Address): AddressClass | undefined {
  for (const [name, cidrs] of SPECIAL) if (isAmong(address, cidrs)) return name;
  const isKnown = address.bits === 32 || isAmong(address, GLOBAL_V6) || isAmong(address, NAT64);
  return isKnown ? undefined : "reserved";
}

function embedded(address: Address): Address[] {
  return isAmong(address, NAT64) ? [{ bits: 32, value: BigInt.asUintN(32, address.value) }] : [];
}

function isSingle({ bits, prefix }: Cidr): boolean {
  return prefix === bits;
}

function isAmong(address: Address, cidrs: readonly Cidr[]): boolean {
  return cidrs.some((cidr) => contains(cidr, address));
}

function among(name: AddressClass, text: string): readonly [AddressClass, readonly Cidr[]] {
  return [name, networks(text)];
}

/** The networks of a text that is known to be right; throws when it is not. */
export function networks(text: string): readonly Cidr[] {
  const parsed = parseCidrs(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.cidrs;
}
