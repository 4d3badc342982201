/**
 * The resource that a notification names. Nobody signs it, so only paths of these patterns are read, rebuilt from their id;
 * what fits none is not followed. A bare id counts as one of its topic.
 */
const ORDER = /^(?:\/orders\/)?(\d{1,20})$/;
const SHIPMENT = /^(?:\/shipments\/)?(\d{1,20})$/;
const PAYMENT = /^(?:\/(payments|collections)\/)?(\d{1,20})$/;
const ITEM = /^(?:\/items\/)?(M[A-Z]{2}\d{1,20})(?:\/prices)?$/;
const CLAIM = /^(?:\/post-purchase\/v1\/claims\/)?(\d{1,20})$/;

export const orderOf = (resource: string): string | undefined => ORDER.exec(resource)?.[1];
export const shipmentOf = (resource: string): string | undefined => SHIPMENT.exec(resource)?.[1];
export const itemOf = (resource: string): string | undefined => ITEM.exec(resource)?.[1];
export const claimOf = (resource: string): string | undefined => CLAIM.exec(resource)?.[1];

/** The payment's id, and which of the two names of its collection the notification uses. */
export function paymentOf(
  resource: string,
): { readonly id: string; readonly collection: string } | undefined {
  const [, collection = "payments", id] = PAYMENT.exec(resource) ?? [];
  return id === undefined ? undefined : { id, collection };
}
