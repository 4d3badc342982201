/** How much of an order's lines was shipped, refunded and cancelled, and which lines belong together. */
import type { LineItem } from "../../canonical/order.ts";

interface Line {
  readonly item_id: string;
  readonly parent_item_id?: string | null | undefined;
  readonly product_type?: string | null | undefined;
  readonly qty_ordered: number;
  readonly qty_shipped?: number | null | undefined;
  readonly qty_refunded?: number | null | undefined;
  readonly qty_canceled?: number | null | undefined;
  readonly is_virtual?: boolean | undefined;
}

/** Pieces over all lines that have to be shipped. */
export interface Progress {
  readonly hasShipped: boolean;
  readonly isOpen: boolean;
}

export function isChild(line: Line, lines: readonly Line[]): boolean {
  const { parent_item_id: parent } = line;
  return parent !== null && parent !== undefined && lines.some(({ item_id }) => item_id === parent);
}

export function childrenOf<L extends Line>(line: Line, lines: readonly L[]): L[] {
  return lines.filter(({ parent_item_id: parent, item_id }) => parent === line.item_id && item_id !== parent);
}

export function quantitiesOf(
  line: Line,
  children: readonly Line[],
): Pick<
  LineItem,
  "quantity" | "currentQuantity" | "fulfillableQuantity" | "fulfilledQuantity" | "refundedQuantity"
> {
  const { qty_ordered: ordered, qty_canceled: canceled, qty_refunded: refunded } = line;
  if (canceled === undefined && refunded === undefined && line.qty_shipped === undefined) {
    return { quantity: ordered };
  }
  const current = ordered - (canceled ?? 0) - (refunded ?? 0);
  const shipped = line.qty_shipped ?? 0;
  const partsShipped = children.some((child) => (child.qty_shipped ?? 0) > 0);
  return {
    quantity: ordered,
    currentQuantity: current,
    // The parts of a bundle may be shipped apart; then the bundle's own line does not count them.
    ...(line.product_type === "bundle" && partsShipped && shipped === 0
      ? {}
      : { fulfillableQuantity: line.is_virtual === true ? 0 : openOf(line), fulfilledQuantity: shipped }),
    refundedQuantity: refunded ?? 0,
  };
}

/** Undefined where no line tells. Lines that are not shipped (downloads, services) do not count. */
export function progressOf(lines: readonly Line[] | undefined): Progress | undefined {
  if (lines === undefined || lines.length === 0) return undefined;
  const counted = lines.filter((line) => !isChild(line, lines)).flatMap((line) => countedFor(line, lines));
  const physical = counted.filter((line) => line.is_virtual !== true);
  if (physical.every(({ qty_shipped }) => qty_shipped === undefined)) return undefined;
  return {
    hasShipped: physical.some(({ qty_shipped }) => (qty_shipped ?? 0) > 0),
    isOpen: physical.some((line) => openOf(line) > 0),
  };
}

export function isShipped({ hasShipped, isOpen }: Progress): boolean {
  return hasShipped && !isOpen;
}

/** The parts of a bundle once one of them was shipped, else the line itself. */
function countedFor(line: Line, lines: readonly Line[]): readonly Line[] {
  const children = childrenOf(line, lines);
  const isApart =
    line.product_type === "bundle" &&
    (line.qty_shipped ?? 0) === 0 &&
    children.some((child) => (child.qty_shipped ?? 0) > 0);
  return isApart ? children : [line];
}

/**
 * What is still to be shipped, as shops of 2.4.2 count it: https://github.com/magento/magento2/issues/34289. Refunded pieces
 * are taken for shipped ones as far as those go. Since that was mended, shops take off both; an order does not tell its
 * shop's version, but such a shop calls it complete when nothing is left, and that word goes before this count.
 */
function openOf({ qty_ordered, qty_shipped, qty_refunded, qty_canceled }: Line): number {
  const gone = Math.max(qty_shipped ?? 0, qty_refunded ?? 0) + (qty_canceled ?? 0);
  return Math.max(0, qty_ordered - gone);
}
