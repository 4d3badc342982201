/** The headers that a subscription may add to its deliveries. */

const HEADERS_MAX = 20;
const HEADERS_BYTES_MAX = 8192;
/** A token of RFC 9110. */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\x20-\x7e]*$/;
/** What the hub sets itself, and what belongs to the connection: with it a request could be cut into two. */
const RESERVED =
  /^(host|connection|keep-alive|upgrade|te|trailer|expect|transfer-encoding|accept-encoding|content-.*|user-agent|http2-settings|proxy-.*|webhook-.*)$/i;

/** What is wrong with the headers, in a sentence. It names the header but not its value, which may be a credential. */
export function checkHeaders(headers: Readonly<Record<string, string>>): string | undefined {
  const entries = Object.entries(headers);
  const names = new Set<string>();
  let bytes = 0;
  if (entries.length > HEADERS_MAX) return `There are more than ${HEADERS_MAX} headers.`;
  for (const [name, value] of entries) {
    if (!NAME.test(name)) return `${JSON.stringify(name)} is no name of a header.`;
    if (RESERVED.test(name)) return `The header ${name} is set by the hub.`;
    if (names.has(name.toLowerCase())) return `The header ${name} is there twice.`;
    if (!VALUE.test(value)) return `The value of ${name} holds something other than printable ASCII.`;
    names.add(name.toLowerCase());
    bytes += name.length + value.length;
  }
  return bytes > HEADERS_BYTES_MAX ? `The headers are larger than ${HEADERS_BYTES_MAX} bytes.` : undefined;
}
