/** Platforms made up for a test, so that what the shared code promises does not hang on which platforms there are. */
import type { AppDeps } from "../../src/app.ts";
import { ignored, type Platform } from "../../src/normalizers/platform.ts";
import { platforms } from "../../src/normalizers/registry.ts";
import type { HmacScheme, SignatureScheme } from "../../src/normalizers/scheme.ts";
import type { Wire } from "../../src/normalizers/wire.ts";
import { aStore, createTestApp, type TestApp } from "./app.ts";

export const HMAC: HmacScheme = {
  kind: "hmac",
  signature: { headers: ["x-signature"] },
  hash: "sha256",
  encoding: "hex",
  signs: ["body"],
};

export function aPlatform(overrides: Partial<Platform> = {}): Platform {
  return {
    id: "fair",
    name: "Fair",
    docs: "https://fair.example/docs",
    schemes: [HMAC],
    locate: { topic: { json: "type" }, dedupe: [{ json: "id" }] },
    deadlineMs: 5000,
    topics: { sold: ignored("only made up for a test") },
    samples: { headers: () => ({}), bodies: { sold: ({ id }) => JSON.stringify({ type: "sold", id }) } },
    capabilities: {},
    ...overrides,
  };
}

export function aVariant(overrides: Partial<Wire> = {}): Wire & { name: string; docs: string } {
  const { schemes, locate, deadlineMs, topics, samples } = aPlatform();
  return {
    name: "Another",
    docs: "https://fair.example/other",
    schemes,
    locate,
    deadlineMs,
    topics,
    samples,
    ...overrides,
  };
}

/** An app that knows this platform alone, with one store of it. */
export function appOf(
  platform: Platform,
  store: Parameters<typeof aStore>[0] = {},
  overrides: Partial<AppDeps> = {},
): TestApp {
  return createTestApp({
    stores: [aStore({ platform: platform.id, ...store })],
    overrides: {
      findPlatform: (id) => (id === platform.id ? platform : undefined),
      platformIds: () => [platform.id],
      ...overrides,
    },
  });
}

/** A way in which some platform sends webhooks. */
export interface WireRow {
  readonly name: string;
  readonly platform: Platform;
  readonly variant: string | undefined;
  readonly wire: Wire;
}

/** The wires of all platforms: of each its own, then its variants. */
export const WIRES: readonly WireRow[] = Object.values(platforms).flatMap((platform): WireRow[] => [
  { name: platform.id, platform, variant: undefined, wire: platform },
  ...Object.entries(platform.variants ?? {}).map(([variant, wire]) => ({
    name: `${platform.id}, ${variant}`,
    platform,
    variant,
    wire,
  })),
]);

/** The settings of a store, as the platform declares examples of them. */
export function examplesOf({ settings = {} }: Platform): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).map(([name, { example }]) => [name, example]));
}

/** Headers that carry the signature or token. */
export function signatureHeadersOf(scheme: SignatureScheme): readonly string[] {
  if ("signature" in scheme) return scheme.signature.headers;
  if ("signatures" in scheme)
    return scheme.signatures.flatMap(({ signature }) => signature.headers.slice(0, 1)).slice(0, 1);
  if (!("token" in scheme) || typeof scheme.token === "string" || !("header" in scheme.token)) return [];
  return [scheme.token.header];
}
