/**
 * The environment, as people get it wrong: the hub gets a configuration or one error that names each variable, and neither that
 * nor the start-up line repeats a secret. Longer runs: `FUZZ_RUNS=100 npx vitest run test/fuzz` (see `test/helpers/fuzz.ts`).
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigError, describeConfig, type Environment, loadConfig, VARIABLES } from "../../src/config.ts";
import { FUZZ_TIMEOUT_MS, fuzz } from "../helpers/fuzz.ts";

const value = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "0",
    "-1",
    "1e3",
    "1.5",
    "NaN",
    "Infinity",
    "0x10",
    "999999999999",
    "true",
    "__proto__",
  ),
  fc.constantFrom(
    "http://",
    "https://a b",
    "file:///etc/passwd",
    "https://u:p@h",
    "nats://h:4222",
    "tls://h",
    "::1",
    "0.0.0.0",
  ),
  fc.constantFrom(
    "10.0.0.0/8",
    "10.0.0.0/99",
    "::/0,,",
    "strict",
    "relaxed",
    "debug",
    "../..",
    "/dev/null",
    "a\0b",
  ),
  fc.string(),
  fc.string({ unit: "binary", maxLength: 300 }),
);
const environment = fc.dictionary(fc.oneof(fc.constantFrom(...VARIABLES), fc.string()), value, {
  maxKeys: 12,
});

describe("any environment", () => {
  it(
    "gives a configuration, or an error that names the variables",
    () => {
      fc.assert(
        fc.property(environment, (env) => {
          const loaded = load(env);
          if (!(loaded instanceof ConfigError)) return void JSON.stringify(describeConfig(loaded));
          expect(loaded.problems.length).toBeGreaterThan(0);
          for (const problem of loaded.problems) expect(VARIABLES).toContain(problem.split(/[:.]/)[0]);
        }),
        fuzz(500),
      );
    },
    FUZZ_TIMEOUT_MS,
  );
});

describe("a secret in the environment", () => {
  const secret = fc.stringMatching(/^[!-~]{8,40}$/).map((text) => `${text}-secret-${text}`);
  const places: readonly ((secret: string) => Environment)[] = [
    (text) => ({ ADMIN_TOKEN: text }),
    (text) => ({ SECRET_KEY: text }),
    (text) => ({ NATS_URL: "nats://h", NATS_PASSWORD: text, NATS_USER: "u" }),
    (text) => ({ NATS_URL: "nats://h", NATS_TOKEN: text }),
    (text) => ({ NATS_URL: `nats://user:${text}@h1:4222` }),
    (text) => ({ NATS_URL: `nats://${text}@h1,nats://user:${text}@h2` }),
    (text) => ({ NATS_URL: `user:${text}@h1,h2` }),
    (text) => ({ NATS_PUBLIC_URL: `nats://user:${text}@h1` }),
  ];

  it(
    "is shown nowhere, whatever letters it has",
    () => {
      fc.assert(
        fc.property(secret, fc.constantFrom(...places), environment, (text, place, env) => {
          const loaded = load({ ...env, ...place(text) });
          const shown =
            loaded instanceof ConfigError ? loaded.message : JSON.stringify(describeConfig(loaded));
          expect(shown).not.toContain("-secret-");
        }),
        fuzz(500),
      );
    },
    FUZZ_TIMEOUT_MS,
  );
});

function load(env: Environment) {
  try {
    return loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}
