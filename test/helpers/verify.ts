/** Runs the verifiers over a made-up request. */
import { viewRequest } from "../../src/ingest/request.ts";
import { createKeys } from "../../src/ingest/signature/keys.ts";
import { noFetch, type PlatformFetch } from "../../src/ingest/signature/platform-fetch.ts";
import { verify } from "../../src/ingest/signature/verify.ts";
import type { PayloadFormat } from "../../src/normalizers/wire.ts";
import type { SignatureScheme } from "../../src/normalizers/scheme.ts";

export interface Checked {
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: Uint8Array | string;
  readonly url?: string;
  readonly secrets?: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
  readonly token?: string;
  readonly now?: number;
  readonly format?: PayloadFormat;
  readonly fetch?: PlatformFetch;
}

/** `ok`, or the reason of the refusal. */
export async function checkRequest(scheme: SignatureScheme, checked: Checked): Promise<string> {
  const {
    headers = {},
    body = "",
    url = "",
    secrets = [],
    settings = {},
    now = 0,
    fetch = noFetch,
  } = checked;
  const query = url.includes("?") ? url.slice(url.indexOf("?") + 1) : "";
  const request = viewRequest({
    header: (name) => headers[name],
    body: Buffer.from(body),
    url,
    query,
    token: checked.token,
    format: checked.format,
  });
  const keys = createKeys({ fetch, now: () => now });
  const verified = await verify([scheme], { request, secrets, settings, now, keys, ask: fetch });
  return verified.ok ? "ok" : verified.reason;
}
