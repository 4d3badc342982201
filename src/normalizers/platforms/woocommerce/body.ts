/** What every WooCommerce body has in common: error bodies under a good signature, and bodies that are only an id. */
import { z } from "zod";
import { id } from "../../payload.ts";

const SOURCE_CODE = /^[a-z][a-z0-9_]{0,63}$/;
const RESOURCE_KEYS = ["status", "line_items", "email", "name", "price", "date_created", "date_created_gmt"];

/**
 * Reads a body that is a resource. When the webhook's owner is gone or lacks rights, WooCommerce signs and sends the
 * REST error instead of the resource, and goes on doing so until an admin acts: the problem says what to do.
 */
export function bodyOf<S extends z.ZodType>(resource: S) {
  return z.unknown().superRefine(refuseRestError).pipe(resource);
}

/** The body of the `deleted` topics. A whole resource under such a topic means that the unsigned topic header was swapped. */
export const deletedPayload = bodyOf(
  z
    .looseObject({ id })
    .refine(
      (body) => !RESOURCE_KEYS.some((key) => Object.hasOwn(body, key)),
      "is a whole resource, not only the id of a deleted one: topic and body do not fit",
    ),
);

// https://github.com/woocommerce/woocommerce/issues/37806
function refuseRestError(body: unknown, context: z.core.$RefinementCtx): void {
  if (typeof body !== "object" || body === null || !("code" in body) || "id" in body) return;
  const code = typeof body.code === "string" && SOURCE_CODE.test(body.code) ? body.code : "an error";
  context.addIssue(
    `WooCommerce sent ${code} instead of the resource, because the webhook's owner may not read it; ` +
      "save the webhook in WooCommerce as a user who may (an administrator), then send what was missed again",
  );
}
