/** `entrepot doctor`: is everything as it should be? One line for each check. */
import { parseArgs } from "node:util";
import { z } from "zod";
import { ERRORS } from "../errors.ts";
import { visibleOnOneLine } from "../visible.ts";
import { type Api, createApi, hubUrl } from "./api.ts";
import { shownView } from "./subscription-output.ts";
import { UsageError, type Verb } from "./usage.ts";

interface Check {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

const LAG_MS_MAX = 3_600_000;

const readiness = z.object({ missing: z.array(z.string()).default([]) });
const stores = z.object({
  stores: z.array(
    z.looseObject({ name: z.string(), secrets: z.array(z.object({ expiresAt: z.string().optional() })) }),
  ),
});
const names = z.object({ subscriptions: z.array(z.looseObject({ name: z.string() })) });

export const doctor: Verb = {
  usage: "doctor [--json]",
  summary: "Check the hub, the token, NATS, stores and subscriptions; fails when something is wrong",
  run: async ({ args, env, print }) => {
    const { values } = parseArgs({ args, options: { json: { type: "boolean" } }, allowPositionals: false });
    let failed = 0;
    for await (const found of examine(hubUrl(env), () => createApi(env))) {
      if (!found.ok) failed += 1;
      print(values.json ? JSON.stringify(found) : toLine(found));
    }
    if (failed > 0) throw new UsageError(`${failed} ${failed === 1 ? "check" : "checks"} failed.`);
  },
};

function toLine({ check, ok, detail }: Check): string {
  return visibleOnOneLine(`${ok ? "ok    " : "failed"}  ${check}: ${detail}`);
}

/** What cannot be asked because of an earlier failure is left out. */
async function* examine(url: string, open: () => Api): AsyncGenerator<Check> {
  const hub = await attempt("hub", () => checkHub(url));
  yield hub;
  if (!hub.ok) return;
  yield await attempt("nats", () => checkReady(url));
  const token = await attempt("token", () => checkToken(open()));
  yield token;
  if (!token.ok) return;
  yield await attempt("stores", () => checkStores(open()));
  yield* checkSubscriptions(open());
}

async function checkHub(url: string): Promise<string> {
  const response = await fetch(`${url}/healthz`).catch(() => undefined);
  if (response?.ok) return `answers at ${url}`;
  throw new UsageError(`nothing answers at ${url}: start a hub, or set ENTREPOT_URL`);
}

async function checkReady(url: string): Promise<string> {
  const { missing } = readiness.parse(await (await fetch(`${url}/readyz`)).json());
  if (missing.length > 0) throw new UsageError(`the hub misses ${missing.join(", ")}`);
  return "connected, and the streams are there";
}

/** A change that changes nothing tells whether changes are permitted. */
async function checkToken(api: Api): Promise<string> {
  await api.call("GET", "/api/stores");
  const dryRun = { sequences: [1], dryRun: true };
  const refusal = await api.call("POST", "/api/dead/redrive", dryRun).then(() => "", messageOf);
  return refusal.startsWith(ERRORS.forbidden.publicText)
    ? "counts, to read only"
    : "counts, to change things too";
}

async function checkStores(api: Api): Promise<string> {
  const all = stores.parse(await api.call("GET", "/api/stores")).stores;
  const now = new Date().toISOString();
  const shut = all
    .filter(({ secrets }) => !secrets.some(({ expiresAt }) => expiresAt === undefined || expiresAt > now))
    .map(({ name }) => name);
  if (shut.length > 0) throw new UsageError(`without a secret that counts: ${shut.join(", ")}`);
  return `${all.length} connected, each with a secret`;
}

async function* checkSubscriptions(api: Api): AsyncGenerator<Check> {
  const { subscriptions } = names.parse(await api.call("GET", "/api/subscriptions"));
  if (subscriptions.length === 0) yield { check: "subscriptions", ok: true, detail: "there are none" };
  for (const { name } of subscriptions) {
    yield await attempt(`subscription ${name}`, async () =>
      judge(shownView.parse(await api.call("GET", `/api/subscriptions/${encodeURIComponent(name)}`))),
    );
  }
}

/** Throws when somebody should look after it. */
function judge({ state, stopped, statistics }: z.infer<typeof shownView>): string {
  const { lastError, lastDeliveredAt = "", oldestUnsettledAt, dead, pending } = statistics;
  const hasLag = oldestUnsettledAt !== undefined && Date.now() - Date.parse(oldestUnsettledAt) > LAG_MS_MAX;
  const problems = [
    ...(state === "disabled" ? [`disabled (${stopped?.reason ?? "for no reason known"})`] : []),
    ...(lastError && lastError.at > lastDeliveredAt
      ? [`its last attempt failed: ${lastError.error} ${lastError.status ?? ""}`.trimEnd()]
      : []),
    ...(state === "active" && hasLag ? [`its oldest event waits since ${oldestUnsettledAt}`] : []),
    ...(dead > 0 ? [`${dead} dead letters`] : []),
  ];
  if (problems.length > 0) throw new UsageError(problems.join("; "));
  return `${state}, ${pending} pending`;
}

async function attempt(check: string, run: () => Promise<string>): Promise<Check> {
  return run().then(
    (detail) => ({ check, ok: true, detail }),
    (error: unknown) => ({ check, ok: false, detail: messageOf(error) }),
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
