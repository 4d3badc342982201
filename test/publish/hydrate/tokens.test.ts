import { describe, expect, it } from "vitest";
import type { Api } from "../../../src/normalizers/hydration.ts";
import type { ApiAnswer, ApiRequest } from "../../../src/publish/hydrate/request.ts";
import type { Values } from "../../../src/publish/hydrate/template.ts";
import { createTokens } from "../../../src/publish/hydrate/tokens.ts";

type TokenAuth = Extract<Api["auth"], { kind: "token" }>;

const PLAIN: TokenAuth = {
  kind: "token",
  url: "/token",
  body: { secret: "{secret}" },
  encoding: "json",
  lifeField: "expires_in",
  lifeSeconds: 100,
};
const SINGLE_USE: TokenAuth = {
  ...PLAIN,
  body: { refresh_token: "{refresh}" },
  encoding: "form",
  refresh: { field: "refresh_token", credential: "refresh" },
};

/** The store's record, which all processes share, and a clock. */
function aStore(credentials: Values) {
  const store = { credentials, now: 1_000_000 };
  return store;
}

function aProcess(
  auth: TokenAuth,
  store: ReturnType<typeof aStore>,
  answer: (request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>,
) {
  const requests: ApiRequest[] = [];
  const tokens = createTokens(auth, {
    values: () => store.credentials,
    tokenUrl: (url) => new URL(`https://api.example.com${url}`),
    request: async (request) => {
      requests.push(request);
      return answer(request);
    },
    changeCredentials: async (change) => {
      store.credentials = change(store.credentials);
      return store.credentials;
    },
    now: () => store.now,
  });
  return { tokens, requests };
}

function gives(value: unknown): ApiAnswer {
  return { ok: true, headers: {}, value };
}

function refuses(): ApiAnswer {
  return { ok: false, headers: {}, failure: { kind: "refused", reason: "answered 400" } };
}

describe("a fetched token", () => {
  it("is fetched once for all who want it at once", async () => {
    const { tokens, requests } = aProcess(PLAIN, aStore({ secret: "s" }), () =>
      gives({ access_token: "t1" }),
    );
    expect(await Promise.all([tokens.get(), tokens.get()])).toEqual([
      { ok: true, value: "t1" },
      { ok: true, value: "t1" },
    ]);
    expect(requests).toMatchObject([{ method: "POST", body: '{"secret":"s"}' }]);
  });

  it("is kept for most of its life, as the answer or else the declaration says", async () => {
    const store = aStore({ secret: "s" });
    let number = 0;
    const { tokens } = aProcess(PLAIN, store, () => {
      number += 1;
      return gives(number === 1 ? { access_token: "t1", expires_in: 1000 } : { access_token: `t${number}` });
    });
    await tokens.get();
    store.now += 939_000;
    expect(await tokens.get()).toMatchObject({ value: "t1" });
    store.now += 2000;
    expect(await tokens.get()).toMatchObject({ value: "t2" });
    store.now += 91_000;
    expect(await tokens.get()).toMatchObject({ value: "t3" });
  });

  it("is fetched again when it was refused, or the credentials are others", async () => {
    const store = aStore({ secret: "s" });
    let number = 0;
    const { tokens } = aProcess(PLAIN, store, () => gives({ access_token: `t${++number}` }));
    await tokens.get();
    tokens.refused("t1");
    expect(await tokens.get()).toMatchObject({ value: "t2" });
    tokens.refused("t1");
    expect(await tokens.get()).toMatchObject({ value: "t2" });
    store.credentials = { secret: "other" };
    expect(await tokens.get()).toMatchObject({ value: "t3" });
  });

  it.each([
    ["the address refuses", refuses(), "token: answered 400"],
    ["there is none in the answer", gives({ error: "s3cret" }), "token: the answer holds none"],
    ["it would make another header", gives({ access_token: "a\r\nb: c" }), "token: the answer holds none"],
  ])("fails as refused credentials when %s", async (_what, answer, reason) => {
    const { tokens } = aProcess(PLAIN, aStore({ secret: "s" }), () => answer);
    expect(await tokens.get()).toMatchObject({ ok: false, failure: { kind: "unauthorized", reason } });
  });
});

describe("a refresh token that may be used once", () => {
  /** The platform: knows the one refresh token that counts. */
  function aPlatform() {
    let counts = 1;
    return (request: ApiRequest): ApiAnswer => {
      if (new URLSearchParams(request.body).get("refresh_token") !== `r${counts}`) return refuses();
      counts += 1;
      return gives({ access_token: `t${counts}`, refresh_token: `r${counts}`, expires_in: 1000 });
    };
  }

  it("is replaced in the store's record together with the token", async () => {
    const store = aStore({ refresh: "r1", other: "o" });
    const { tokens } = aProcess(SINGLE_USE, store, aPlatform());
    expect(await tokens.get()).toEqual({ ok: true, value: "t2" });
    expect(store.credentials).toMatchObject({ refresh: "r2", other: "o" });
  });

  it("serves another process, and this one after a restart, through the record", async () => {
    const store = aStore({ refresh: "r1" });
    const platform = aPlatform();
    await aProcess(SINGLE_USE, store, platform).tokens.get();
    const other = aProcess(SINGLE_USE, store, platform);
    expect(await other.tokens.get()).toEqual({ ok: true, value: "t2" });
    expect(other.requests).toEqual([]);
    store.now += 1_000_000;
    expect(await other.tokens.get()).toEqual({ ok: true, value: "t3" });
  });

  it("used by two processes at once: the one that is refused takes what the other has stored", async () => {
    const store = aStore({ refresh: "r1" });
    const platform = aPlatform();
    const [first, second] = [aProcess(SINGLE_USE, store, platform), aProcess(SINGLE_USE, store, platform)];
    expect(await Promise.all([first.tokens.get(), second.tokens.get()])).toEqual([
      { ok: true, value: "t2" },
      { ok: true, value: "t2" },
    ]);
    expect(store.credentials).toMatchObject({ refresh: "r2" });
  });

  it("does not overwrite credentials that an admin changed meanwhile", async () => {
    const store = aStore({ refresh: "r1" });
    const { tokens } = aProcess(SINGLE_USE, store, (request) => {
      store.credentials = { refresh: "by-admin" };
      return aPlatform()(request);
    });
    await tokens.get();
    expect(store.credentials).toEqual({ refresh: "by-admin" });
  });

  it("gives up when it is refused again and again", async () => {
    const { tokens, requests } = aProcess(SINGLE_USE, aStore({ refresh: "old" }), refuses);
    expect(await tokens.get()).toMatchObject({ ok: false, failure: { kind: "unauthorized" } });
    expect(requests).toHaveLength(4);
  });
});
