/**
 * The route that takes webhooks, given recorded and signed requests with bytes changed, headers dropped, repeated and made up:
 * it answers with one of the errors that the README names, never with one of the hub's own making; every refusal is a problem
 * document, and says the same whatever the reason; nothing that was changed after signing is stored. Longer runs:
 * `FUZZ_RUNS=100 npx vitest run test/fuzz` (see `test/helpers/fuzz.ts`).
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { problem } from "../../src/api.ts";
import { ERRORS, type ErrorCode } from "../../src/errors.ts";
import { authenticityOf } from "../../src/ingest/signature/verify.ts";
import { aStore, createTestApp, signedTo, type TestApp } from "../helpers/app.ts";
import { type Mutation, mutateText, mutations } from "../helpers/byte-mutations.ts";
import { FUZZ_TIMEOUT_MS, fuzz } from "../helpers/fuzz.ts";
import { recordedOf } from "../helpers/recorded.ts";
import { secretFor } from "../helpers/secrets.ts";
import { examplesOf, signatureHeadersOf, WIRES, type WireRow } from "../helpers/wires.ts";

/** What a platform may be answered; `unavailable` only where keys would have to be fetched, which nobody can here. */
const REFUSALS: readonly ErrorCode[] = [
  "not_found",
  "not_verified",
  "empty_body",
  "unsupported_encoding",
  "too_large",
  "too_many_headers",
];

