/** A mistake of the person at the keyboard, or something only they can mend: told in one sentence, without a stack. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/** What a verb gets: arguments after its name, the environment, and where to write. */
export interface Invocation {
  readonly args: string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly print: (line: string) => void;
  /** Set when the person ends the program. */
  readonly signal: AbortSignal;
}

export interface Verb {
  readonly usage: string;
  readonly summary: string;
  readonly run: (invocation: Invocation) => Promise<void>;
}
