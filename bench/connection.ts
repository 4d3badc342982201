/** One keep-alive connection that has one request under way at most: just enough of HTTP to read a status. */
import { connect } from "node:net";

export interface Connection {
  readonly send: (request: Uint8Array, index: number) => void;
  readonly close: () => void;
}

export interface HttpAnswer {
  /** 0: the connection broke before the answer was there. */
  readonly status: number;
  /** It says when to come again. */
  readonly saysWhen: boolean;
  /** The other side closes the connection after it. */
  readonly isLast: boolean;
}

interface ConnectionEvents {
  readonly onAnswer: (connection: Connection, index: number, answer: HttpAnswer) => void;
  /** The other side closed it; what was under way was answered with status 0 before. */
  readonly onClosed: (connection: Connection) => void;
}

const READ_BYTES = 16_384;
const NONE = -1;
const BROKEN: HttpAnswer = { status: 0, saysWhen: false, isLast: true };

/** Resolves when it is open. */
export function openConnection(host: string, port: number, events: ConnectionEvents): Promise<Connection> {
  return new Promise((resolve, reject) => {
    let index = NONE;
    let received = "";
    const onread = {
      buffer: Buffer.allocUnsafe(READ_BYTES),
      callback: (bytes: number, buffer: Uint8Array) => {
        received += Buffer.from(buffer.buffer, buffer.byteOffset, bytes).toString("latin1");
        const answer = answerOf(received);
        if (answer === undefined) return true;
        received = "";
        const answered = index;
        index = NONE;
        events.onAnswer(connection, answered, answer);
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
      if (index !== NONE) events.onAnswer(connection, index, BROKEN);
      index = NONE;
      events.onClosed(connection);
    });
  });
}

/** Undefined until it is complete. */
function answerOf(text: string): HttpAnswer | undefined {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd === -1) return undefined;
  const head = text.slice(0, headEnd);
  const length = /^content-length: *(\d+)/im.exec(head)?.[1];
  const isComplete =
    length === undefined
      ? !/^transfer-encoding: *chunked/im.test(head) || text.endsWith("0\r\n\r\n")
      : text.length >= headEnd + 4 + Number(length);
  if (!isComplete) return undefined;
  return {
    status: Number(text.slice(9, 12)),
    saysWhen: /^retry-after: *\d+/im.test(head),
    isLast: /^connection: *close/im.test(head),
  };
}
