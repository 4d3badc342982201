/** Everything that the hub serves to those who may only read. */
import { z } from "zod";
import type { TalkativeHub } from "./hub.ts";
import { STORES } from "./stores.ts";

const LISTS = [
  "stores",
  "subscriptions",
  "tokens",
  "platforms",
  "outcomes",
  "rejections",
  "dead",
  "events?limit=1000",
  "attempts?limit=1000",
];
const PUBLIC = ["/metrics", "/openapi.json", "/asyncapi.json", "/docs", "/healthz", "/readyz", "/nothing"];

export async function readEverything({ ask, secret }: TalkativeHub): Promise<void> {
  const body = { name: "reader", scope: "read" };
  const made = await ask("POST", "/api/tokens", { body, tells: ["token"] });
  const as = secret("token that was made", z.string().parse(made.told.token));
  const paths = [
    ...LISTS.map((name) => `/api/${name}`),
    ...STORES.flatMap((name) => [`/api/stores/${name}`, `/api/renormalize?store=${name}&limit=20`]),
    ...["echo", "crm", "erp"].flatMap((name) => [
      `/api/subscriptions/${name}`,
      `/api/subscriptions/${name}/attempts`,
    ]),
    `/api/explain/${STORES[0]}/order/1`,
    ...PUBLIC,
  ];
  for (const path of paths) await ask("GET", path, { as });
}
