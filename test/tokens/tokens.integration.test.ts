import { beforeEach, describe, expect, it } from "vitest";
import { createLogger } from "../../src/log.ts";
import { createFindActor } from "../../src/tokens/actors.ts";
import { hashToken, makeTokenText } from "../../src/tokens/token.ts";
import { openTokens } from "../../src/tokens/tokens-kv.ts";
import { NOW } from "../helpers/app.ts";
import { useBroker } from "../helpers/broker.ts";
import { eventually } from "../helpers/eventually.ts";
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