interface Sent {
  readonly path: string;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

describe.each(WIRES)("$name", (row) => {
  const stored = secretFor(row.wire, "own").stored;
  const open = () => createTestApp({ stores: [storeOf(row, stored)] });

  it(
    "answers recorded requests with bytes changed as any wrong request",
    async () => {
      const test = open();
      const recorded = recordedOf(row.platform.id);
      const own = recorded.filter(({ variant }) => variant === row.variant);
      // A wire that differs in its signature alone has no requests of its own.
      const requests = (own.length > 0 ? own : recorded).map(
        ({ request: { method, headers, body } }): Sent => {
          const path = row.wire.schemes.some(({ kind }) => kind === "unsigned") ? `/${stored}` : "";
          return {
            path: `/webhooks/${row.platform.id}/acme${path}`,
            method,
            headers: Object.entries(headers),
            body,
          };
        },
      );
      const request = fc.constantFrom(...requests).chain(changed);
      await fc.assert(
        fc.asyncProperty(request, async (sent) => {
          await expectAnswer(test, sent);
        }),
        fuzz(25),
      );
    },
    FUZZ_TIMEOUT_MS,
  );

  const [scheme] = row.wire.schemes;
  it.runIf(scheme !== undefined && authenticityOf(scheme) === "signature")(
    "stores nothing that was changed after signing",
    async () => {
      const { path, init } = signRow(row);
      expect((await open().app.request(path, init)).status, "unaltered").toBe(200);
      const test = open();
      await fc.assert(
        fc.asyncProperty(mutations(2), fc.boolean(), async (mutate, isSignature) => {
          const sent = isSignature
            ? changeSignature(row, init, mutate)
            : { ...init, body: mutate(init.body) };
          if (isSame(row, sent, init)) return;
          const before = test.inbox.stored().length;
          await expectAnswer(test, {
            path,
            method: "POST",
            headers: Object.entries(sent.headers),
            body: sent.body,
          });
          expect(test.inbox.stored().length).toBe(before);
        }),
        fuzz(40),
      );
    },
    FUZZ_TIMEOUT_MS,
  );
});

/** Sends a request and checks all that every answer promises. */
async function expectAnswer(test: TestApp, sent: Sent): Promise<void> {
  const response = await test.app.request(toRequest(sent));
  const stored = test.inbox.stored().at(-1);
  if (response.status === 200) {
    const isHandshake = test.lines.at(-1)?.outcome === "handshake";
    if (!isHandshake && stored?.authenticity === "signature")
      expect(isPart(stored.body, sent.body)).toBe(true);
    return;
  }
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const { requestId, ...told } = problem.parse(await response.json());
  expect(requestId).not.toBe("");
  const [last] = await test.deps.rejections.list();
  const allowed = last?.reason === "keys_unavailable" ? ["unavailable"] : [];
  expect([...REFUSALS, ...allowed]).toContain(told.code);
  const table: Readonly<Record<string, { status: number; publicText: string }>> = ERRORS;
  const { status, publicText: title } = table[told.code] ?? expect.unreachable(told.code);
  expect(told).toEqual({ type: "about:blank", title, status, code: told.code });
  expect(response.status).toBe(status);
}

/** What was stored came in this request; of a batch each webhook is a part of it, spelled anew. */
function isPart(stored: Uint8Array, sent: Uint8Array): boolean {
  return Buffer.from(stored).equals(sent) || Buffer.from(sent).toString().trimStart().startsWith("[");
}

function toRequest({ path, method, headers, body }: Sent): Request {
  const all = new Headers();
  for (const [name, value] of headers) {
    try {
      all.append(name, value);
    } catch {
      // What is no header cannot be sent as one; the server answers such bytes itself.
      all.append("x-not-a-header", "1");
    }
  }
  const url = new URL("http://hub.example.com");
  const [pathname = "", ...query] = path.split("?");
  url.pathname = pathname;
  url.search = query.join("?");
  return new Request(url, {
    method,
    headers: all,
    ...(method === "GET" ? {} : { body: new Uint8Array(body) }),
  });
}

const value = fc.oneof(
  fc.constantFrom(
    "",
    "0",
    "-1",
    "gzip",
    "identity",
    "chunked",
    "100000000000",
    "NaN",
    "Bearer ",
    ",",
    "t=1,v1=00",
  ),
  fc.constantFrom("../../x", "%00", "%E0%A4%A", "__proto__", "constructor", "~", "\u00ff", "a".repeat(5000)),
  fc.string(),
);

/** The request with some of its parts changed. */
function changed(sent: Sent): fc.Arbitrary<Sent> {
  const name = fc.constantFrom(
    ...new Set([...sent.headers.map(([each]) => each), "content-encoding", "content-length", "x-request-id"]),
  );
  const headers = fc
    .array(fc.tuple(fc.constantFrom("drop", "replace", "repeat", "change"), name, value, mutations(2)), {
      maxLength: 4,
    })
    .map((edits) => edits.reduce(editHeaders, sent.headers));
  return fc.record({
    path: fc.oneof(
      { weight: 4, arbitrary: fc.constant(sent.path) },
      {
        weight: 1,
        arbitrary: mutations(2).map((mutate) => `/webhooks${mutateText(sent.path.slice(9), mutate)}`),
      },
      { weight: 1, arbitrary: value.map((tail) => `${sent.path}/${tail}`) },
      { weight: 1, arbitrary: value.map((store) => `/webhooks/${sent.path.split("/")[2]}/${store}`) },
      { weight: 1, arbitrary: fc.constant(sent.path.split("/").slice(0, 3).join("/")) },
    ),
    method: fc.oneof(
      { weight: 6, arbitrary: fc.constant("POST") },
      { weight: 1, arbitrary: fc.constant("GET") },
    ),
    headers,
    body: fc.oneof(
      { weight: 1, arbitrary: fc.constant(sent.body) },
      { weight: 4, arbitrary: mutations(6).map((mutate) => mutate(sent.body)) },
    ),
  });
}

function editHeaders(
  headers: Sent["headers"],
  [edit, name, text, mutate]: readonly [string, string, string, Mutation],
): Sent["headers"] {
  switch (edit) {
    case "drop":
      return headers.filter(([each]) => each !== name);
    case "replace":
      return [...headers.filter(([each]) => each !== name), [name, text]];
    case "repeat":
      return [...headers, [name, text]];
    default:
      return headers.map(
        ([each, given]) => [each, each === name ? mutateText(given, mutate) : given] as const,
      );
  }
}

function storeOf({ platform, variant }: WireRow, secret: string) {
  const settings = examplesOf(platform);
  return aStore({
    platform: platform.id,
    settings,
    secrets: [secret],
    ...(variant === undefined ? {} : { variant }),
  });
}

function signRow({ platform, variant, wire }: WireRow) {
  return signedTo({
    platform,
    variant,
    settings: examplesOf(platform),
    secret: secretFor(wire, "own").signing,
  });
}

type Init = ReturnType<typeof signRow>["init"];
type Changed = Pick<Sent, "body"> & { readonly headers: Readonly<Record<string, string>> };

/** The first header that carries a signature, with bytes changed; it is still a header. */
function changeSignature({ wire }: WireRow, { headers, body }: Init, mutate: Mutation): Changed {
  const name = wire.schemes.flatMap(signatureHeadersOf).find((each) => headers[each] !== undefined);
  if (name === undefined) return { headers, body: mutate(body) };
  const text = mutateText(headers[name] ?? "", mutate)
    .replace(/[^\t\x20-\x7e\x80-\xff]/g, "?")
    .trim();
  return { headers: { ...headers, [name]: text }, body };
}

/** Whether the change is one of spelling alone: see `test/ingest/signature/fuzz.test.ts`. */
function isSame({ wire }: WireRow, sent: Changed, init: Init): boolean {
  const [before, after] = [init, sent].map(({ body }) => Buffer.from(body).toString("latin1"));
  const isToken = wire.payload?.kind === "jwt";
  if (isToken ? before?.trim() !== after?.trim() : before !== after) return false;
  return wire.schemes.every((scheme) =>
    signatureHeadersOf(scheme).every((name) => {
      const list = "signature" in scheme ? scheme.signature.list : undefined;
      const isHex = "encoding" in scheme && scheme.encoding !== "base64";
      const [was = "", is = ""] = [init.headers[name], sent.headers[name]].map((text) =>
        isHex ? text?.toLowerCase() : text,
      );
      return list === undefined ? was === is : saysAll(was, is, list);
    }),
  );
}

/** Whether a list still has its signatures, and says the rest of what it said first. Entries beside them count for nothing. */
function saysAll(was: string, is: string, list: { separator: string; assign: string; key: string }): boolean {
  const read = (text: string) =>
    text.split(list.separator).flatMap((entry) => {
      const [name, ...value] = entry.split(list.assign);
      return value.length === 0 ? [] : [[name?.trim(), value.join(list.assign).trim()] as const];
    });
  const entries = read(is);
  return read(was).every(([name, value]) => {
    const same = entries.filter(([each]) => each === name);
    return name === list.key ? same.some(([, each]) => each === value) : same[0]?.[1] === value;
  });
}
