/** `oauth.authorization.revoked`: the seller, Square or the app itself took the permission back. */
import { z } from "zod";
import { orAbsent } from "../../fields.ts";
import { text } from "../../payload.ts";
import { type Observation, signal } from "../../platform.ts";

export const revokedPayload = z.object({
  merchant_id: text,
  data: z.object({ object: z.object({ revocation: z.object({ revoker_type: text }).nullish() }) }),
});

export function signalUninstalled({ merchant_id, data }: z.output<typeof revokedPayload>): Observation[] {
  return [
    signal("app.uninstalled", {
      shop: orAbsent(merchant_id),
      reason: orAbsent(data.object.revocation?.revoker_type),
    }),
  ];
}
