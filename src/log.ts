/** One JSON line per unit of work, on standard error; standard output is for what a person asked for. */
import { type DestinationStream, destination, type Logger, pino } from "pino";
import { prettyFactory } from "pino-pretty";
import { visibleInLog } from "./visible.ts";

export type { Logger } from "pino";

/** Paths that never reach a log, whoever logs them. */
export const REDACTED = [
  "secret",
  "secrets",
  "token",
  "authorization",
  "password",
  "credentials",
  "body",
  "headers",
  "email",
  "phone",
].flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

/** A logger; readable on a terminal, JSON elsewhere. A line stays one, whatever texts from outside it holds. */
export function createLogger(
  level: string,
  options: { stream?: DestinationStream; isTerminal?: boolean; worker?: number | undefined } = {},
): Logger {
  const stream = options.stream ?? destination({ dest: 2, sync: false });
  const format = options.isTerminal
    ? prettyFactory({ colorize: true, ignore: "pid,hostname", translateTime: "SYS:HH:MM:ss.l" })
    : (line: string) => line;
  return pino(
    {
      level,
      // Tells apart who writes when several processes do.
      base: options.worker === undefined ? null : { worker: options.worker },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: REDACTED, censor: "[redacted]" },
    },
    { write: (line) => stream.write(visibleInLog(format(line))) },
  );
}
