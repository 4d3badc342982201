/** The admin API from the command line's side: where the hub is, which token opens it, and errors in one sentence. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ADMIN_TOKEN_FILE } from "../data-dir.ts";
import { withoutEndSlashes } from "../slashes.ts";
import { UsageError } from "./usage.ts";

export interface Api {
  readonly url: string;
  /** Sends JSON and returns the answer's JSON (undefined for an empty one). Rejects with the problem's text. */
  readonly call: (method: string, path: string, body?: unknown) => Promise<unknown>;
  /** The open answer of a GET, for streams. */
  readonly open: (path: string, signal?: AbortSignal) => Promise<Response>;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The hub's address: the one given (`--url`), else `ENTREPOT_URL`, else the local one. */
export function hubUrl(env: Environment, given = env.ENTREPOT_URL): string {
  const url = withoutEndSlashes(given ?? `http://127.0.0.1:${env.PORT ?? "8080"}`);
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return url;
  throw new UsageError("--url and ENTREPOT_URL need an address such as http://127.0.0.1:8080.");
}

export function createApi(env: Environment): Api {
  const url = hubUrl(env);
  const token = findToken(env);
  const request = async (
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<Response> => {
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const init = {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    };
    const response = await fetch(url + path, init).catch((error: unknown) => {
      if (signal?.aborted) throw error;
      throw new UsageError(`No hub answers at ${url}: start one with "npm start", or set ENTREPOT_URL.`);
    });
    if (!response.ok) throw new UsageError(await explain(response));
    return response;
  };
  return {
    url,
    call: async (method, path, body) => {
      const response = await request(method, path, body);
      const text = await response.text();
      return text === "" ? undefined : JSON.parse(text);
    },
    open: (path, signal) => request("GET", path, undefined, signal),
  };
}

/** The token: `ENTREPOT_TOKEN`, else `ADMIN_TOKEN`, else the one that a hub on this machine keeps in its data directory. */
function findToken(env: Environment): string {
  const given = env.ENTREPOT_TOKEN ?? env.ADMIN_TOKEN;
  if (given) return given;
  const file = join(env.DATA_DIR ?? "./data", ADMIN_TOKEN_FILE);
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    throw new UsageError(
      `There is no token in ${file}: set ENTREPOT_TOKEN, or run this where the hub's data directory is.`,
    );
  }
}

async function explain(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { title, detail } = JSON.parse(text);
    return detail ? `${title} (${detail})` : String(title);
  } catch {
    return `The hub answered ${response.status}.`;
  }
}
