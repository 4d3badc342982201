import { parseArgs } from "node:util";
import type { z } from "zod";
import { renormalizeLine } from "../publish/renormalize/routes.ts";
import { visibleOnOneLine } from "../visible.ts";
import { type Api, createApi } from "./api.ts";
import { UsageError, type Verb } from "./usage.ts";

const OPTIONS = {
  resource: { type: "string" },
  entity: { type: "string" },
  since: { type: "string" },
  until: { type: "string" },
  limit: { type: "string" },
  json: { type: "boolean" },
} as const;

type Line = z.infer<typeof renormalizeLine>;
type Difference = Exclude<Line, { kind: "summary" }>;
type Summary = Extract<Line, { kind: "summary" }>;

const VALUE_CHARACTERS_MAX = 80;
const PATHS_SHOWN = 10;

export const renormalize: Verb = {
  usage:
    "renormalize <store> [--resource order] [--entity ID] [--since TIME] [--until TIME] [--limit WEBHOOKS] [--json]",
  summary:
    "A dry run: what today's normalizers would publish for the stored webhooks, against what was published",
  run: async ({ args, env, print, signal }) => {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const [store] = positionals;
    if (store === undefined || positionals.length > 1) throw new UsageError(`Usage: ${renormalize.usage}`);
    const { json, ...filter } = values;
    const api = createApi(env);
    let sum: Summary | undefined;
    for (let after: number | undefined = 0; after !== undefined; ) {
      const query = new URLSearchParams({ store, ...filter, after: String(after) });
      const summary: Summary = await showRun(api, query, signal, (difference) =>
        print(json ? JSON.stringify(difference) : toText(difference)),
      );
      sum = sum ? add(sum, summary) : summary;
      // With a limit of its own it is one run, and the answer says where to go on.
      after = filter.limit === undefined ? summary.next : undefined;
    }
    if (sum) print(json ? JSON.stringify(sum) : describe(sum));
  },
};

async function showRun(
  api: Api,
  query: URLSearchParams,
  signal: AbortSignal,
  show: (difference: Difference) => void,
): Promise<Summary> {
  for await (const line of linesOf(await api.open(`/api/renormalize?${query}`, signal))) {
    const parsed = renormalizeLine.parse(JSON.parse(line));
    if (parsed.kind === "summary") return parsed;
    show(parsed);
  }
  throw new UsageError("The hub ended the answer early; its log says why.");
}

async function* linesOf(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let buffered = "";
  for await (const chunk of response.body ?? []) {
    buffered += decoder.decode(chunk, { stream: true });
    const lines = buffered.split("\n");
    buffered = lines.pop() ?? "";
    yield* lines;
  }
}

function toText({ kind, resource, id, topic, webhook, receivedAt, ...rest }: Difference): string {
  const { published, now, paths = [], reason } = rest;
  const entity = id === undefined ? resource : `${resource} ${id}`;
  const head = `${kind}: ${entity}, ${topic} of ${receivedAt} (webhook ${webhook})`;
  const events = published.join() === now.join() ? [] : [`published ${list(published)}, now ${list(now)}`];
  const shown = paths
    .filter(({ path }) => path !== "type")
    .slice(0, PATHS_SHOWN)
    .map((each) => `${each.path}: ${shorten(each.published)} -> ${shorten(each.now)}`);
  const more = paths.length > PATHS_SHOWN ? [`and ${paths.length - PATHS_SHOWN} paths more`] : [];
  return [head, ...[...events, ...shown, ...more, ...(reason ? [reason] : [])].map((line) => `  ${line}`)]
    .map(visibleOnOneLine)
    .join("\n");
}

function list(types: readonly string[]): string {
  return types.length === 0 ? "nothing" : types.join(", ");
}

function shorten(value: unknown): string {
  const text = value === undefined ? "absent" : JSON.stringify(value);
  return text.length > VALUE_CHARACTERS_MAX ? `${text.slice(0, VALUE_CHARACTERS_MAX)}...` : text;
}

function add(a: Summary, b: Summary): Summary {
  return {
    kind: "summary",
    webhooks: a.webhooks + b.webhooks,
    same: a.same + b.same,
    missing: a.missing + b.missing,
    extra: a.extra + b.extra,
    different: a.different + b.different,
    unknown: a.unknown + b.unknown,
    ...(b.next === undefined ? {} : { next: b.next }),
  };
}

function describe({ webhooks, same, missing, extra, different, unknown, next }: Summary): string {
  const counts = `${missing} missing, ${extra} extra, ${different} different, ${unknown} unknown`;
  const more = next === undefined ? "" : ` More webhooks follow after inbox sequence ${next}.`;
  return `${webhooks} webhooks: ${same} make no difference; ${counts}. Nothing was written.${more}`;
}
