/**
 * Nothing that is secret is printed, served or kept in the clear. A hub at the most talkative level of its log is told
 * secrets of every kind and used in good and bad ways; then everything that it printed, answered, published and stored is
 * searched for them. Personal data is searched for in the log and the metrics.
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { eventually } from "../helpers/eventually.ts";
import { leaksIn } from "../helpers/secret-forms.ts";
import { startTalkativeHub, type TalkativeHub } from "./secrets/hub.ts";
import { makeMistakes } from "./secrets/mistakes.ts";
import { readEverything } from "./secrets/reads.ts";
import { PERSON, playStores, SHOWN } from "./secrets/stores.ts";
import { consume, listen, makeSubscriptions } from "./secrets/subscribers.ts";

const TIMEOUT_MS = 120_000;
const letters = z.object({ dead: z.array(z.object({ stage: z.string() })) });

let hub: TalkativeHub;

beforeAll(async () => {
  hub = await startTalkativeHub();
  const close = await listen(hub);
  const access = await makeSubscriptions(hub);
  await playStores(hub);
  await makeMistakes(hub);
  await eventually(async () => {
    const { dead } = letters.parse(JSON.parse((await hub.ask("GET", "/api/dead")).text));
    expect(new Set(dead.map(({ stage }) => stage))).toEqual(new Set(["normalize", "hydrate", "deliver"]));
    expect(hub.endpoint.requests.length).toBeGreaterThan(10);
  });
  await consume(hub, access);
  await readEverything(hub);
  await close();
  await hub.stop();
}, TIMEOUT_MS);

afterAll(() => hub?.close());

/** What stands in the files of the data directory, by their paths. */
async function storedTexts(): Promise<[file: string, text: string][]> {
  const entries = await readdir(hub.dataDir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async ({ parentPath, name }) => {
      const file = join(parentPath, name);
      return [file, (await readFile(file)).toString("latin1")];
    }),
  );
}

describe("a secret", () => {
  it("of every kind was there to be found", async () => {
    expect(hub.secrets.size).toBeGreaterThan(60);
    expect(hub.published.length).toBeGreaterThan(20);
    expect(hub.served.length).toBeGreaterThan(200);
    expect(hub.printed().split("\n").length).toBeGreaterThan(100);
    expect(hub.api.requests.length).toBeGreaterThan(3);
    expect(hub.echo.requests.length).toBeGreaterThan(3);
    expect((await storedTexts()).length).toBeGreaterThan(20);
  });

  it("would be found in each of these places: what is shown there on purpose is", async () => {
    const shown = new Map([["beginning of the stores' names", SHOWN]]);
    const stored = (await storedTexts()).map(([, text]) => text);
    for (const texts of [[hub.printed()], hub.served, hub.published, stored])
      expect(leaksIn(texts.join("\n"), shown)).toHaveLength(1);
  });

  it("is not printed", () => {
    expect(leaksIn(hub.printed(), hub.secrets)).toEqual([]);
  });

  it("is in no answer, beyond the one that gives it out", () => {
    expect(leaksIn(hub.served.join("\n"), hub.secrets)).toEqual([]);
  });

  it("is in no event", () => {
    expect(leaksIn(hub.published.join("\n"), hub.secrets)).toEqual([]);
  });

  it("is not stored in the clear", async () => {
    const leaks = (await storedTexts()).flatMap(([file, text]) =>
      leaksIn(text, hub.secrets).map((leak) => `${file}: ${leak}`),
    );
    expect(leaks).toEqual([]);
  });
});

describe("the data directory", () => {
  it("is for its owner only, and so is each file with a secret", async () => {
    const modeOf = async (name: string) => ((await stat(join(hub.dataDir, name))).mode & 0o777).toString(8);
    for (const name of [".", "nats"]) expect(await modeOf(name), name).toBe("700");
    for (const name of ["nats/keys.json", "nats/reader.creds"]) expect(await modeOf(name), name).toBe("600");
  });
});

describe("personal data", () => {
  const person = new Map(Object.entries(PERSON));

  it("is in the events, which are made for it", () => {
    expect(leaksIn(hub.published.join("\n"), person)).toHaveLength(person.size);
  });

  it("is in no line of the log", () => {
    expect(leaksIn(hub.printed(), person)).toEqual([]);
  });

  it("is in no metric", () => {
    const metrics = hub.served.filter((text) => text.startsWith("GET /metrics 200"));
    expect(metrics).toHaveLength(1);
    expect(leaksIn(metrics.join("\n"), person)).toEqual([]);
  });
});
