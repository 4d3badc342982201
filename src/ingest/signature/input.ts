/** What the verifiers are given. */
import type { RequestView } from "../request.ts";
import type { Keys } from "./keys.ts";
import type { PlatformFetch } from "./platform-fetch.ts";

export interface VerifyInput {
  readonly request: RequestView;
  /** Opened; those that count now, newest first. */
  readonly secrets: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly now: number;
  /** The store's own, in place of that of the scheme. */
  readonly toleranceSeconds?: number | undefined;
  readonly keys: Keys;
  readonly ask: PlatformFetch;
}
