/** Invoices, shipments and credit memos: how each is read and what it tells. */
import { z } from "zod";
import { type Hydration, mapAnswer } from "../../hydration.ts";
import { id, idOrNone } from "../../payload.ts";
import type { MapContext, MapResult, Observation } from "../../platform.ts";
import { creditmemoPayload, observeCreditmemo } from "./creditmemo.ts";
import { invoicePayload, observeInvoice } from "./invoice.ts";
import { readDocument } from "./reads.ts";
import { observeShipment, shipmentPayload } from "./shipment.ts";
import type { Seen } from "./values.ts";

interface Document {
  readonly kind: "invoices" | "shipments" | "creditmemos";
  readonly schema: z.ZodType;
  readonly observe: (document: unknown, seen: Seen) => MapResult;
}

export const INVOICE = documentOf("invoices", invoicePayload, observeInvoice);
export const SHIPMENT = documentOf("shipments", shipmentPayload, observeShipment);
export const CREDITMEMO = documentOf("creditmemos", creditmemoPayload, observeCreditmemo);

function documentOf<S extends z.ZodType>(
  kind: Document["kind"],
  schema: S,
  observe: (body: z.output<S>, seen: Seen) => Observation[],
): Document {
  return {
    kind,
    schema,
    observe: (document, seen) => mapAnswer(kind, document, schema, (body) => observe(body, seen)),
  };
}

export interface Told {
  readonly id: string;
  readonly orderId?: string | undefined;
  readonly context: MapContext;
  readonly isNew?: boolean;
  /** The document as the webhook holds it; `isWhole` when it need not be read. */
  readonly document?: unknown;
  readonly isWhole: boolean;
}

/** The document with its order. Without the API, the document as far as the webhook has it. */
export function tellDocument({ kind, schema, observe }: Document, told: Told): Hydration {
  const { context, document, isNew } = told;
  return readDocument({
    kind,
    id: told.id,
    context,
    orderId: told.orderId,
    ...(told.isWhole ? { document } : {}),
    ...(isNew === undefined ? {} : { isNew }),
    observe,
    partial: () => {
      if (!schema.safeParse(document).success) return [];
      const observed = observe(document, { at: context.at, options: context.options });
      return observed.ok ? observed.observations : [];
    },
  });
}

/** A document of which the shop's admin chose the fields. */
export const chosenDocument = z.looseObject({ entity_id: id, order_id: idOrNone });

/** It is read again, since fields may be missing, and tracking numbers come later. */
export function tellChosen(
  kind: Document,
  value: z.output<typeof chosenDocument>,
  context: MapContext,
): Hydration {
  const orderId = value.order_id ?? undefined;
  return tellDocument(kind, { id: value.entity_id, orderId, document: value, isWhole: false, context });
}
