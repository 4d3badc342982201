/** The environment as the caller hands it in; nothing here reads `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Takes one line for people about what is going on. Must not throw. */
export type Report = (text: string) => void;
