/** Reads of a platform's API over HTTP, as the publish stage makes them, against answers on this machine. */
import { createEgress } from "../../src/egress/egress.ts";
import type { Hydration } from "../../src/normalizers/hydration.ts";
import type { Platform } from "../../src/normalizers/platform.ts";
import { createHydrator, type Hydrated } from "../../src/publish/hydrate/hydrator.ts";
import { HYDRATION_POLICY } from "../../src/publish/hydrate/policy.ts";
import type { Values } from "../../src/publish/hydrate/template.ts";
import { type FakeApi, type FakeApiOptions, type FakeRoute, startFakeApi } from "./fake-api.ts";
import type { AnswersOf } from "./hydrate.ts";

export interface RealReads {
  readonly api: FakeApi;
  readonly hydrate: (hydration: Hydration) => Promise<Hydrated>;
  /** As they stand in the store's record now. */
  readonly credentials: () => Values;
  readonly close: () => Promise<void>;
}

export interface RealReadsOptions {
  readonly answers: AnswersOf;
  readonly credentials: Values;
  readonly authorize: NonNullable<FakeApiOptions["authorize"]>;
  /** Headers of every answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Beside the reads: where a token is fetched. */
  readonly routes?: Readonly<Record<string, FakeRoute>>;
  readonly open?: readonly string[];
  readonly settings?: Values;
}

/** The platform with its API on this machine; everything but the host stays as declared. */
export async function startRealReads(
  { id, api: declared }: Platform,
  { answers, authorize, headers = {}, routes = {}, open = [], settings = {}, ...given }: RealReadsOptions,
): Promise<RealReads> {
  if (declared === undefined) throw new Error(`${id} declares no API`);
  const path = new URL(declared.base.replace(/[{}]/g, "")).pathname.replace(/\/$/, "");
  const base = declared.base.replace(/^https:\/\/[^/]+/, "");
  const api = await startFakeApi({
    routes: {
      ...routes,
      "GET /.*": ({ url }) => {
        const answer = answers((url.pathname + url.search).slice(prefixOf(path, settings).length));
        return answer === undefined
          ? { status: 404, headers }
          : answer === null
            ? { status: 204, headers }
            : { body: answer, headers };
      },
    },
    authorize,
    open,
  });
  let credentials = given.credentials;
  const egress = createEgress({ allow: ["127.0.0.0/8"] });
  const hydrator = createHydrator({
    egress,
    changeCredentials: async (_store, change) => {
      credentials = change(credentials);
      return credentials;
    },
    policy: { ...HYDRATION_POLICY, inHandMs: 300, pauseMsMin: 10, pauseMsMax: 20, refusedMs: 1000 },
    now: Date.now,
    random: () => 0,
    onRead: () => undefined,
  });
  const { auth } = declared;
  const here = {
    ...declared,
    base: `${api.url}${base}`,
    auth: auth.kind === "token" ? { ...auth, url: auth.url.replace(/^https:\/\/[^/]+/, api.url) } : auth,
  };
  return {
    api,
    credentials: () => credentials,
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

/** The declared path with the store's settings in it. */
function prefixOf(path: string, settings: Values): string {
  return Object.entries(settings).reduce((text, [name, value]) => text.replace(name, value), path);
}
