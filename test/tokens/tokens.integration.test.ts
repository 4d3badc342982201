import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { createLogger } from "../../src/log.ts";
import { createFindActor } from "../../src/tokens/actors.ts";
import { hashToken, makeTokenText } from "../../src/tokens/token.ts";
import { openTokens } from "../../src/tokens/tokens-kv.ts";
import { NOW } from "../helpers/app.ts";
import { useBroker } from "../helpers/broker.ts";
import { eventually } from "../helpers/eventually.ts";
import { startTestHub } from "../helpers/hub.ts";
import { actorsSuite } from "./actors-suite.ts";

const test = useBroker();
let buckets = 0;
let lines: { msg: string; name?: string }[];
const log = createLogger("info", { stream: { write: (line) => void lines.push(JSON.parse(line)) } });

beforeEach(() => {
  lines = [];
});

async function bucket() {
  buckets += 1;
  return test().broker.js.views.kv(`TOKENS_${buckets}`, { history: 1 });
}

describe("in a bucket", () => {
  actorsSuite(async () => openTokens(await bucket(), log));

  it("a token opens every process, until it is removed through any", async () => {
    const kv = await bucket();
    const [here, there] = [await openTokens(kv, log), await openTokens(kv, log)];
    const findActor = createFindActor(there, "bootstrap-token");
    const text = makeTokenText();
    await here.add({ name: "ci", scope: "admin", hash: hashToken(text), createdAt: "2026-11-01T12:00:00Z" });
    await eventually(() => expect(findActor(text, NOW)?.name).toBe("ci"));
    await here.remove("ci");
    await eventually(() => expect(findActor(text, NOW)).toBeUndefined());
  });

  it("a record with a scope that does not exist opens nothing and is told in the log", async () => {
    const kv = await bucket();
    const text = makeTokenText();
    const record = { name: "odd", scope: "root", hash: hashToken(text), createdAt: "2026-11-01T12:00:00Z" };
    await kv.put("odd", JSON.stringify(record));
    const tokens = await openTokens(kv, log);
    expect(createFindActor(tokens, "bootstrap-token")(text, NOW)).toBeUndefined();
    expect(lines).toMatchObject([{ name: "odd", msg: "token record cannot be read" }]);
  });
});

describe("two processes of one hub", () => {
  it("open to a token that either made, and close when either removed it", async () => {
    const { url } = test().server;
    const here = await startTestHub({ url });
    const there = await startTestHub({ url, prefix: here.prefix });
    try {
      const made = await here.admin("POST", "/api/tokens", { name: "ci" });
      const { token } = z.object({ token: z.string() }).parse(await made.json());
      const status = async () => (await there.admin("GET", "/api/stores", undefined, token)).status;
      await eventually(async () => expect(await status()).toBe(200));
      expect((await there.admin("DELETE", "/api/tokens/ci")).status).toBe(204);
      expect(await status()).toBe(401);
      await eventually(async () =>
        expect((await here.admin("GET", "/api/stores", undefined, token)).status).toBe(401),
      );
    } finally {
      await Promise.all([here.stop(), there.stop()]);
    }
  });
});
