import { z } from "zod";
import { text } from "../../payload.ts";
import { on, signal } from "../../platform.ts";
import { claimsOf } from "./envelope.ts";

/** No domain event is inside; the claims name the site, and the app that it removed. */
export const appRemoved = on(claimsOf(z.object({ appId: text })), ({ data }) => [
  signal("app.uninstalled", {
    ...(data.instanceId ? { shop: data.instanceId } : {}),
    ...(data.data.appId ? { extra: { appId: data.data.appId } } : {}),
  }),
]);
