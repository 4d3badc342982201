/**
 * The way out to endpoints and to the APIs of platforms. The address is checked when the connection is made, and the
 * connection goes to the address that was checked: a name that changes its answer between a check and a connection (DNS
 * rebinding) gains nothing. Of a name's addresses only the permitted ones are tried. Environment variables for proxies are
 * not followed.
 */
import type { LookupAddress } from "node:dns";
import { lookup as lookUp } from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";
import { Agent, buildConnector, type Dispatcher } from "undici";
import type { Cidr } from "../cidr.ts";
import { type AddressClass, isOpened, networks, refusalOf } from "./address.ts";

/** All addresses of a name; rejects when there are none. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

export interface EgressOptions {
  /** Networks that endpoints may be in although they are not public: `EGRESS_ALLOW`. */
  readonly allow: readonly string[];
  /** The system's resolver without it. */
  readonly resolve?: Resolve;
  /** Certificates (PEM) to trust instead of those that Node trusts. */
  readonly ca?: string;
}

export interface Egress {
  /** Connects to permitted addresses only; any other attempt rejects with `EgressRefused`. Follows no redirect. */
  readonly dispatcher: Dispatcher;
  /**
   * What is wrong with an endpoint's URL, in a sentence. An early word to who registers it, no protection: a name is
   * not resolved here.
   */
  readonly checkUrl: (url: string) => string | undefined;
  /** Whether `allow` opens every address of the host, so that it belongs to the operator's own networks. */
  readonly opens: (hostname: string) => Promise<boolean>;
  /** Ends all connections; requests on their way fail. */
  readonly close: () => Promise<void>;
}

const URL_LENGTH_MAX = 2048;
const CONNECT_MS_MAX = 10_000;
/** How long one address of a name may take before the next one is tried beside it. */
const NEXT_ADDRESS_MS = 1000;

/** Throws when `allow` holds something that is no network. */
export function createEgress({ allow, resolve = resolveAll, ca }: EgressOptions): Egress {
  const open = networks(allow.join(","));
  const connect = buildConnector({
    timeout: CONNECT_MS_MAX,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
    lookup: guardLookup(resolve, open),
    ...(ca === undefined ? {} : { ca }),
  });
  // The attempt has one timeout for everything; undici's own are off.
  const dispatcher = new Agent({
    connect: guardLiterals(connect, open),
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    dispatcher,
    checkUrl: (url) => checkUrl(url, open),
    opens: (hostname) => opens(hostname, resolve, open),
    close: () => dispatcher.destroy(),
  };
}

/** The address must not be connected to. */
export class EgressRefused extends Error {
  readonly addressClass: AddressClass;

  constructor(addressClass: AddressClass) {
    super(refusalText(addressClass));
    this.name = "EgressRefused";
    this.addressClass = addressClass;
  }
}

/** Node asks a lookup function for all addresses of a name and connects to what it is given. */
function guardLookup(resolve: Resolve, allow: readonly Cidr[]): LookupFunction {
  const permitted = async (hostname: string): Promise<LookupAddress[]> => {
    const addresses = await resolve(hostname);
    const kept = addresses.filter(({ address }) => refusalOf(address, allow) === undefined);
    const [first] = addresses.flatMap(({ address }) => refusalOf(address, allow) ?? []);
    if (kept.length > 0) return kept;
    if (first !== undefined) throw new EgressRefused(first);
    throw Object.assign(new Error(`${hostname} has no address`), { code: "ENODATA" });
  };
  return (hostname, _options, callback) => {
    permitted(hostname).then(
      (addresses) => callback(null, addresses),
      (error) => callback(error, []),
    );
  };
}

/** A host that is an address is never looked up, so it is checked before. */
function guardLiterals(connect: buildConnector.connector, allow: readonly Cidr[]): buildConnector.connector {
  return (options, callback) => {
    const refused = isIP(options.hostname) === 0 ? undefined : refusalOf(options.hostname, allow);
    if (refused === undefined) connect(options, callback);
    else callback(new EgressRefused(refused), null);
  };
}

async function opens(hostname: string, resolve: Resolve, allow: readonly Cidr[]): Promise<boolean> {
  const host = hostname.replace(/^\[|\]$/g, "");
  const addresses = isIP(host) === 0 ? await resolve(host).catch(() => []) : [{ address: host }];
  return addresses.length > 0 && addresses.every(({ address }) => isOpened(address, allow));
}

function checkUrl(text: string, allow: readonly Cidr[]): string | undefined {
  if (text.length > URL_LENGTH_MAX) return `The URL is longer than ${URL_LENGTH_MAX} characters.`;
  if (/[\s\p{Cc}]/u.test(text)) return "The URL holds blanks or control characters.";
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return "That is no URL.";
  if (url.protocol !== "http:" && url.protocol !== "https:") return "The URL must begin with http or https.";
  if (url.username !== "" || url.password !== "") {
    return "The URL must not hold a user or a password; use headers for credentials.";
  }
  if (text.includes("#")) return "The URL must not hold a fragment.";
  const refusals = literalsOf(url.hostname).map((address) => refusalOf(address, allow));
  const [first] = refusals;
  return first !== undefined && !refusals.includes(undefined) ? `${refusalText(first)}.` : undefined;
}

/** The addresses that a host stands for without being looked up. */
function literalsOf(hostname: string): string[] {
  const host = hostname.replace(/^\[|\]$|\.$/g, "");
  if (isIP(host) !== 0) return [host];
  return /^(.+\.)?localhost$/.test(host) ? ["127.0.0.1", "::1"] : [];
}

function refusalText(addressClass: AddressClass): string {
  return `The address is not public (${addressClass.replace("_", "-")}), and EGRESS_ALLOW does not open it`;
}

function resolveAll(hostname: string): Promise<LookupAddress[]> {
  return lookUp(hostname, { all: true });
}
