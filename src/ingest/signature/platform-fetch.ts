/** One request to a platform while a webhook is being verified: https only, no redirects, small answers, little time. */
import { type Dispatcher, request } from "undici";

export interface PlatformAnswer {
  readonly status: number;
  readonly text: string;
}

/** Undefined when there is no answer, for whatever reason. Never throws. */
export type PlatformFetch = (
  url: string,
  headers?: Readonly<Record<string, string>>,
) => Promise<PlatformAnswer | undefined>;

const TIMEOUT_MS = 3000;
const BYTES_MAX = 262_144;
/** Senders whom nobody has verified yet cause these requests; more at once than this are not made. */
const AT_ONCE_MAX = 50;

/** `dispatcher` is the guarded way out: it decides which addresses may be connected to, and follows no redirect. */
export function createPlatformFetch(dispatcher: Dispatcher): PlatformFetch {
  let running = 0;
  return async (url, headers = {}) => {
    if (!URL.canParse(url) || new URL(url).protocol !== "https:" || running >= AT_ONCE_MAX) return undefined;
    running += 1;
    try {
      const { statusCode, body } = await request(url, {
        dispatcher,
        headers: { accept: "application/json, */*", ...headers },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of body) {
        const bytes = Buffer.from(chunk);
        size += bytes.length;
        if (size > BYTES_MAX) return undefined;
        chunks.push(bytes);
      }
      return { status: statusCode, text: Buffer.concat(chunks).toString("utf8") };
    } catch {
      // Refused by the guard, not reachable, too slow: the caller needs to know no more than that.
      return undefined;
    } finally {
      running -= 1;
    }
  };
}

/** For a hub that has no way out: whatever needs one is refused. */
export const noFetch: PlatformFetch = async () => undefined;
