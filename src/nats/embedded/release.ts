/**
 * The official release archive, pinned by version and sha256.
 * The sums are those of the Dockerfile that the NATS project builds its own image from: nats-io/nats-docker,
 * 2.15.x/alpine3.22/Dockerfile at commit 629985321b0b00d2c39c853782c776f91f3a3189 (`NATS_SERVER 2.15.0`). It lists Linux
 * only; macOS users install the server themselves.
 */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { BinarySource } from "./binary.ts";
import type { Report } from "./environment.ts";
import { reason } from "./error.ts";
import { run } from "./run.ts";

const VERSION = "2.15.0";
const SUMS: ReadonlyMap<string, { readonly arch: string; readonly sum: string }> = new Map([
  ["x64", { arch: "amd64", sum: "5d2c51caca950333aba84911df7d377f826f3a59ec36061c6539105084f65c92" }],
  ["arm64", { arch: "arm64", sum: "cdc208f5a3f42963a52b6ab06ef65626bb870315dc936e26ba571780c6351112" }],
  ["arm", { arch: "arm7", sum: "ec5f4689d017e07cfa18442e10da051c0f3f9dd2e7f4dc7cdb55a11f1303c952" }],
  ["ia32", { arch: "386", sum: "f572eccdbb35ab5c7fef7703a5b6ca49e55d039e441920ba5478972ecdcf7a47" }],
  ["s390x", { arch: "s390x", sum: "ac50bf4adc8fa6db575ed9293417b6fbec746e71cc9d360aea5cd447e4207bfc" }],
  ["ppc64", { arch: "ppc64le", sum: "a402bf73f91f674735cc85aa0e7d06d5dfa3044b98cda6ea9937cfee4e05a266" }],
  ["loong64", { arch: "loong64", sum: "fdce4b595b4b3a9f83d07ee310334b68a0723c799e969c9ab77f3105158fd64e" }],
]);

const ANSWER_TIMEOUT_MS = 5_000;
const TOTAL_TIMEOUT_MS = 180_000;
const PROGRESS_INTERVAL_MS = 250;

export const officialRelease: BinarySource = {
  name: `official release ${VERSION}`,
  fetch: async (dir, { report }) => {
    const pin = process.platform === "linux" ? SUMS.get(process.arch) : undefined;
    if (pin === undefined) throw new Error(`no checksum is pinned for ${process.platform} ${process.arch}`);
    const folder = `nats-server-v${VERSION}-linux-${pin.arch}`;
    const url = `https://github.com/nats-io/nats-server/releases/download/v${VERSION}/${folder}.tar.gz`;
    const archive = join(dir, "archive.tar.gz");
    report(`fetching nats-server ${VERSION} (official release) ...`);
    const sum = await download(url, archive, report);
    if (sum !== pin.sum) throw new Error(`${url} has the sha256 ${sum}, expected ${pin.sum}: not used`);
    await run("tar", ["-xzf", archive, "-C", dir], { timeoutMs: 60_000 });
    return join(dir, folder, "nats-server");
  },
};

/** Downloads into a file and returns the sha256 of what came. The server must answer within a few seconds. */
async function download(url: string, file: string, report: Report): Promise<string> {
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new Error(`no answer within ${ANSWER_TIMEOUT_MS / 1000} s`)),
    ANSWER_TIMEOUT_MS,
  );
  const signal = AbortSignal.any([late.signal, AbortSignal.timeout(TOTAL_TIMEOUT_MS)]);
  try {
    const response = await fetch(url, { signal });
    clearTimeout(timer);
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
    const hash = createHash("sha256");
    const bytesTotal = Number(response.headers.get("content-length") ?? 0);
    const watched = watch(bytesTotal, report, (chunk) => hash.update(chunk));
    await pipeline(Readable.from(response.body), watched, createWriteStream(file), { signal });
    return hash.digest("hex");
  } catch (error) {
    // `fetch failed` says nothing; the cause names the host and what is wrong with it.
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw new Error(`${new URL(url).host} cannot be reached or broke off (${reason(cause)})`, {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}

/** Passes chunks through, reporting the percentage at most four times a second. */
function watch(bytesTotal: number, report: Report, onChunk: (chunk: Uint8Array) => void): Transform {
  let bytes = 0;
  let reportedAt = Date.now();
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      onChunk(chunk);
      bytes += chunk.byteLength;
      if (bytesTotal > 0 && Date.now() - reportedAt >= PROGRESS_INTERVAL_MS) {
        reportedAt = Date.now();
        report(`fetching nats-server ${VERSION}: ${Math.floor((100 * bytes) / bytesTotal)} %`);
      }
      done(null, chunk);
    },
  });
}
