/** What is kept of an endpoint's answer, for people who look why it did not take an event. */
import type { Dispatcher } from "undici";

const ANSWER_BYTES_MAX = 65_536;
const TEXT_BYTES_MAX = 1024;
/** More than is kept, so that what is hidden is not cut before it is known. */
const LOOKED_AT_BYTES = TEXT_BYTES_MAX + 16_384;
/** Shorter values are no secrets, and would be found in any text. */
const SECRET_LENGTH_MIN = 8;

/**
 * The beginning of the body, without `secrets`: some endpoints answer with what they were sent. The rest is read and dropped,
 * so that the connection can be used again, up to a limit.
 */
export async function readAnswerText(
  body: Dispatcher.ResponseData["body"],
  secrets: readonly string[],
): Promise<string> {
  const kept: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      const part = Buffer.from(chunk);
      kept.push(part.subarray(0, Math.max(0, LOOKED_AT_BYTES - bytes)));
      bytes += part.length;
      if (bytes >= ANSWER_BYTES_MAX) break;
    }
  } catch {
    // The deadline or the endpoint cut it short; the status is known already.
    body.destroy();
  }
  return beginning(printable(hide(decode(Buffer.concat(kept)), secrets)));
}

/** As many stars, so that nothing moves to the front that was cut already. */
function hide(text: string, secrets: readonly string[]): string {
  const spellings = secrets.flatMap((secret) => {
    // `Bearer x` is known by `x`, too; in JSON quotes are spelled in another way.
    const values = [secret, secret.slice(secret.indexOf(" ") + 1)];
    return values.flatMap((value) => [value, JSON.stringify(value).slice(1, -1)]);
  });
  return [...new Set(spellings)]
    .filter(({ length }) => length >= SECRET_LENGTH_MIN)
    .sort((a, b) => b.length - a.length)
    .reduce((shown, each) => shown.replaceAll(each, "*".repeat(each.length)), text);
}

/** What is no text, or would move a terminal's cursor, is replaced. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, " ").trim();
}

function beginning(text: string): string {
  return decode(Buffer.from(text).subarray(0, TEXT_BYTES_MAX)).trimEnd();
}

/** An end cut within a character is left out. */
function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes, { stream: true });
}
