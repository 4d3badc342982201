/** Why the embedded server cannot run; callers map the code, people read the message. */
export type EmbeddedErrorCode =
  | "binary_not_found"
  | "server_too_old"
  | "port_taken"
  | "data_dir_unwritable"
  | "data_dir_locked"
  | "server_failed";

/** The message is for people: it names the cause and what to do about it. */
export class EmbeddedError extends Error {
  override readonly name = "EmbeddedError";
  readonly code: EmbeddedErrorCode;

  constructor(code: EmbeddedErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}

/** The `code` of a Node system error (`ENOENT`), or undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** The text of whatever was thrown, on one line. */
export function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("; ");
}
