/**
 * A platform's API on this machine: routes answer JSON, a check decides who may ask, a rate limit answers 429, and any
 * route can be told to fail. Every request is remembered.
 */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";

export interface ApiRequestLog {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly status: number;
  readonly at: number;
}

export interface FakeRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Parts of the path that the route's pattern names. */
  readonly params: Readonly<Record<string, string>>;
}

export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a text is sent as it is. */
  readonly body?: unknown;
  /** The answer comes when this resolves. */
  readonly after?: Promise<unknown>;
}

export type FakeRoute = (request: FakeRequest) => FakeAnswer | Promise<FakeAnswer>;

export interface FakeApiOptions {
  /** By `GET /orders/{id}`; what no route fits gets 404. */
  readonly routes: Readonly<Record<string, FakeRoute>>;
  /** Whether who asks may; 401 if not. Everyone may without it. Routes named in `open` are not checked. */
  readonly authorize?: (request: FakeRequest) => boolean;
  readonly open?: readonly string[];
  /** Requests a second; more get 429 with `Retry-After`. No limit without it. */
  readonly perSecond?: number;
}

export interface FakeApi {
  /** `http://127.0.0.1:1234`, without a slash at its end. */
  readonly url: string;
  /** Oldest first. */
  readonly requests: readonly ApiRequestLog[];
  /** Paths of the requests so far, as `GET /orders/1`. */
  readonly asked: () => string[];
  /** The next requests get these answers, one each, before anything else is looked at; `reset` cuts the connection. */
  readonly failNext: (...answers: readonly (FakeAnswer | "reset")[]) => void;
  /** From now on every request gets this answer; undefined ends it. */
  readonly failAlways: (answer: FakeAnswer | "reset" | undefined) => void;
  readonly close: () => Promise<void>;
}

interface Route {
  readonly name: string;
  readonly method: string;
  readonly pattern: RegExp;
  readonly answer: FakeRoute;
}

export async function startFakeApi(options: FakeApiOptions): Promise<FakeApi> {
  const requests: ApiRequestLog[] = [];
  const routes = Object.entries(options.routes).map(([name, answer]) => toRoute(name, answer));
  let failures: (FakeAnswer | "reset")[] = [];
  let always: FakeAnswer | "reset" | undefined;

  const decide = async (request: Omit<FakeRequest, "params">): Promise<FakeAnswer | "reset"> => {
    const failure = failures.shift() ?? always;
    if (failure !== undefined) return failure;
    const since = Date.now() - 1000;
    const recent = requests.filter(({ at, status }) => at > since && status !== 429).length;
    if (options.perSecond !== undefined && recent >= options.perSecond) {
      return { status: 429, headers: { "retry-after": "1" }, body: { error: "too many requests" } };
    }
    const route = routes.find(
      ({ method, pattern }) => method === request.method && pattern.test(request.url.pathname),
    );
    const params = route?.pattern.exec(request.url.pathname)?.groups ?? {};
    const whole = { ...request, params };
    const isOpen = route !== undefined && options.open?.includes(route.name);
    if (!isOpen && options.authorize?.(whole) === false) return { status: 401, body: { error: "who asks?" } };
    return route === undefined ? { status: 404, body: { error: "no such thing" } } : route.answer(whole);
  };
  const server = createServer((incoming, response) => {
    const { method = "", url = "/", headers } = incoming;
    void (async () => {
      const body = (await buffer(incoming)).toString("utf8");
      const decided = await decide({ method, url: new URL(url, "http://127.0.0.1"), headers, body });
      const status = decided === "reset" ? 0 : (decided.status ?? 200);
      requests.push({ method, path: url, headers, body, status, at: Date.now() });
      if (decided === "reset") response.socket?.resetAndDestroy();
      else await reply(response, decided);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the API does not listen");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    asked: () => requests.map(({ method, path }) => `${method} ${path}`),
    failNext: (...answers) => {
      failures = [...failures, ...answers];
    },
    failAlways: (answer) => {
      always = answer;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Page `?page=n` of a list, counted from 1. */
export function page<T>(items: readonly T[], { url }: Pick<FakeRequest, "url">, size: number): T[] {
  const number = Number(url.searchParams.get("page") ?? "1");
  return items.slice((number - 1) * size, number * size);
}

function toRoute(name: string, answer: FakeRoute): Route {
  const [method = "GET", path = "/"] = name.split(" ");
  const pattern = path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
  return { name, method, pattern: new RegExp(`^${pattern}$`), answer };
}

async function reply(response: ServerResponse, { status = 200, headers = {}, body, after }: FakeAnswer) {
  await after;
  const text = typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
}
