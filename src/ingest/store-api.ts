/** What the admin API says about stores: requests and answers. Secrets go in and never come out. */
import { createRoute, z } from "@hono/zod-openapi";
import { problemResponse, security } from "../api.ts";
import { storeName, storeOptions } from "./stores.ts";

/** Long enough for a key set; a shared secret may not be as long. */
const SECRET_LENGTH_MAX = 8192;

const secrets = z.array(z.string().min(1, "must not be empty").max(SECRET_LENGTH_MAX)).max(5);

const fields = z.record(z.string().max(64), z.string().max(8192));

export const newStore = z
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
    secrets: secrets.optional().openapi({
      description:
        "Needed where a new store needs them; where the address holds a token, one is made without them.",
    }),
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

export const storeRoutes = {
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
    summary: "The last refused requests of this hub on its machine, newest first",
    responses: {
      200: {
        ...json(z.object({ rejections: z.array(rejectionView) })),
        description: "Refusals with their reasons",
      },
    },
  }),
};
