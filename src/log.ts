/** One JSON line per unit of work, on standard error; standard output is for what a person asked for. */
import { type DestinationStream, destination, type Logger, pino } from "pino";
import pretty from "pino-pretty";

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

/** A logger; readable on a terminal, JSON elsewhere. */
export function createLogger(
  level: string,
  options: { stream?: DestinationStream; isTerminal?: boolean; worker?: number | undefined } = {},
): Logger {
  const stream =
    options.stream ??
    (options.isTerminal
      ? pretty({ destination: 2, colorize: true, ignore: "pid,hostname", translateTime: "SYS:HH:MM:ss.l" })
      : destination({ dest: 2, sync: false }));
  return pino(
    {
      level,
      // Tells apart who writes when several processes do.
      base: options.worker === undefined ? null : { worker: options.worker },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: REDACTED, censor: "[redacted]" },
    },
    stream,
  );
}
