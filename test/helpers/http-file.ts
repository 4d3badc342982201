/**
 * Raw request files (`*.http`): request line, headers, a blank line, then the body to the last byte of the file.
 * Bytes matter, since signatures cover them; `.gitattributes` keeps git from changing them.
 */
export interface HttpRequestFile {
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Lines of the head may end in LF or CRLF. Throws on a file that is no request. */
export function parseHttpFile(file: Buffer): HttpRequestFile {
  const { head, body } = splitHead(file);
  const [requestLine = "", ...lines] = head.split(/\r?\n/);
  const match = /^([A-Z]+) (\S+) HTTP\/1\.1$/.exec(requestLine);
  if (match === null) throw new Error(`not a request line: ${requestLine}`);
  const [, method = "", path = ""] = match;
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(":");
      if (colon < 1) throw new Error(`not a header: ${line}`);
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { method, path, headers, body };
}

export function formatHttpFile({ method, path, headers, body }: HttpRequestFile): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return Buffer.concat([Buffer.from([`${method} ${path} HTTP/1.1`, ...lines, "", ""].join("\n")), body]);
}

function splitHead(file: Buffer): { head: string; body: Buffer } {
  const [long, short] = [file.indexOf("\r\n\r\n"), file.indexOf("\n\n")];
  const isLong = long !== -1 && (short === -1 || long < short);
  const end = isLong ? long : short;
  if (end === -1) throw new Error("no blank line after the headers");
  return { head: file.toString("latin1", 0, end), body: file.subarray(end + (isLong ? 4 : 2)) };
}
