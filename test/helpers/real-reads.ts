/** Reads of a platform's API over HTTP, as the publish stage makes them, against answers on this machine. */
import { createEgress } from "../../src/egress/egress.ts";
import type { Hydration } from "../../src/normalizers/hydration.ts";
import type { Platform } from "../../src/normalizers/platform.ts";
import { createHydrator, type Hydrated } from "../../src/publish/hydrate/hydrator.ts";
import { HYDRATION_POLICY } from "../../src/publish/hydrate/policy.ts";
import type { Values } from "../../src/publish/hydrate/template.ts";
import { type FakeApi, type FakeApiOptions, type FakeRoute, startFakeApi } from "./fake-api.ts";

export interface RealReads {
  readonly api: FakeApi;
  readonly hydrate: (hydration: Hydration) => Promise<Hydrated>;
  /** As they stand in the store's record now. */
  readonly credentials: () => Values;
  /** Moves the hub's clock on; the API's own stays. */
  readonly skip: (ms: number) => void;
  readonly close: () => Promise<void>;
}

export interface RealReadsOptions {
  /** The answer to a read of this path with its query, and what was sent with it; undefined: 404, null: 204. */
  readonly answers: (path: string, body: string) => unknown;
  readonly credentials: Values;
  readonly authorize: NonNullable<FakeApiOptions["authorize"]>;
  /** Headers of every answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Beside the reads: where a token is fetched. */
  readonly routes?: Readonly<Record<string, FakeRoute>>;
  readonly open?: readonly string[];
  /** A host that a setting names is replaced. */
  readonly settings?: Values;
}

/** The platform with its API on this machine; everything but the host stays as declared. */
export async function startRealReads(
  { id, api: declared }: Platform,
  { answers, authorize, headers = {}, routes = {}, open = [], ...given }: RealReadsOptions,
): Promise<RealReads> {
  if (declared === undefined) throw new Error(`${id} declares no API`);
  const [, host] = HOST_SETTING.exec(declared.base) ?? [];
  const path =
    host === undefined
      ? new URL(declared.base.replace(/[{}]/g, "")).pathname
      : declared.base.replace(HOST_SETTING, "");
  const settings = { ...given.settings };
  const route: FakeRoute = ({ url, body }) => {
    const below = (url.pathname + url.search).slice(prefixOf(path.replace(/\/$/, ""), settings).length);
    const answer = answers(below, body);
    if (answer === undefined) return { status: 404, headers };
    return answer === null ? { status: 204, headers } : { body: answer, headers };
  };
  const api = await startFakeApi({
    routes: { ...routes, "GET /.*": route, "POST /.*": route },
    authorize,
    open,
  });
  if (host !== undefined) settings[host] = api.url;
  const base = host === undefined ? api.url + declared.base.replace(/^https:\/\/[^/]+/, "") : declared.base;
  let credentials = given.credentials;
  let skippedMs = 0;
  const egress = createEgress({ allow: ["127.0.0.0/8"] });
  const hydrator = createHydrator({
    egress,
    changeCredentials: async (_store, change) => {
      credentials = change(credentials);
      return credentials;
    },
    policy: { ...HYDRATION_POLICY, inHandMs: 2000, pauseMsMin: 10, pauseMsMax: 60_000, refusedMs: 60_000 },
    now: () => Date.now() + skippedMs,
    random: () => 0,
    onRead: () => undefined,
  });
  const { auth } = declared;
  const here = {
    ...declared,
    base,
    auth: auth.kind === "token" ? { ...auth, url: auth.url.replace(/^https:\/\/[^/]+/, api.url) } : auth,
  };
  return {
    api,
    credentials: () => credentials,
    skip: (ms) => {
      skippedMs += ms;
    },
    hydrate: (hydration) =>
      hydrator.hydrate({
        platform: id,
        store: "acme",
        api: here,
        values: () => ({ ...settings, ...credentials }),
        hydration,
        bytes: 100,
        waited: undefined,
      }),
    close: async () => {
      hydrator.stop();
      await Promise.all([egress.close(), api.close()]);
    },
  };
}

/** A setting in front names the host. */
const HOST_SETTING = /^\{(\w+)\}/;

/** The declared path with the store's settings in it. */
function prefixOf(path: string, settings: Values): string {
  return Object.entries(settings).reduce((text, [name, value]) => text.replace(name, value), path);
}
