/** `/api/stores`: connect, list, rotate, remove. Secrets go in and never come out. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { createApi, problemResponse, security } from "../api.ts";
import { audit } from "../audit.ts";
import type { Env } from "../env.ts";
import { HubError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { Platform } from "../normalizers/platform.ts";
import { wireOf } from "../normalizers/registry.ts";
import { addressOf } from "./address.ts";
import type { Rejections } from "./rejections.ts";
import type { SecretBox } from "../secret-box.ts";
import { checkCredentials, checkSettings, checkVariant, chooseSecrets } from "./store-input.ts";
import {
  rotateSecrets,
  type Store,
  type Stores,
  sealCredentials,
  storeName,
  storeOptions,
} from "./stores.ts";

export interface StoreRouteDeps {
  readonly stores: Stores;
  readonly rejections: Rejections;
  readonly secretBox: SecretBox;
  readonly findPlatform: (id: string) => Platform | undefined;
  readonly platformIds: () => string[];
  readonly publicUrl: string;
  readonly now: () => number;
  readonly log: Logger;
}

const secrets = z
  .array(z.string().min(1, "must not be empty").max(1024))
  .min(1, "needs at least one secret: without one every request would be refused")
  .max(5);

const fields = z.record(z.string().max(64), z.string().max(8192));

const newStore = z
  .strictObject({
    platform: z.string().openapi({ example: "shopify" }),
    name: storeName.meta({ example: "acme" }),
    secrets: secrets.optional().openapi({
      description:
        "Needed unless the platform publishes its keys, or signs nothing: then a token for the address is made.",
    }),
    variant: z.string().optional().openapi({ description: "Which of the platform's wires the shop uses." }),
    settings: fields
      .optional()
      .openapi({ description: "Parameters that are no secrets, as the platform declares." }),
    credentials: fields.optional().openapi({ description: "For the platform's API; never shown again." }),
    externalId: z.string().min(1).max(256).optional().openapi({
      description:
        "The platform's own name of the shop (acme.myshopify.com). When set, requests that name another shop are refused.",
    }),
    options: storeOptions.optional(),
  })
  .openapi("NewStore");

const newCredentials = z
  .strictObject({ credentials: fields.openapi({ description: "All of them; none at all removes them." }) })
  .openapi("StoreCredentials");

const rotation = z
  .strictObject({
    secrets,
    overlapSeconds: z.number().int().min(0).max(2_592_000).default(86_400).openapi({
      description: "How long the previous secrets stay valid.",
    }),
  })
  .openapi("Rotation");

const storeView = z
  .object({
    name: storeName,
    platform: z.string(),
    webhookUrl: z.string(),
    connectedAt: z.string(),
    externalId: z.string().optional(),
    options: storeOptions,
    variant: z.string().optional(),
    settings: z.record(z.string(), z.string()).optional(),
    credentials: z.array(z.string()).openapi({ description: "Names of the credentials that are set." }),
    notes: z.array(z.string()).openapi({ description: "What an admin has to know or to do." }),
    secrets: z.array(z.object({ createdAt: z.string(), expiresAt: z.string().optional() })),
  })
  .openapi("Store");

const rejectionView = z.object({
  at: z.string(),
  requestId: z.string(),
  platform: z.string(),
  store: z.string(),
  reason: z.string(),
});

const json = <S extends z.ZodType>(schema: S) => ({ content: { "application/json": { schema } } });
const oneStore = { ...json(storeView), description: "The store" };
const params = z.object({ name: z.string() });

const routes = {
  add: createRoute({
    method: "post",
    path: "/stores",
    security,
    summary: "Connect a store",
    request: { body: { ...json(newStore), required: true } },
    responses: { 201: { ...oneStore, description: "Connected" }, 400: problemResponse, 409: problemResponse },
  }),
  list: createRoute({
    method: "get",
    path: "/stores",
    security,
    summary: "List connected stores",
    responses: {
      200: { ...json(z.object({ stores: z.array(storeView) })), description: "All stores, by name" },
    },
  }),
  get: createRoute({
    method: "get",
    path: "/stores/{name}",
    security,
    summary: "Show a store",
    request: { params },
    responses: { 200: oneStore, 404: problemResponse },
  }),
  rotate: createRoute({
    method: "post",
    path: "/stores/{name}/rotate",
    security,
    summary: "Give a store new secrets; the previous ones stay valid for the overlap",
    request: { params, body: { ...json(rotation), required: true } },
    responses: { 200: oneStore, 400: problemResponse, 404: problemResponse },
  }),
  credentials: createRoute({
    method: "put",
    path: "/stores/{name}/credentials",
    security,
    summary: "Replace the credentials for the platform's API",
    request: { params, body: { ...json(newCredentials), required: true } },
    responses: { 200: oneStore, 400: problemResponse, 404: problemResponse },
  }),
  remove: createRoute({
    method: "delete",
    path: "/stores/{name}",
    security,
    summary: "Disconnect a store; what it sent stays",
    request: { params },
    responses: { 204: { description: "Disconnected" }, 404: problemResponse },
  }),
  rejections: createRoute({
    method: "get",
    path: "/rejections",
    security,
    summary: "The last refused requests of this process, newest first",
    responses: {
      200: {
        ...json(z.object({ rejections: z.array(rejectionView) })),
        description: "Refusals with their reasons",
      },
    },
  }),
};

export function createStoreRoutes(deps: StoreRouteDeps): OpenAPIHono<Env> {
  const { stores, secretBox, log, now } = deps;
  const view = (store: Store, token?: string) => toView(store, deps, token);
  const seal = (values: readonly string[], name: string) =>
    values.map((secret) => secretBox.seal(secret, name));
  const api = createApi();

  api.openapi(routes.add, async (c) => {
    const {
      platform,
      name,
      externalId,
      options = {},
      variant,
      settings = {},
      ...given
    } = c.req.valid("json");
    const declared = deps.findPlatform(platform);
    if (declared === undefined) {
      throw new HubError("bad_request", {
        explain: `platform: ${platform} is not one of ${deps.platformIds().join(", ")}`,
      });
    }
    const wire = checkVariant(declared, variant);
    checkSettings(declared, settings);
    const { credentials = {} } = given;
    checkCredentials(declared, credentials);
    const { secrets: plain, made } = chooseSecrets(wire, given.secrets ?? []);
    const connectedAt = new Date(now()).toISOString();
    const store: Store = {
      name,
      platform,
      connectedAt,
      options,
      secrets: seal(plain, name).map((sealed) => ({ sealed, createdAt: connectedAt })),
      ...(externalId === undefined ? {} : { externalId }),
      ...(variant === undefined ? {} : { variant }),
      ...(Object.keys(settings).length === 0 ? {} : { settings }),
      ...(Object.keys(credentials).length === 0
        ? {}
        : { credentials: sealCredentials(credentials, name, { secretBox, now: now() }) }),
    };
    if (!(await stores.add(store)))
      throw new HubError("conflict", { explain: `a store named ${name} is connected already` });
    audit(c, log, "store added", { store: name, platform });
    return c.json(view(store, made), 201);
  });
  api.openapi(routes.list, (c) => c.json({ stores: stores.list().map((store) => view(store)) }, 200));
  api.openapi(routes.get, (c) => {
    const store = stores.find(c.req.valid("param").name);
    if (store === undefined) throw new HubError("not_found");
    return c.json(view(store), 200);
  });
  api.openapi(routes.rotate, async (c) => {
    const { name } = c.req.valid("param");
    const { secrets: plain, overlapSeconds } = c.req.valid("json");
    const store = await stores.update(name, (current) =>
      rotateSecrets(current, seal(plain, name), now(), overlapSeconds),
    );
    if (store === undefined) throw new HubError("not_found");
    audit(c, log, "store secrets rotated", { store: name, overlapSeconds });
    return c.json(view(store), 200);
  });
  api.openapi(routes.credentials, async (c) => {
    const { name } = c.req.valid("param");
    const { credentials } = c.req.valid("json");
    const declared = deps.findPlatform(stores.find(name)?.platform ?? "");
    if (declared === undefined) throw new HubError("not_found");
    checkCredentials(declared, credentials);
    const store = await stores.update(name, ({ credentials: _before, ...current }) =>
      Object.keys(credentials).length === 0
        ? current
        : { ...current, credentials: sealCredentials(credentials, name, { secretBox, now: now() }) },
    );
    if (store === undefined) throw new HubError("not_found");
    audit(c, log, "store credentials changed", { store: name });
    return c.json(view(store), 200);
  });
  api.openapi(routes.remove, async (c) => {
    const { name } = c.req.valid("param");
    if (!(await stores.remove(name))) throw new HubError("not_found");
    audit(c, log, "store removed", { store: name });
    return c.body(null, 204);
  });
  api.openapi(routes.rejections, (c) => c.json({ rejections: deps.rejections.list() }, 200));
  return api;
}

const NO_CREDENTIALS =
  "There are no API credentials: what the platform's webhooks leave out cannot be read, and such events are partial.";

/** A token that was just made is shown in the address, this once; later only its place is. */
function toView(store: Store, { publicUrl, findPlatform }: StoreRouteDeps, token = "{token}") {
  const { secrets: sealed, credentials, registrations: _waiting, ...rest } = store;
  const platform = findPlatform(store.platform);
  const wire = platform && wireOf(platform, store.variant);
  const address = { publicUrl, platform: store.platform, store: store.name, token, topic: "{topic}" };
  return {
    ...rest,
    credentials: [...(credentials?.names ?? [])],
    notes: platform?.credentials && !credentials ? [NO_CREDENTIALS] : [],
    webhookUrl: wire ? addressOf(wire, address) : `${publicUrl}/webhooks/${store.platform}/${store.name}`,
    secrets: sealed.map(({ createdAt, expiresAt }) => ({ createdAt, ...(expiresAt ? { expiresAt } : {}) })),
  };
}
