/** `/api/subscriptions`: who gets what. Secrets and credentials are shown once, when they are made. */
import { randomUUID } from "node:crypto";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { createApi } from "../api.ts";
import { audit } from "../audit.ts";
import type { Collection } from "../collection.ts";
import { HubError } from "../errors.ts";
import type { Env } from "../env.ts";
import type { Logger } from "../log.ts";
import { matchesAll } from "../matching/patterns.ts";
import type { Names } from "../nats/names.ts";
import type { Consumers } from "./consumers.ts";
import type { Direct } from "./direct.ts";
import { checkPattern, typesOf } from "./event-patterns.ts";
import { checkInput, type InputChecks, type SubscriptionInput } from "./input.ts";
import type { Issued } from "./lifecycle/credentials.ts";
import type { Lifecycle } from "./lifecycle/lifecycle.ts";
import { OVERLAP_SECONDS, routes } from "./route-table.ts";
import { readStatistics, type StatisticsDeps } from "./statistics.ts";
import type { Subscription } from "./subscription.ts";
import { toView, type ViewDeps } from "./view.ts";

export interface SubscriptionRouteDeps {
  readonly subscriptions: Pick<Collection<Subscription>, "find" | "list">;
  readonly lifecycle: Lifecycle;
  readonly direct: Pick<Direct, "test" | "replay">;
  readonly inputChecks: InputChecks;
  readonly views: ViewDeps;
  readonly statistics: StatisticsDeps & { readonly consumers: Pick<Consumers, "positions"> };
  readonly names: Names;
  readonly log: Logger;
}

/** No cache between may keep what an answer shows once. */
const SHOWN_ONCE = { "Cache-Control": "no-store" };

export function createSubscriptionRoutes(deps: SubscriptionRouteDeps): OpenAPIHono<Env> {
  const api = createApi();
  addReading(api, deps);
  addWriting(api, deps);
  addSwitching(api, deps);
  addSending(api, deps);
  return api;
}

function addReading(api: OpenAPIHono<Env>, deps: SubscriptionRouteDeps): void {
  const { subscriptions, statistics, names } = deps;
  api.openapi(routes.list, async (c) => {
    const all = new Map([
      ...(await statistics.consumers.positions(names.streams.commerce)),
      ...(await statistics.consumers.positions(names.streams.direct)),
    ]);
    const sum = ({ consumers }: Subscription, of: "pending" | "unsettled") =>
      consumers.reduce((total, { name }) => total + (all.get(name)?.[of] ?? 0), 0);
    const listed = subscriptions.list().map((each) => ({
      ...toView(each, deps.views),
      pending: sum(each, "pending"),
      unsettled: sum(each, "unsettled"),
    }));
    return c.json({ subscriptions: listed }, 200);
  });
  api.openapi(routes.get, async (c) => {
    const subscription = find(c.req.valid("param").name, deps);
    const shown = {
      ...toView(subscription, deps.views),
      statistics: await readStatistics(subscription, statistics),
    };
    return c.json(shown, 200);
  });
}

function addWriting(api: OpenAPIHono<Env>, deps: SubscriptionRouteDeps): void {
  const { lifecycle, log } = deps;
  api.openapi(routes.create, async (c) => {
    const { name, ...input } = c.req.valid("json");
    check(input, deps);
    const issued = await lifecycle.create(name, input);
    audit(c, log, "subscription added", { subscription: name, deliver: input.deliver });
    return c.json(issuedToView(issued, deps), 201, SHOWN_ONCE);
  });
  api.openapi(routes.put, async (c) => {
    const { name } = c.req.valid("param");
    const input = c.req.valid("json");
    check(input, deps);
    const { effect, ...issued } = await lifecycle.put(name, input);
    if (effect !== "unchanged") {
      const action = effect === "created" ? "subscription added" : "subscription changed";
      audit(c, log, action, { subscription: name, deliver: input.deliver });
    }
    return c.json(issuedToView(issued, deps), effect === "created" ? 201 : 200, SHOWN_ONCE);
  });
  api.openapi(routes.remove, async (c) => {
    const { name } = c.req.valid("param");
    await lifecycle.remove(name);
    audit(c, log, "subscription removed", { subscription: name });
    return c.body(null, 204);
  });
  api.openapi(routes.rotate, async (c) => {
    const { name } = c.req.valid("param");
    const { overlapSeconds = OVERLAP_SECONDS } = c.req.valid("json");
    const issued = await lifecycle.rotate(name, overlapSeconds);
    audit(c, log, "subscription rotated", { subscription: name, overlapSeconds });
    return c.json(issuedToView(issued, deps), 200, SHOWN_ONCE);
  });
}

