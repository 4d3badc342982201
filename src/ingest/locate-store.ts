/** Finds the store where all shops of an app share one address. What it reads is not verified yet; it only chooses secrets. */
import type { Platform, Wire } from "../normalizers/platform.ts";
import { splitBatch } from "./batch.ts";
import type { RequestView } from "./request.ts";
import type { Shops } from "./shops.ts";
import { readSource } from "./source.ts";
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
    const source = wire.locate.store;
    const request = source && view(wire);
    const [first] = request === undefined ? [] : splitBatch(wire, request);
    const shop = source && first && readSource(source, first);
    const store = shop ? shops.find(platform.id, shop, variant) : undefined;
    if (store !== undefined) return { store, wire };
  }
  return undefined;
}
