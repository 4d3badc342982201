/** Puts the stages' routes together, with one place for errors. Does not listen and does not read the environment. */
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { createApi } from "./api.ts";
import { requireToken } from "./auth.ts";
import { createDeadLetterRoutes, type DeadLetterRouteDeps } from "./dead-letters/routes.ts";
import { createAuthFailures } from "./auth-failures.ts";
import { createDocsRoutes } from "./docs.ts";
import { documentOf } from "./document.ts";
import type { Env } from "./env.ts";
import { HubError, toProblem } from "./errors.ts";
import type { ExplainPorts } from "./explain/explain.ts";
import { createExplainRoutes } from "./explain/routes.ts";
import { createIngestRoutes, type IngestDeps } from "./ingest/routes.ts";
import { createStoreRoutes, type StoreRouteDeps } from "./ingest/store-routes.ts";
import { createPlatformRoutes, createSchemaRoutes, type LanguageDeps } from "./normalizers/routes.ts";
import { once } from "./once.ts";
import { describeApi } from "./openapi.ts";
import type { Peers } from "./peers.ts";
import { createScrape } from "./scrape.ts";
import { identify, REQUEST_ID_HEADER, requestIdOf } from "./request-id.ts";
import { createRenormalizeRoutes, type RenormalizeRouteDeps } from "./publish/renormalize/routes.ts";
import { createPublishRoutes, type PublishRouteDeps } from "./publish/routes.ts";
import { createAttemptRoutes } from "./subscriptions/attempt-routes.ts";
import type { Attempts } from "./subscriptions/deliver/attempts.ts";
import { createEventRoutes } from "./subscriptions/event-routes.ts";
import { createSubscriptionRoutes, type SubscriptionRouteDeps } from "./subscriptions/routes.ts";
import type { EventReader } from "./subscriptions/events.ts";
import { createFindActor } from "./tokens/actors.ts";
import { createTokenRoutes, type TokenRouteDeps } from "./tokens/routes.ts";

export interface AppDeps
  extends IngestDeps,
    StoreRouteDeps,
    LanguageDeps,
    PublishRouteDeps,
    Omit<DeadLetterRouteDeps, "isSubscription">,
    RenormalizeRouteDeps,
    TokenRouteDeps {
  /** The bootstrap token. */
  readonly adminToken: string;
  readonly eventReader: EventReader;
  /** See `createEventRoutes`. */
  readonly ending?: AbortSignal | undefined;
  readonly subscriptionRoutes: SubscriptionRouteDeps;
  readonly attempts: Pick<Attempts, "page">;
  readonly explainPorts: ExplainPorts;
  /** The other processes of this hub on this machine. */
  readonly peers: Peers;
  /** What stands in the way of being ready; empty when nothing does. */
  readonly notReady: () => Promise<string[]>;
}

const ADMIN_BODY_BYTES_MAX = 100_000;

export function createApp(deps: AppDeps): OpenAPIHono<Env> {
  const app = createApi();
  app.onError(function answerError(thrown, c) {
    const error = fromHono(thrown);
    const problem = toProblem(error, requestIdOf(c));
    if (problem.code === "internal")
      deps.log.error({ err: error, requestId: problem.requestId }, "request failed");
    const headers = new Headers({
      "Content-Type": "application/problem+json",
      [REQUEST_ID_HEADER]: problem.requestId,
    });
    if (error instanceof HubError && error.retryAfterSeconds !== undefined) {
      headers.set("Retry-After", String(error.retryAfterSeconds));
    }
    const challenge = c.res.headers.get("WWW-Authenticate");
    if (challenge) headers.set("WWW-Authenticate", challenge);
    return new Response(JSON.stringify(problem), { status: problem.status, headers });
  });
  app.notFound(function refuseUnknown() {
    throw new HubError("not_found");
  });
  app.route("/webhooks", createIngestRoutes(deps));

  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.get("/readyz", async (c) => {
    const missing = await deps.notReady();
    return missing.length === 0 ? c.json({ status: "ready" }) : c.json({ status: "not ready", missing }, 503);
  });
  app.route("/", createSchemaRoutes(deps));
  const description = once(() => documentOf(JSON.stringify(describeApi(app, deps.version))));
  app.get("/openapi.json", (c) => c.body(description().body, 200, { "Content-Type": "application/json" }));
  app.route("/", createDocsRoutes());

  const authenticate = requireToken({
    findActor: createFindActor(deps.tokens, deps.adminToken),
    authFailures: createAuthFailures(deps.peers),
    now: deps.now,
  });
  for (const path of ["/metrics", "/api/*"]) app.use(path, identify);
  app.use("/metrics", authenticate);
  const scrape = createScrape(deps.metrics.registry, deps.peers);
  app.get("/metrics", async (c) => c.text(await scrape.text(), 200, { "Content-Type": scrape.contentType }));
  app.use("/api/*", authenticate);
  app.use("/api/*", bodyLimit({ maxSize: ADMIN_BODY_BYTES_MAX, onError: refuseLarge }));
  const isSubscription = (name: string) => deps.subscriptionRoutes.subscriptions.find(name) !== undefined;
  app.route("/api", createStoreRoutes(deps));
  app.route("/api", createPlatformRoutes(deps));
  app.route("/api", createPublishRoutes(deps));
  app.route("/api", createRenormalizeRoutes(deps));
  app.route("/api", createDeadLetterRoutes({ ...deps, isSubscription }));
  app.route("/api", createEventRoutes(deps.eventReader, deps.ending));
  app.route("/api", createSubscriptionRoutes(deps.subscriptionRoutes));
  app.route("/api", createAttemptRoutes(deps.attempts));
  app.route("/api", createExplainRoutes(deps.explainPorts));
  app.route("/api", createTokenRoutes(deps));
  return app;
}

/** What the router itself refuses, such as a body that is no JSON, is the caller's mistake and no defect. */
function fromHono(error: unknown): unknown {
  if (!(error instanceof HTTPException) || error.status >= 500) return error;
  const explain = error.status === 415 ? "must be sent as application/json" : error.message;
  return new HubError("bad_request", { explain: `body: ${explain}`, cause: error });
}

function refuseLarge(): never {
  throw new HubError("too_large");
}
