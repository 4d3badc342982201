/** Whose request it is, and how that store's requests look. */
import type { Platform } from "../normalizers/platform.ts";
import type { Wire } from "../normalizers/wire.ts";
import { wireOf } from "../normalizers/registry.ts";
import { readTail } from "./address.ts";
import { locateStore } from "./locate-store.ts";
import type { InboundRequest, ReceiveDeps } from "./receive.ts";
import { type RequestView, viewRequest } from "./request.ts";
import type { Store } from "./stores.ts";

type AddresseeDeps = Pick<ReceiveDeps, "stores" | "shops" | "publicUrl">;

export interface Addressee {
  readonly platform: Platform;
  readonly store: Store;
  readonly wire: Wire;
}

/** The store that the address names; undefined when there is none of this platform, or its address looks otherwise. */
export function findAddressee(
  platform: Platform,
  request: InboundRequest,
  deps: AddresseeDeps,
): Addressee | undefined {
  const store = deps.stores.find(request.store ?? "");
  if (store === undefined || store.platform !== platform.id) return undefined;
  const wire = wireOf(platform, store.variant);
  return wire === undefined || readTail(wire, request.tail) === undefined
    ? undefined
    : { platform, store, wire };
}

/** The store that the request itself names, where all shops share one address. */
export function locateAddressee(
  platform: Platform,
  request: InboundRequest,
  body: Uint8Array,
  deps: AddresseeDeps,
): Addressee | undefined {
  const found = locateStore(platform, deps.shops, (wire) => viewOf(wire, request, body, deps));
  return found && { platform, ...found };
}

/** What of the request may be looked at; undefined when the wire has no such address. */
export function viewOf(
  wire: Wire,
  { header, target, tail }: InboundRequest,
  body: Uint8Array,
  { publicUrl }: Pick<AddresseeDeps, "publicUrl">,
): RequestView | undefined {
  const parts = readTail(wire, tail);
  if (parts === undefined) return undefined;
  const at = target.indexOf("?");
  const query = at < 0 ? "" : target.slice(at + 1);
  return viewRequest({ header, body, query, url: `${publicUrl}${target}`, ...parts, format: wire.payload });
}
