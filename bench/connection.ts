/** One keep-alive connection that has one request under way at most: just enough of HTTP to read a status. */
import { connect } from "node:net";

export interface Connection {
  readonly send: (request: Uint8Array, index: number) => void;
  readonly close: () => void;
}

interface ConnectionEvents {
  /** Status 0: the connection broke before the answer was there. */
  readonly onAnswer: (connection: Connection, index: number, status: number) => void;
  readonly onBroken: () => void;
}

const READ_BYTES = 16_384;
const NONE = -1;

/** Resolves when it is open. */
export function openConnection(host: string, port: number, events: ConnectionEvents): Promise<Connection> {
  return new Promise((resolve, reject) => {
    let index = NONE;
    let received = "";
    const onread = {
      buffer: Buffer.allocUnsafe(READ_BYTES),
      callback: (bytes: number, buffer: Uint8Array) => {
        received += Buffer.from(buffer.buffer, buffer.byteOffset, bytes).toString("latin1");
        const status = statusOf(received);
        if (status === undefined) return true;
        received = "";
        const answered = index;
        index = NONE;
        events.onAnswer(connection, answered, status);
        return true;
      },
    };
    const socket = connect({ host, port, noDelay: true, onread }, () => resolve(connection));
    const connection: Connection = {
      send: (request, number) => {
        index = number;
        socket.write(request);
      },
      close: () => socket.destroy(),
    };
    socket.on("error", reject);
    socket.on("close", () => {
      if (index !== NONE) events.onAnswer(connection, index, 0);
      index = NONE;
      events.onBroken();
    });
  });
}

/** The status when the answer is complete. */
function statusOf(text: string): number | undefined {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd === -1) return undefined;
  const head = text.slice(0, headEnd);
  const status = Number(text.slice(9, 12));
  const length = /^content-length: *(\d+)/im.exec(head)?.[1];
  if (length !== undefined) return text.length >= headEnd + 4 + Number(length) ? status : undefined;
  const isChunked = /^transfer-encoding: *chunked/im.test(head);
  return !isChunked || text.endsWith("0\r\n\r\n") ? status : undefined;
}
