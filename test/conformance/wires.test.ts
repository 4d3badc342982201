/** What every wire of every platform has to refuse: the platform's own and each of its variants. */
import { describe, expect, it } from "vitest";
import { authenticityOf } from "../../src/ingest/signature/verify.ts";
import { rotateSecrets } from "../../src/ingest/stores.ts";
import type { SignatureScheme } from "../../src/normalizers/scheme.ts";
import { aStore, createTestApp, NOW, type Signing, secretBox, signedTo } from "../helpers/app.ts";
import { secretFor } from "../helpers/secrets.ts";
import { examplesOf, signatureHeadersOf, WIRES } from "../helpers/wires.ts";

const TIMEOUT_MS = 60_000;

describe.each(WIRES)("$name", ({ platform, variant, wire }) => {
  const [scheme] = wire.schemes;
  const settings = examplesOf(platform);
  const { signing: secret, stored } = secretFor(wire, "own");
  const sign = (signing: Signing = {}) => signedTo({ platform, variant, settings, secret, ...signing });

  /** An app with one store of this wire; `post` gives the status. */
  function open(secrets: readonly string[] = [stored]) {
    const store = { platform: platform.id, ...(variant === undefined ? {} : { variant }), settings, secrets };
    const test = createTestApp({ stores: [aStore(store)] });
    const post = async ({ path, init }: { path: string; init: RequestInit }) =>
      (await test.app.request(path, init)).status;
    const refuses = async (sent: { path: string; init: RequestInit }) => {
      // A store without keys of its own would fetch the platform's, which cannot be had here.
      expect([401, 404, 503]).toContain(await post(sent));
      expect(test.inbox.stored()).toEqual([]);
    };
    return { ...test, post, refuses };
  }

  it("declares schemes, and settings whose examples look as they have to", () => {
    expect(scheme).toBeDefined();
    for (const [name, { pattern, example }] of Object.entries(platform.settings ?? {}))
      expect(pattern === undefined || pattern.exec(example)?.[0] === example, name).toBe(true);
  });

  it.runIf(timeOf(scheme))("signs the moment that it checks", () => {
    expect(scheme && signsTime(scheme)).toBe(true);
  });

  it.skipIf(scheme?.kind === "callback")(
    "takes what its platform signed",
    async () => {
      const { post, inbox } = open();
      expect(await post(sign())).toBe(200);
      expect(inbox.stored().length).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );

  it.runIf(scheme !== undefined && authenticityOf(scheme) === "signature")(
    "refuses a body that was altered after signing",
    async () => {
      const { refuses } = open();
      const { path, init } = sign();
      for (const at of [0, init.body.length >> 1, init.body.length - 1]) {
        const body = Uint8Array.from(init.body, (byte, index) => (index === at ? byte ^ 1 : byte));
        await refuses({ path, init: { ...init, body } });
      }
    },
  );

  it("refuses what another secret signed", async () => {
    await open().refuses(sign({ secret: secretFor(wire, "other").signing }));
  });

  it("refuses what nobody signed", async () => {
    const { path, init } = sign();
    // Alternates go together: one of them is enough.
    const groups = wire.schemes.map(signatureHeadersOf).filter((names) => names.length > 0);
    for (const names of groups) {
      for (const value of [undefined, ""]) {
        const headers = Object.fromEntries(names.map((name) => [name, value]));
        await open().refuses(sign({ headers }));
      }
    }
    if (scheme?.kind === "unsigned")
      await open().refuses({ path: path.replace(stored, "x".repeat(20)), init });
    if (scheme?.kind === "jwt" || scheme?.kind === "static")
      await open().refuses({ path, init: { method: "POST", body: "{}" } });
  });

  it.skipIf(wire.payload?.kind !== "jwt")("refuses a token without a signature", async () => {
    const { path, init } = sign();
    const [header = "", claims = ""] = Buffer.from(init.body).toString("latin1").split(".");
    const none = Buffer.from('{"alg":"none"}').toString("base64url");
    for (const body of [`${header}.${claims}.`, `${header}.${claims}`, `${none}.${claims}.`]) {
      await open().refuses({ path, init: { ...init, body } });
    }
  });

  it("refuses everything for a store without a secret", async () => {
    for (const secrets of [[], [""]]) {
      await open(secrets).refuses(sign());
      await open(secrets).refuses({ path: sign().path, init: { method: "POST", body: "{}" } });
    }
  });

  it.skipIf(scheme?.kind === "callback")(
    "accepts the previous secret until the overlap is over",
    async () => {
      const { post, clock, deps } = open();
      const next = secretFor(wire, "next");
      await deps.stores.update("acme", (store) =>
        rotateSecrets(store, [secretBox.seal(next.stored, "acme")], NOW, 60),
      );
      expect(await post(sign({ secret: next.signing, deliveryId: "1" }))).toBe(200);
      expect(await post(sign({ deliveryId: "2" }))).toBe(200);
      clock.now += 60_000;
      expect(await post(sign({ deliveryId: "3", now: clock.now }))).toBe(401);
    },
  );

  it.runIf(timeOf(scheme))("refuses what was signed long ago, or for later", async () => {
    const far = ((timeOf(scheme)?.toleranceSeconds ?? 0) + 1) * 1000;
    if (timeOf(scheme) && "json" in (timeOf(scheme)?.source ?? {})) return;
    for (const now of [NOW - far, NOW + far]) await open().refuses(sign({ now }));
  });
});

function timeOf(scheme: SignatureScheme | undefined) {
  return scheme !== undefined && "timestamp" in scheme ? scheme.timestamp : undefined;
}

/** A moment that is not signed could be set anew by whoever plays an old request again. */
function signsTime(scheme: SignatureScheme): boolean {
  const time = timeOf(scheme);
  if (time === undefined || !("signs" in scheme)) return false;
  const { source } = time;
  const isIn = (json: string) =>
    scheme.signs.some((part) => typeof part === "object" && "json" in part && part.json === json);
  return (
    scheme.signs.includes("timestamp") ||
    ("json" in source && (authenticityOf(scheme) === "signature" || isIn(source.json)))
  );
}
