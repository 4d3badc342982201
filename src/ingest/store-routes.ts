/** `/api/stores`: connect, list, rotate, remove. Secrets go in and never come out. */
import type { OpenAPIHono, z } from "@hono/zod-openapi";
import { createApi } from "../api.ts";
import { audit } from "../audit.ts";
import type { Env } from "../env.ts";
import { HubError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { Platform } from "../normalizers/platform.ts";
import type { SecretBox } from "../secret-box.ts";
import type { Rejections } from "./rejections.ts";
import { type newStore, storeRoutes } from "./store-api.ts";
import {
  checkCredentials,
  checkSettings,
  checkTolerance,
  checkVariant,
  chooseSecrets,
} from "./store-input.ts";
import { viewStore } from "./store-view.ts";
import { rotateSecrets, type Store, type Stores, sealCredentials } from "./stores.ts";

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

type Values = Readonly<Record<string, string>>;

export function createStoreRoutes(deps: StoreRouteDeps): OpenAPIHono<Env> {
  const { stores, log } = deps;
  const api = createApi();
  api.openapi(storeRoutes.add, async (c) => {
    const { store, made } = makeStore(c.req.valid("json"), deps);
    const { name, platform } = store;
    if (!(await stores.add(store)))
      throw new HubError("conflict", { explain: `a store named ${name} is connected already` });
    audit(c, log, "store added", { store: name, platform });
    return c.json(viewStore(store, deps, made), 201);
  });
  api.openapi(storeRoutes.list, (c) =>
    c.json({ stores: stores.list().map((store) => viewStore(store, deps)) }, 200),
  );
  api.openapi(storeRoutes.get, (c) =>
    c.json(viewStore(found(stores.find(c.req.valid("param").name)), deps), 200),
  );
  api.openapi(storeRoutes.rotate, async (c) => {
    const { name } = c.req.valid("param");
    const { secrets = [], overlapSeconds } = c.req.valid("json");
    const { store, made } = await rotate(name, secrets, overlapSeconds, deps);
    audit(c, log, "store secrets rotated", { store: name, overlapSeconds });
    return c.json(viewStore(store, deps, made), 200);
  });
  api.openapi(storeRoutes.credentials, async (c) => {
    const { name } = c.req.valid("param");
    const store = await changeCredentials(name, c.req.valid("json").credentials, deps);
    audit(c, log, "store credentials changed", { store: name });
    return c.json(viewStore(store, deps), 200);
  });
  api.openapi(storeRoutes.remove, async (c) => {
    const { name } = c.req.valid("param");
    if (!(await stores.remove(name))) throw new HubError("not_found");
    audit(c, log, "store removed", { store: name });
    return c.body(null, 204);
  });
  api.openapi(storeRoutes.rejections, async (c) => c.json({ rejections: await deps.rejections.list() }, 200));
  return api;
}

/** The record of a new store. Throws when the platform needs something else. */
function makeStore(
  { platform, name, externalId, options = {}, variant, settings = {}, ...given }: z.output<typeof newStore>,
  { findPlatform, platformIds, secretBox, now }: StoreRouteDeps,
): { store: Store; made?: string } {
  const declared = findPlatform(platform);
  if (declared === undefined) {
    throw new HubError("bad_request", {
      explain: `platform: ${platform} is not one of ${platformIds().join(", ")}`,
    });
  }
  const wire = checkVariant(declared, variant);
  checkTolerance(wire, options.timestampToleranceSeconds);
  checkSettings(declared, settings);
  const { credentials = {} } = given;
  checkCredentials(declared, credentials);
  const { secrets, ...made } = chooseSecrets(wire, given.secrets ?? []);
  const connectedAt = new Date(now()).toISOString();
  const store: Store = {
    name,
    platform,
    connectedAt,
    options,
    secrets: secrets.map((secret) => ({ sealed: secretBox.seal(secret, name), createdAt: connectedAt })),
    ...(externalId === undefined ? {} : { externalId }),
    ...(variant === undefined ? {} : { variant }),
    ...(isEmpty(settings) ? {} : { settings }),
    ...(isEmpty(credentials)
      ? {}
      : { credentials: sealCredentials(credentials, name, { secretBox, now: now() }) }),
  };
  return { store, ...made };
}

/** New secrets have to be such as the store could have been connected with. */
async function rotate(
  name: string,
  given: readonly string[],
  overlapSeconds: number,
  { stores, findPlatform, secretBox, now }: StoreRouteDeps,
): Promise<{ store: Store; made?: string }> {
  const { platform, variant } = found(stores.find(name));
  const wire = checkVariant(found(findPlatform(platform)), variant);
  const { secrets, ...made } = chooseSecrets(wire, given);
  const sealed = secrets.map((secret) => secretBox.seal(secret, name));
  const store = await stores.update(name, (current) => rotateSecrets(current, sealed, now(), overlapSeconds));
  return { store: found(store), ...made };
}

async function changeCredentials(
  name: string,
  credentials: Values,
  { stores, findPlatform, secretBox, now }: StoreRouteDeps,
): Promise<Store> {
  checkCredentials(found(findPlatform(found(stores.find(name)).platform)), credentials);
  const store = await stores.update(name, ({ credentials: _before, ...current }) =>
    isEmpty(credentials)
      ? current
      : { ...current, credentials: sealCredentials(credentials, name, { secretBox, now: now() }) },
  );
  return found(store);
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new HubError("not_found");
  return value;
}

function isEmpty(values: Values): boolean {
  return Object.keys(values).length === 0;
}
