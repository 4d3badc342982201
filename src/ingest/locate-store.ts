/** Finds the store where all shops of an app share one address. What it reads is not verified yet; it only chooses secrets. */
import type { Platform } from "../normalizers/platform.ts";
import type { Wire } from "../normalizers/wire.ts";
import { shopsOf } from "./batch.ts";
import type { RequestView } from "./request.ts";
import type { Shops } from "./shops.ts";
import type { Store } from "./stores.ts";

export interface Located {
  readonly store: Store;
  readonly wire: Wire;
}

/** The first wire of the platform under which the request names a connected shop. */
export function locateStore(
  platform: Platform,
  shops: Shops,
  view: (wire: Wire) => RequestView | undefined,
): Located | undefined {
  const wires: [string | undefined, Wire][] = [
    [undefined, platform],
    ...Object.entries(platform.variants ?? {}),
  ];
  for (const [variant, wire] of wires) {
    const request = wire.locate.store && view(wire);
    const [shop] = request === undefined ? [] : shopsOf(wire, request);
    const store = shop ? shops.find(platform.id, shop, variant) : undefined;
    if (store !== undefined) return { store, wire };
  }
  return undefined;
}
