import { afterEach, describe, expect, it, vi } from "vitest";
import { store } from "../../src/cli/store.ts";
import { anRsaPair } from "../helpers/key-pairs.ts";
import { hub, runVerb } from "./run-verb.ts";

const run = (...args: string[]) => runVerb(store, args);

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("store add", () => {
  it("makes a secret where platform and hub share one, and shows it this once", async () => {
    const test = hub({ stores: [] });
    const printed = await run("add", "shopify", "fresh");
    expect(printed.join("\n")).toMatch(
      /signed with this secret, which is shown only now:\n {2}[0-9a-f]{64}$/,
    );
    expect(test.deps.stores.find("fresh")?.secrets).toHaveLength(1);
  });

  it("makes none where the platform's keys are fetched", async () => {
    const test = hub({ stores: [] });
    const printed = await run("add", "saleor", "fresh", "--set", "shopUrl=https://shop.saleor.cloud");
    expect(printed.join("\n")).not.toContain("secret");
    expect(test.deps.stores.find("fresh")?.secrets).toEqual([]);
    await run("add", "saleor", "other", "--variant", "hmac", "--set", "shopUrl=https://shop.saleor.cloud");
    expect(test.deps.stores.find("other")?.secrets).toHaveLength(1);
  });

  it("says that a public key is needed where the platform gives one out", async () => {
    const site = ["--set", "instanceId=8e9d6b70-6eb9-4ab3-a62d-e033063e2f05"];
    hub({ stores: [] });
    await expect(run("add", "wix", "fresh", ...site)).rejects.toThrow(/secrets: needs at least one/);
    await run("add", "wix", "fresh", ...site, `--secret=${anRsaPair().publicKey}`);
  });

  it("sets how far a signed moment may be from now", async () => {
    const test = hub({ stores: [] });
    await run("add", "stripe", "fresh", "--timestamp-tolerance", "60");
    expect(test.deps.stores.find("fresh")?.options).toEqual({ timestampToleranceSeconds: 60 });
    await expect(run("add", "stripe", "other", "--timestamp-tolerance", "soon")).rejects.toThrow(
      /options\.timestampToleranceSeconds/,
    );
    await expect(run("add", "shopify", "other", "--timestamp-tolerance", "60")).rejects.toThrow(
      /this platform signs no moment/,
    );
  });

  it("leaves it to the hub to refuse a platform that there is not", async () => {
    hub({ stores: [] });
    await expect(run("add", "nowhere", "fresh")).rejects.toThrow(/nowhere is not one of/);
  });
});
