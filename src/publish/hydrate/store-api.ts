/** One store's API: its address, its proof of who asks, its budget, and what is known of its health. */
import type { Egress } from "../../egress/egress.ts";
import type { Api, Read } from "../../normalizers/hydration.ts";
import { createAuthorization } from "./authorization.ts";
import { type Budget, createBudget } from "./budget.ts";
import { type HydrationPolicy, pauseAfter } from "./policy.ts";
import { type ApiAnswer, type ApiFailure, type ApiRequest, requestApi } from "./request.ts";
import { fillAddress, fillHeader, resolveBelow, SetupProblem, type Values } from "./template.ts";

export interface StoreApiDeps {
  /** Settings and credentials as they are now. */
  readonly values: () => Values;
  readonly changeCredentials: (change: (credentials: Values) => Values) => Promise<Values | undefined>;
  readonly egress: Pick<Egress, "dispatcher" | "opens">;
  readonly policy: HydrationPolicy;
  readonly now: () => number;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

export interface StoreApi {
  readonly budget: Budget;
  /** One request, which has its place in the budget already. Never rejects. */
  readonly ask: (read: Read, path: string) => Promise<ApiAnswer>;
  /** Whether asking again after a refusal can have another answer: the token is then another one. */
  readonly canRenew: boolean;
  /** A request came to nothing for a reason that concerns all of the store's reads. */
  readonly failed: (failure: ApiFailure) => void;
  readonly lastFailure: () => string | undefined;
}

/** So many failures in a row, whatever was read, and the API counts as broken. */
const FAILURES_MAX = 5;

export function createStoreApi(api: Api, deps: StoreApiDeps): StoreApi {
  const { policy, now, random } = deps;
  const budget = createBudget(api.limits, now);
  let failures = 0;
  let refusals = 0;
  let lastFailure: string | undefined;

  const request = (wanted: ApiRequest) => send(wanted, deps);
  const base = () => fillAddress(api.base, deps.values());
  const authorization = createAuthorization(api, {
    ...deps,
    request,
    tokenUrl: (url) => (url.startsWith("/") ? below(base(), url) : fillAddress(url, deps.values())),
  });
  const prepare = async (read: Read, path: string): Promise<ApiAnswer> => {
    const authorized = await authorization.headers();
    if (!authorized.ok) return { ok: false, headers: {}, failure: authorized.failure };
    const extra = Object.entries(api.headers ?? {}).map(
      ([name, value]) => [name.toLowerCase(), fillHeader(value, deps.values())] as const,
    );
    const answer = await request({
      url: below(base(), path),
      method: read.method ?? "GET",
      headers: {
        ...Object.fromEntries(extra),
        ...read.headers,
        ...authorized.headers,
        ...(read.body === undefined ? {} : { "content-type": "application/json" }),
      },
      body: read.body === undefined ? undefined : JSON.stringify(read.body),
    });
    if (answer.ok || answer.failure.kind !== "unauthorized") return answer;
    if (read.mayBeForbidden && answer.failure.isForbidden) {
      return { ...answer, failure: { kind: "gone", reason: answer.failure.reason } };
    }
    authorization.refused(authorized.headers);
    return answer;
  };
  return {
    budget,
    ask: async (read, path) => {
      const answer = await prepare(read, path).catch(setupFailure);
      budget.learn(answer.headers);
      if (answer.ok || answer.failure.kind === "gone") {
        failures = 0;
        refusals = 0;
        lastFailure = undefined;
      }
      return answer;
    },
    canRenew: authorization.canRenew,
    failed: ({ kind, reason, retryAfterMs }) => {
      lastFailure = reason;
      if (kind === "unauthorized") {
        refusals += 1;
        budget.pause(pauseAfter(refusals, { firstMs: policy.refusedMs, maxMs: policy.pauseMsMax }, random));
        return;
      }
      failures += 1;
      const isLimited = kind === "limited";
      const rank = isLimited ? failures : failures - FAILURES_MAX + 1;
      const ownMs =
        rank > 0 ? pauseAfter(rank, { firstMs: policy.pauseMsMin, maxMs: policy.pauseMsMax }, random) : 0;
      budget.pause(retryAfterMs ?? ownMs);
    },
    lastFailure: () => lastFailure,
  };
}

function below(base: URL, path: string): URL {
  const url = resolveBelow(base, path);
  if (url === undefined) throw new SetupProblem("the path leads out of the API's address");
  return url;
}

/** Without encryption only where the operator has opened the network, so that credentials do not cross the open net. */
async function send(request: ApiRequest, { egress, policy, now, signal }: StoreApiDeps): Promise<ApiAnswer> {
  if (request.url.protocol === "http:" && !(await egress.opens(request.url.hostname))) {
    throw new SetupProblem("the address is not https, and EGRESS_ALLOW does not open its network");
  }
  return requestApi(request, { dispatcher: egress.dispatcher, timeoutMs: policy.timeoutMs, now, signal });
}

/** An admin mends it; until then it is as if the credentials were refused. */
function setupFailure(error: unknown): ApiAnswer {
  if (!(error instanceof SetupProblem)) throw error;
  return { ok: false, headers: {}, failure: { kind: "unauthorized", reason: `setup: ${error.message}` } };
}
