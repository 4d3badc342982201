/**
 * A catalogue import beside the orders of another store, and one store's flood of orders beside them: whether the orders
 * of the one who sends little arrive as if nothing were.
 */
import { type Percentiles, percentiles } from "./figures.ts";
import type { DurabilityClass } from "./options.ts";
import { p50AndP99, tableRow } from "./table.ts";
import type { RunTools } from "./run.ts";
import { eventTimes, type Flow, onScene, type Played, playLater, type Scene } from "./scene.ts";

export interface ImportPlan {
  readonly products: number;
  readonly durability: DurabilityClass;
}

interface Beside {
  /** Webhooks of the busy store that were accepted, and how many a second. */
  readonly accepted: number;
  readonly rate: number;
  readonly refused: number;
  /** From its first request until its last event. */
  readonly seconds: number;
  /** From request to event of the orders meanwhile. */
  readonly orderMs: Percentiles;
  readonly ordersRefused: number;
}

export interface ImportResult extends ImportPlan {
  readonly aloneMs: Percentiles;
  /** Orders of another store, and of the importing store itself. */
  readonly besideImport: Beside;
  readonly ownOrdersMs: Percentiles;
  readonly besideFlood: Beside;
  readonly problems: readonly string[];
}

/** More connections than are ever busy, so that an order never waits in the bench itself. */
const ORDERS = { rate: 50, seconds: 10, connections: 128 };
const BESIDE_IMPORT_SECONDS = 40;
/** The compiler has to have seen enough of both kinds. */
const WARM_UP = { orders: { seconds: 3, count: 20_000 }, products: { seconds: 6, count: 3000 } };
/** As many as a platform sends at a time that is in a hurry. */
const IMPORT_CONNECTIONS = 64;
const FLOOD = { seconds: 10, count: 100_000 };
const LONGEST_SECONDS = 90;
const TARGET_MS = 250;

export async function runImport(
  plan: ImportPlan,
  report: (line: string) => void,
  tools: RunTools,
): Promise<ImportResult> {
  return onScene({ durability: plan.durability, stores: 3 }, tools, (scene) =>
    runBeside(plan, scene, report),
  );
}

async function runBeside(
  plan: ImportPlan,
  { player }: Scene,
  report: (line: string) => void,
): Promise<ImportResult> {
  const flow = (about: Flow["about"], firstStore: number, connections: number) =>
    player({ about, firstStore, stores: 1, connections });
  const orders = await flow("orders", 0, ORDERS.connections);
  const ownOrders = await flow("orders", 1, ORDERS.connections);
  const products = await flow("products", 1, IMPORT_CONNECTIONS);
  const flood = await flow("orders", 2, IMPORT_CONNECTIONS);

  const warm = [await flood.play(WARM_UP.orders), await products.play(WARM_UP.products)];
  const alone = await orders.play(ORDERS);
  report(`import: ${plan.products} products`);
  const load = { seconds: LONGEST_SECONDS, count: plan.products };
  const importing = playLater(products, load);
  const long = { ...ORDERS, seconds: BESIDE_IMPORT_SECONDS };
  const [own, imported, other] = await Promise.all([ownOrders.play(long), importing, orders.play(long)]);
  report(`import: a flood of orders for ${FLOOD.seconds} s`);
  const [flooded, quiet] = await Promise.all([playLater(flood, FLOOD), orders.play(ORDERS)]);
  return {
    ...plan,
    aloneMs: percentiles(eventTimes(alone)),
    besideImport: besideOf(imported, other),
    ownOrdersMs: percentiles(eventTimes(own)),
    besideFlood: besideOf(flooded, quiet),
    problems: [...warm, alone, imported, own, other, flooded, quiet].flatMap(({ problems }) => problems),
  };
}

function besideOf(busy: Played, orders: Played): Beside {
  const last = (times: Float64Array) => times.reduce((most, at) => Math.max(most, at), busy.startedAt);
  return {
    accepted: busy.accepted,
    rate: (busy.accepted * 1000) / (last(busy.answeredAt) - busy.startedAt),
    refused: busy.statuses.length - busy.accepted,
    seconds: (last(busy.arrivedAt) - busy.startedAt) / 1000,
    orderMs: percentiles(eventTimes(orders)),
    ordersRefused: orders.statuses.length - orders.accepted,
  };
}

/** The text for people. */
export function importText({
  durability,
  aloneMs,
  besideImport,
  ownOrdersMs,
  besideFlood,
}: ImportResult): string {
  const row = (name: string, value: string) => tableRow(name, [value]);
  const busy = ({ accepted, rate, seconds, refused }: Beside) =>
    `${accepted} at ${rate.toFixed(0)}/s, all events after ${seconds.toFixed(1)} s, ${refused} refused`;
  return [
    `${ORDERS.rate} orders/s of one store, class ${durability} (target: p99 below ${TARGET_MS} ms)`,
    row("alone: request to subscriber p50 / p99, ms", p50AndP99(aloneMs)),
    `  beside another store's import: ${busy(besideImport)}`,
    row("  request to subscriber p50 / p99, ms", p50AndP99(besideImport.orderMs)),
    row("  orders of the importing store p50 / p99, ms", p50AndP99(ownOrdersMs)),
    row("  refused", String(besideImport.ordersRefused)),
    `  beside another store's flood of orders: ${busy(besideFlood)}`,
    row("  request to subscriber p50 / p99, ms", p50AndP99(besideFlood.orderMs)),
    row("  refused", String(besideFlood.ordersRefused)),
  ].join("\n");
}
