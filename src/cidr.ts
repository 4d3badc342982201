/** IP addresses and networks as numbers: every spelling of an address is the same one. */
import { isIPv4, isIPv6 } from "node:net";

export interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

export interface Cidr extends Address {
  readonly prefix: number;
  /** As it was written. */
  readonly text: string;
}

export type ParsedCidrs =
  | { readonly ok: true; readonly cidrs: readonly Cidr[] }
  | { readonly ok: false; readonly problem: string };

const IPV4_MAPPED = 0xffffn;

/** An address without its zone; an IPv4 address mapped into IPv6 is the IPv4 address. Undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) return { bits: 32, value: parseV4(text) };
  if (!isIPv6(text)) return undefined;
  const value = parseV6(text.replace(/%.*$/, ""));
  return value >> 32n === IPV4_MAPPED ? { bits: 32, value: BigInt.asUintN(32, value) } : { bits: 128, value };
}

/** Networks with commas between them; an address without a prefix is a network of one. The empty text holds none. */
export function parseCidrs(text: string): ParsedCidrs {
  if (text.trim() === "") return { ok: true, cidrs: [] };
  const cidrs: Cidr[] = [];
  for (const part of text.split(",")) {
    const cidr = parseCidr(part.trim());
    if (typeof cidr === "string") return { ok: false, problem: cidr };
    cidrs.push(cidr);
  }
  return { ok: true, cidrs };
}

/** Whether the address lies in the network; IPv4 and IPv6 never lie in each other. */
export function contains({ bits, value, prefix }: Cidr, address: Address): boolean {
  const shift = BigInt(bits - prefix);
  return address.bits === bits && address.value >> shift === value >> shift;
}

/** The network, or what is wrong with it. */
function parseCidr(text: string): Cidr | string {
  const [host = "", length, ...rest] = text.split("/");
  const address = host.includes("%") ? undefined : parseAddress(host);
  if (address === undefined || rest.length > 0)
    return `"${text}" is no network such as 10.0.0.0/8 or fd00::/8`;
  if (host.includes(":") && address.bits === 32) return `"${text}" is IPv4; write it as IPv4`;
  const prefix = Number(length ?? address.bits);
  if (!/^\d{1,3}$/.test(length ?? "0") || prefix > address.bits) {
    return `"${text}" needs a prefix from 0 to ${address.bits}`;
  }
  if (BigInt.asUintN(address.bits - prefix, address.value) !== 0n) {
    return `"${text}" has bits set after its prefix`;
  }
  return { ...address, prefix, text };
}

function parseV4(text: string): bigint {
  return text.split(".").reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function parseV6(text: string): bigint {
  const [before = "", after = ""] = text.split("::");
  const head = toGroups(before);
  const tail = toGroups(after);
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => 0n);
  return [...head, ...zeros, ...tail].reduce((value, group) => (value << 16n) | group, 0n);
}

function toGroups(text: string): bigint[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    if (!group.includes(".")) return [BigInt(`0x${group}`)];
    const v4 = parseV4(group);
    return [v4 >> 16n, BigInt.asUintN(16, v4)];
  });
}