function addSwitching(api: OpenAPIHono<Env>, { lifecycle, views, log }: SubscriptionRouteDeps): void {
  api.openapi(routes.pause, async (c) => {
    const { name } = c.req.valid("param");
    const paused = await lifecycle.pause(name);
    audit(c, log, "subscription paused", { subscription: name });
    return c.json(toView(paused, views), 200);
  });
  api.openapi(routes.disable, async (c) => {
    const { name } = c.req.valid("param");
    const disabled = await lifecycle.disable(name, "disabled by an admin");
    audit(c, log, "subscription disabled", { subscription: name });
    return c.json(toView(disabled, views), 200);
  });
  api.openapi(routes.resume, async (c) => {
    const { name } = c.req.valid("param");
    const { from = "stopped" } = c.req.valid("json");
    const resumed = await lifecycle.resume(name, from);
    audit(c, log, "subscription resumed", { subscription: name, from });
    return c.json(toView(resumed, views), 200);
  });
}

function addSending(api: OpenAPIHono<Env>, deps: SubscriptionRouteDeps): void {
  const { direct, log } = deps;
  api.openapi(routes.test, async (c) => {
    const subscription = findActive(c.req.valid("param").name, deps);
    const { type } = c.req.valid("json");
    if (type !== undefined && !typesOf(subscription.events).includes(type)) {
      throw new HubError("bad_request", { explain: `type: the subscription does not want ${type}` });
    }
    const event = await direct.test(subscription, type);
    audit(c, log, "test event sent", { subscription: subscription.name, type: event.type });
    return c.json({ eventId: event.id, type: event.type }, 202);
  });
  api.openapi(routes.replay, async (c) => {
    const subscription = findActive(c.req.valid("param").name, deps);
    const { replayId = randomUUID(), ...query } = c.req.valid("json");
    const pattern = query.type === undefined ? undefined : checkPattern(query.type);
    if (pattern?.ok === false) throw new HubError("bad_request", { explain: `type: ${pattern.problem}` });
    const type = query.type !== undefined && matchesAll(query.type) ? undefined : query.type;
    const replayed = await direct.replay(subscription, { ...query, type, replayId });
    if (!query.dryRun) {
      const { name } = subscription;
      audit(c, log, "events replayed", { subscription: name, replayId, events: replayed.events });
    }
    return c.json({ ...replayed, replayId }, 200);
  });
}

function check(input: SubscriptionInput, { inputChecks }: SubscriptionRouteDeps): void {
  const problems = checkInput(input, inputChecks);
  if (problems.length > 0) throw new HubError("bad_request", { explain: problems.join("; ") });
}

function find(name: string, { subscriptions }: SubscriptionRouteDeps): Subscription {
  const subscription = subscriptions.find(name);
  if (subscription === undefined) {
    throw new HubError("not_found", { explain: `there is no subscription ${name}` });
  }
  return subscription;
}

/** What is sent to a disabled subscription would wait unseen. */
function findActive(name: string, deps: SubscriptionRouteDeps): Subscription {
  const subscription = find(name, deps);
  if (subscription.state === "disabled") {
    throw new HubError("conflict", { explain: `${name} is disabled: resume it first` });
  }
  return subscription;
}

function issuedToView({ subscription, secret, credentials }: Issued, { views }: SubscriptionRouteDeps) {
  return {
    ...toView(subscription, views),
    ...(secret ? { secret } : {}),
    ...(credentials ? { credentials } : {}),
  };
}
